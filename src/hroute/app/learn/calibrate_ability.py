"""Moves the abilities of local models by the user's verdicts on their answers, where there are enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zlib import crc32

from hroute.app.learn.abilities import known_ability, measured_of, sha256_of_server
from hroute.app.learn.calibrate import LEAST_VERDICTS
from hroute.app.learn.calibrate_answers import LEAST_OF_EACH
from hroute.app.learn.verdict_evidence import group, newest
from hroute.core.abilities.ability import Ability, Demands
from hroute.core.abilities.demands import demands_of
from hroute.core.abilities.measured import LearnedAbility, MeasuredAbility
from hroute.core.decision.decision import Route
from hroute.core.errors import LocalInferenceError
from hroute.core.intervals import Figure
from hroute.core.learning.quality import Forecast, Quality, gain, quality
from hroute.core.scout.protocol import Scout
from hroute.core.settings import LocalModel, Settings
from hroute.core.turn.verdict import By
from hroute.engines.models import checksum
from hroute.engines.models import locate as models
from hroute.store.verdicts import AttemptOutcome

FOLDS = 5


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """A local answer with what its user said of it."""

    difficulty: float
    is_right: bool
    group: str  # the same for the same prompt
    demands: Demands = ()


@dataclass(frozen=True, slots=True)
class ModelVerdicts:
    """On the answers of one local model. `unread`: those whose prompt's text was not kept."""

    model: LocalModel
    name: str
    judged: list[RatedAnswer] = field(default_factory=list)
    unread: int = 0

    @property
    def right(self) -> int:
        return sum(one.is_right for one in self.judged)

    @property
    def is_enough(self) -> bool:
        n = len(self.judged)
        return n >= LEAST_VERDICTS and LEAST_OF_EACH <= self.right <= n - LEAST_OF_EACH


@dataclass(frozen=True, slots=True)
class MovedAbility:
    """`after` and what is judged are None where there were too few verdicts."""

    verdicts: ModelVerdicts
    before: Ability
    after: Ability | None = None
    forecasts: list[Forecast] = field(default_factory=list)
    measured: MeasuredAbility | None = None  # as it would be stored

    @property
    def gain(self) -> Figure:
        """How much lower Brier's score is than before the verdicts."""
        return gain(self.forecasts)

    @property
    def is_better(self) -> bool:
        """Whether the whole interval of the gain is above 0."""
        return self.after is not None and self.gain.low is not None and self.gain.low > 0

    @property
    def brier(self) -> tuple[Quality, Quality]:
        before = quality([(f.before, f.success, f.weight) for f in self.forecasts])
        return before, quality([(f.after, f.success, f.weight) for f in self.forecasts])


def gather_abilities(
    outcomes: Iterable[AttemptOutcome], settings: Settings, scout: Scout, since: datetime | None = None
) -> list[ModelVerdicts]:
    """The newest ones of users; what a contract says is none. Models whose ability is set are left out."""
    said = (o for o in outcomes if o.route is Route.LOCAL and o.by is By.USER)
    by_model: dict[str, list[AttemptOutcome]] = {}
    for outcome in newest(said, since):
        by_model.setdefault(outcome.model, []).append(outcome)
    local = {_logged(model): model for model in _models(settings) if model.ability is None}
    return [
        _verdicts(model, name, by_model[name], scout) for name, model in local.items() if name in by_model
    ]


def _models(settings: Settings) -> list[LocalModel]:
    from hroute.app.models.files import (
        slots_of,  # with what reads and fetches models, which no answer waits for
    )

    return list(slots_of(settings).values())


def _logged(model: LocalModel) -> str:
    return model.model if model.base_url is not None else models.logged_name(model.model)


def _verdicts(
    model: LocalModel, name: str, outcomes: Sequence[AttemptOutcome], scout: Scout
) -> ModelVerdicts:
    found = ModelVerdicts(model, name, unread=sum(outcome.prompt is None for outcome in outcomes))
    for outcome in outcomes:
        if outcome.prompt is not None:
            difficulty, demands = scout.read(outcome.prompt).difficulty, demands_of(outcome.prompt)
            found.judged.append(RatedAnswer(difficulty, outcome.was_right, group(outcome), demands))
    return found


def move(verdicts: ModelVerdicts, data_dir: Path, scout_model: str, on: date) -> MovedAbility:
    """From what was measured or is known, whatever was learned before. Raises ConfigError."""
    measured = measured_of(verdicts.model, data_dir)
    if measured is not None and measured.scout != scout_model:
        measured = None  # it stands on another scout's scale
    before = measured.measured if measured else known_ability(verdicts.model, data_dir)
    if not verdicts.is_enough:
        return MovedAbility(verdicts, before)
    after = _after(before, verdicts.judged)
    base = measured or _unmeasured(verdicts, before, data_dir, scout_model, on)
    learned = LearnedAbility(
        fitted_at=on,
        n=len(verdicts.judged),
        right=verdicts.right,
        value=after.value,
        spread=after.spread,
    )
    stored = base.model_copy(update={"learned": learned}) if base else None
    return MovedAbility(verdicts, before, after, _forecasts(before, verdicts.judged), stored)


def _after(before: Ability, judged: Sequence[RatedAnswer]) -> Ability:
    from hroute.core.learning.ability_fit import GradedPrompt, moved  # numpy

    rows = [GradedPrompt("", one.difficulty, one.is_right, demands=one.demands) for one in judged]
    return moved(before, rows)


def _forecasts(before: Ability, judged: Sequence[RatedAnswer]) -> list[Forecast]:
    """Each by an ability that has not seen it, nor another verdict on its prompt."""
    folds = [crc32(one.group.encode("utf-8", "surrogatepass")) % FOLDS for one in judged]
    without = {
        fold: _after(before, [one for one, its in zip(judged, folds, strict=True) if its != fold])
        for fold in set(folds)
    }
    return [
        Forecast(
            Route.LOCAL,
            float(one.is_right),
            1.0,
            before.p_right(one.difficulty, one.demands),
            without[fold].p_right(one.difficulty, one.demands),
        )
        for one, fold in zip(judged, folds, strict=True)
    ]


def _unmeasured(
    verdicts: ModelVerdicts, before: Ability, data_dir: Path, scout_model: str, on: date
) -> MeasuredAbility | None:
    """What is known of the model in place of a measurement; None for a file that is not here any more."""
    model, size, mtime_ns = verdicts.model, 0, 0
    if model.base_url is not None:
        sha256 = sha256_of_server(model.model, model.base_url)
    else:
        try:
            path = models.locate(model.model, data_dir)
            stat = path.stat()
            sha256 = checksum.recorded(path) or checksum.sha256_of(path)
        except (LocalInferenceError, OSError):
            return None
        size, mtime_ns = stat.st_size, stat.st_mtime_ns
    return MeasuredAbility(
        name=verdicts.name,
        model_sha256=sha256,
        model_bytes=size,
        model_mtime_ns=mtime_ns,
        created=on,
        scout=scout_model,
        value=before.value,
        spread=before.spread,
        slope=before.slope,
        offsets=dict(before.offsets),
        n=0,
        right=0,
    )
