"""Brackets of a JSON text, without being fooled by strings and escapes."""

from dataclasses import dataclass

_CLOSER = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Brackets:
    """What a scan found. `missing` closes what is still open, in order; `in_string`: the end is inside one.

    `wrong_at` is the first closer that does not fit, and `wanted` what would have fitted there ("" when
    nothing was open); the scan ends there.
    """

    missing: str
    in_string: bool
    wrong_at: int | None = None
    wanted: str = ""


def scan(text: str, start: int = 0, end: int | None = None) -> Brackets:
    """Reads text[start:end] as JSON; linear in its length."""
    stack: list[str] = []
    at, end = start, len(text) if end is None else end
    while at < end:
        character = text[at]
        if character == '"':
            closed = _string_end(text, at + 1, end)
            if closed is None:
                return Brackets("".join(reversed(stack)), in_string=True)
            at = closed
        elif character in _CLOSER:
            stack.append(_CLOSER[character])
        elif character in "]}" and (not stack or stack.pop() != character):
            return _wrong(text, start, at)
        at += 1
    return Brackets("".join(reversed(stack)), in_string=False)


def _string_end(text: str, at: int, end: int) -> int | None:
    """The place of the closing quote; None when the text ends before."""
    while at < end:
        if text[at] == '"':
            return at
        at += 2 if text[at] == "\\" else 1
    return None


def _wrong(text: str, start: int, at: int) -> Brackets:
    still_open = scan(text, start, at).missing
    return Brackets(still_open, in_string=False, wrong_at=at, wanted=still_open[:1])
