"""Whether calls are the right ones: the semantics of the Berkeley Function-Calling Leaderboard."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hroute.core.tools.verdict import ParsedCall

_INSIGNIFICANT = re.compile(r"[ ,./\-_*^]")
OPTIONAL = ""  # among the accepted values of an argument: it may be left out


@dataclass(frozen=True, slots=True)
class AcceptedCall:
    """A right call: of each argument, all values that are right.

    In a value that is an object, each property has its own list of right values.
    """

    name: str
    arguments: Mapping[str, Sequence[Any]]


def grade(calls: Sequence[ParsedCall], accepted: Sequence[AcceptedCall]) -> bool:
    """Whether the calls are the accepted ones, in any order; no calls are right where none are accepted."""
    if len(calls) != len(accepted):
        return False
    if not calls:
        return True
    first, *rest = calls
    return any(
        _is_right(first, call) and grade(rest, [*accepted[:i], *accepted[i + 1 :]])
        for i, call in enumerate(accepted)
    )


def _is_right(call: ParsedCall, accepted: AcceptedCall) -> bool:
    return call.name == accepted.name and _are_right(call.arguments, accepted.arguments)


def _are_right(given: Mapping[str, Any], accepted: Mapping[str, Sequence[Any]]) -> bool:
    if given.keys() - accepted.keys():
        return False
    return all(
        any(_equal(given[name], value) for value in values) if name in given else OPTIONAL in values
        for name, values in accepted.items()
    )


def _equal(given: Any, accepted: Any) -> bool:
    """Equal as JSON, but that texts may differ in case, spaces and light punctuation."""
    if isinstance(accepted, Mapping):
        return isinstance(given, Mapping) and _are_right(given, accepted)
    if isinstance(accepted, list):
        if not isinstance(given, list) or len(given) != len(accepted):
            return False
        return all(map(_equal, given, accepted))
    if isinstance(accepted, str):
        return isinstance(given, str) and _plain(given) == _plain(accepted)
    if isinstance(accepted, bool) or isinstance(given, bool):
        return given is accepted
    return bool(given == accepted)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().replace("'", '"')
    return _INSIGNIFICANT.sub("", folded)
