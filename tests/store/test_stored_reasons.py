"""Every reason, change and remedy comes back from the log as it was; what is not known is left out."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.core import remedies as m
from hroute.core.abilities.ability import Basis
from hroute.core.decision.decision import Degraded, Need, Route
from hroute.core.decision.signals import Change, Label, Reason
from hroute.core.errors import LogError
from hroute.core.frozen import Value
from hroute.core.routing import reasons as r
from hroute.store.log import Log
from hroute.store.stored_reasons import VALUES_FROM, read_flips, read_reasons, written
from tests.support.logged import NOON, decision, signals
from tests.support.turns import a_turn

EXAMPLES = {
    "int": 3,
    "float": 0.25,
    "str": "words",
    "bool": False,
    "str | None": None,
    "Need": Need.IMAGES,
    "Label": Label.UNSURE,
    "Basis": Basis.KNOWN,
    "Route": Route.CLOUD,
    "Route | None": Route.LOCAL,
    "Degraded": Degraded.BUDGET,
    "Decimal | None": Decimal("0.41"),
    "tuple[Remedy, ...]": (m.PullModel("scout"), m.RetryTurn(7, Route.CLOUD), m.Advice("wait")),
}


def example(kind: type[Value]) -> Value:
    """One of the kind, with something in every field."""
    names = {name: getattr(of, "__name__", str(of)) for name, of in kind.__annotations__.items()}
    return kind(**{name: EXAMPLES[of] for name, of in names.items()})


@pytest.mark.parametrize("kind", Reason.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_reason_comes_back(kind: type[Reason]) -> None:
    text = json.dumps(written([example(kind)]))
    assert read_reasons(VALUES_FROM, text) == (example(kind),)


@pytest.mark.parametrize("kind", Change.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_change_comes_back(kind: type[Change]) -> None:
    text = json.dumps(written([example(kind)]))
    assert read_flips(VALUES_FROM, text) == (example(kind),)


@pytest.mark.parametrize("kind", m.Remedy.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_remedy_comes_back(kind: type[m.Remedy]) -> None:
    remedy = example(kind)
    assert isinstance(remedy, m.Remedy)
    broken = r.ScoutBroken("it died", (remedy,))
    assert read_reasons(VALUES_FROM, json.dumps(written([broken]))) == (broken,)


@pytest.mark.parametrize("form", range(1, VALUES_FROM))
def test_sentences_of_earlier_forms_are_read_as_they_are(form: int) -> None:
    assert read_reasons(form, '["a", "b"]') == (r.Sentence("a"), r.Sentence("b"))
    assert read_flips(form, "go online") == (r.Sentence("go online"),)
    assert read_flips(form, "") == ()


def test_what_a_later_hroute_has_added_is_left_out() -> None:
    text = '[{"kind": "moon_phase", "phase": 1}, {"kind": "too_many_constraints", "count": 4, "threshold": 3,'
    assert read_reasons(VALUES_FROM, text + ' "by": "x"}]') == (r.TooManyConstraints(4, 3),)


@pytest.mark.parametrize(
    "raw",
    [
        '["a sentence"]',
        "{}",
        "not JSON",
        '[{"kind": "too_many_constraints"}]',
        '[{"kind": "too_many_constraints", "count": "many", "threshold": 3}]',
        '[{"kind": "session_held", "route": "moon"}]',
        '[{"kind": []}]',
    ],
)
def test_what_no_hroute_has_written_is_the_logs_fault(tmp_path: Path, raw: str) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        turn_id = log.open_turn(a_turn("hi"), signals(), decision(), command="ask", overhead_ms=1, at=NOON)
        with log._file.transaction() as connection:
            connection.execute("UPDATE turn_details SET reasons = ?", (raw,))
        with pytest.raises(LogError, match="cannot be read"):
            log.turn(turn_id)


def test_a_turn_is_read_with_the_reasons_and_changes_that_it_was_opened_with(tmp_path: Path) -> None:
    reasons = (r.TooManyConstraints(4, 3), r.CloudBarred(Degraded.BUDGET, "budget.daily_usd"))
    flips = (r.LiftObstacle(Degraded.BUDGET, "budget.daily_usd"), r.AddTokens(3))
    decided = decision(reasons=reasons, flips=flips)
    with Log(tmp_path / "log.sqlite") as log:
        turn_id = log.open_turn(a_turn("hi"), signals(), decided, command="ask", overhead_ms=1, at=NOON)
        read = log.turn(turn_id).decision
    assert (read.reasons, read.flips) == (reasons, flips)
