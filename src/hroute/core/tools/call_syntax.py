"""The syntax of a model's own chat template for tool calls, where a call is JSON with something around it."""

import json
from collections.abc import Collection
from dataclasses import dataclass

MAX_CHARS = 100  # of what stands around a call: more is no mark
_ARGUMENTS = ("arguments", "parameters")
_PROBES = ("probe_one", "probe_two")
PROBE_ARGUMENTS = {"probe_key": "probe value"}


@dataclass(frozen=True, slots=True)
class CallSyntax:
    """An answer that calls is `prefix`, then calls with `between` between them, then `suffix`."""

    prefix: str
    suffix: str
    arguments_key: str
    between: str | None  # None: the template knows one call at a time

    def opening(self, name: str) -> str:
        """A call up to its arguments; after them it is closed by a bracket."""
        return f'{{"name": {json.dumps(name)}, "{self.arguments_key}": '


def probe_calls(count: int) -> list[tuple[str, dict[str, str]]]:
    """What to let a template write: calls as names and arguments."""
    return [(name, PROBE_ARGUMENTS) for name in _PROBES[:count]]


def read_syntax(one: str, two: str | None, ends: Collection[str]) -> CallSyntax | None:
    """From the turns in which a template wrote one and two of the probe calls; None for any other syntax.

    `ends`: how the tokens are spelt of which one ends the turn.
    """
    for key in _ARGUMENTS:
        around = _around(one, key, 1, ends)
        if around is None:
            continue
        prefix, suffix = around
        several = None if two is None else _around(two, key, 2, ends)
        between = several[1] if several is not None and (several[0], several[2]) == (prefix, suffix) else None
        return CallSyntax(prefix, suffix, key, between)
    return None


def _around(turn: str, key: str, count: int, ends: Collection[str]) -> tuple[str, ...] | None:
    """What stands before, between and after the calls."""
    parts, rest = [], turn
    for name, arguments in probe_calls(count):
        before, call, rest = rest.partition(json.dumps({"name": name, key: arguments}))
        if not call:
            return None
        parts.append(before)
    stops = [at for end in ends if end and (at := rest.find(end)) >= 0]
    if not stops:
        return None
    parts.append(rest[: min(stops)])
    is_plain = all(len(part) <= MAX_CHARS and not any(end in part for end in ends if end) for part in parts)
    return tuple(parts) if is_plain else None
