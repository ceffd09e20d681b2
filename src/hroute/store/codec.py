"""Values to columns and back: times, money, texts, and what may be kept of a turn."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from hroute.core.abilities.ability import Demand, Demands
from hroute.core.decision.decision import Decision
from hroute.core.decision.signals import Signals
from hroute.core.odds import logit
from hroute.core.turn.attempt import ConstraintCheck
from hroute.core.turn.turn import Turn
from hroute.store import stored_reasons, stored_turn
from hroute.store.rows import Prompts

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from hroute.core.confidence.signals import AnswerSignals

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_PICO = 12
# Shorter words ("JSON" is four letters) are also ordinary words of a reason: nothing is hidden in them.
_QUOTED_CHARS = 5


def to_ms(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    return _EPOCH + ms * _MILLISECOND


def to_pusd(usd: Decimal | None) -> int | None:
    """Whole pico-dollars; what is smaller is rounded half to even."""
    return None if usd is None else int(usd.scaleb(_PICO).to_integral_value())


def from_pusd(pusd: int | None) -> Decimal | None:
    """Dollars without trailing zeros, in plain notation: 0.0021, 10, 0."""
    if pusd is None:
        return None
    usd = Decimal(pusd).scaleb(-_PICO)
    return usd.to_integral_value() if usd == usd.to_integral_value() else usd.normalize()


def to_seconds(minutes: Decimal | None) -> int | None:
    return None if minutes is None else int((minutes * 60).to_integral_value())


def to_minutes(seconds: int | None) -> Decimal | None:
    return None if seconds is None else Decimal(seconds) / 60


def storable(text: str) -> str:
    """The text as valid Unicode. Half a surrogate pair, which some servers stream and no engine accepts,

    becomes U+FFFD; two halves become the character that they are.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def bare(endpoint: str | None) -> str | None:
    """The endpoint without what may be a secret: user, password, query and fragment."""
    if endpoint is None:
        return None
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return endpoint.rpartition("@")[2].partition("?")[0]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@dataclass(frozen=True, slots=True)
class KeptDetails:
    """What the log keeps of a turn: the columns of `turn_details`."""

    signals: str
    reasons: str
    flips: str
    prompt_sha256: str | None
    prompt: str | None
    request: str | None


def kept(turn: Turn, signals: Signals, decision: Decision, prompts: Prompts) -> KeptDetails:
    sha256 = hashlib.sha256(storable(turn.ask).encode()).hexdigest()
    if prompts == "full":
        prompt, request = storable(turn.ask), _json(stored_turn.written(turn))
        reasons, flips = (stored_reasons.written(of) for of in (decision.reasons, decision.flips))
        return KeptDetails(_written(signals), _json(reasons), _json(flips), sha256, prompt, request)
    reasons, flips = (
        stored_reasons.written(of, lambda text: _without_quotes(text, signals))
        for of in (decision.reasons, decision.flips)
    )
    return KeptDetails(
        _written(_without_texts(signals)),
        _json(reasons),
        _json(flips),
        sha256 if prompts == "hash" else None,
        None,
        None,
    )


def read_signals(text: str) -> Signals:
    raw = json.loads(text)
    scout = raw["scout"]
    scout.pop("note", None)
    if "difficulty" not in scout:  # of a log from before it: the chance was about one model for all
        scout["difficulty"] = -logit(scout.pop("p_local"))
    return _adapter(Signals).validate_python(raw)  # type: ignore[no-any-return]


def read_demands(text: str | None) -> Demands:
    """None in a log from before them; what a later version has found besides is left out."""
    known = set(Demand)
    return tuple(Demand(name) for name in json.loads(text or "[]") if name in known)


def written_checks(checks: tuple[ConstraintCheck, ...]) -> str | None:
    return _json([asdict(check) for check in checks]) if checks else None


def read_checks(text: str | None) -> tuple[ConstraintCheck, ...]:
    if text is None:
        return ()
    checks: tuple[ConstraintCheck, ...] = _adapter(tuple[ConstraintCheck, ...]).validate_json(text)
    return checks


def written_signals(signals: "AnswerSignals") -> str:
    return _json(signals.as_json())


def read_answer_signals(text: str | None) -> "AnswerSignals | None":
    if text is None:
        return None
    from hroute.core.confidence.signals import AnswerSignals

    return AnswerSignals.from_json(json.loads(text))


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _json(value: object) -> str:
    # `default`: parameters are a mapping, but not always a dict.
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict))


def _written(signals: Signals) -> str:
    """The scout's note is among the reasons."""
    return _json(asdict(replace(signals, scout=replace(signals.scout, note=None))))


def _without_texts(signals: Signals) -> Signals:
    """The items keep kind and span: their texts and parameters are words of the prompt."""
    items = tuple(replace(item, text="", params={}) for item in signals.constraints.items)
    return replace(signals, constraints=replace(signals.constraints, items=items))


def _without_quotes(sentence: str, signals: Signals) -> str:
    for item in signals.constraints.items:
        if len(item.text) >= _QUOTED_CHARS:
            sentence = sentence.replace(item.text, "…")
    return sentence
