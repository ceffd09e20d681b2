"""How the log stores why a turn took its route and what would change that: JSON, and sentences in old logs.

Form 3 has each reason, change and remedy as an object: its class in `kind`, beside it its fields. What a
later hroute has added is left out when it is read.
"""

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from hroute.core.abilities.ability import Basis
from hroute.core.decision.decision import Degraded, Need, Route
from hroute.core.decision.signals import Change, Label, Reason
from hroute.core.frozen import Value
from hroute.core.remedies import Remedy
from hroute.core.routing.reasons import Sentence

VALUES_FROM = 3  # the form of a row with values; before it, reasons are a list of texts, and flips one text


def written(values: Iterable[Value], hide: Callable[[str], str] = str) -> list[dict[str, Any]]:
    """Plain JSON values. `hide` takes out of a text what is not to be kept."""
    return [_plain(value, hide) for value in values]


def read_reasons(form: int, text: str) -> tuple[Reason, ...]:
    if form < VALUES_FROM:
        return tuple(Sentence(one) for one in json.loads(text))
    return tuple(one for one in _read(text) if isinstance(one, Reason))


def read_flips(form: int, text: str) -> tuple[Change, ...]:
    if form < VALUES_FROM:
        return (Sentence(text),) if text else ()
    return tuple(one for one in _read(text) if isinstance(one, Change))


def _plain(value: Value, hide: Callable[[str], str]) -> dict[str, Any]:
    fields = {name: getattr(value, name) for name in value.__match_args__}
    return {"kind": _kind(type(value))} | {name: _plain_field(field, hide) for name, field in fields.items()}


def _plain_field(field: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(field, tuple):
        return written(field, hide)
    if type(field) is str:  # and no word of an enumeration
        return hide(field)
    return str(field) if isinstance(field, Decimal) else field


def _kind(of: type[Value]) -> str:
    """TooManyConstraints -> too_many_constraints."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", of.__name__).lower()


@cache
def _kinds() -> dict[str, type[Value]]:
    return {_kind(one): one for base in (Reason, Change, Remedy) for one in base.__subclasses__()}


def _read(text: str) -> list[Value]:
    """Raises ValueError or TypeError for what no version has written."""
    return _values(json.loads(text))


def _values(raw: Any) -> list[Value]:
    if not isinstance(raw, list):
        raise TypeError("a list of reasons is none")
    return [value for one in raw if (value := _value(one)) is not None]


def _value(raw: dict[str, Any]) -> Value | None:
    kind = _kinds().get(raw["kind"])
    if kind is None:
        return None
    known = [name for name in kind.__match_args__ if name in raw]
    return kind(**{name: _MAKERS[str(kind.__annotations__[name])](raw[name]) for name in known})


def _remedies(raw: Any) -> tuple[Remedy, ...]:
    return tuple(one for one in _values(raw) if isinstance(one, Remedy))


def _or_none(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda raw: None if raw is None else make(raw)


# What a field is made of, by its annotation; JSON knows texts and numbers alone.
_MAKERS: dict[str, Callable[[Any], Any]] = {
    "<class 'bool'>": bool,
    "<class 'float'>": float,
    "<class 'int'>": int,
    "<class 'str'>": str,
    "str | None": _or_none(str),
    "Basis": Basis,
    "Decimal | None": _or_none(Decimal),
    "Degraded": Degraded,
    "Label": Label,
    "Need": Need,
    "Route": Route,
    "Route | None": _or_none(Route),
    "tuple[Remedy, ...]": _remedies,
}
