"""Tells the ways apart in which JSON can be broken."""

from hroute.core.tools.text.brackets import scan
from hroute.core.tools.text.json_text import NotJsonError, parse_at
from hroute.core.tools.verdict import ToolFault, ToolVerdict


def diagnose(text: str, start: int, error: NotJsonError, *, cut: bool) -> ToolVerdict:
    """The verdict on the JSON that begins at `start` and could not be read.

    `cut`: a token limit ended the text, so that what is missing at its end says nothing of the model.
    """
    brackets = scan(text, start)
    if brackets.wrong_at is not None and brackets.wrong_at <= error.at:
        wanted = f"'{brackets.wanted}'" if brackets.wanted else "no closing bracket"
        return ToolVerdict(ToolFault.BRACKET_MISMATCH, brackets.wrong_at, wanted)
    is_open = brackets.in_string or bool(brackets.missing)
    if cut and is_open and brackets.wrong_at is None:
        wanted = f"the rest, which ends with '{brackets.missing}'" if brackets.missing else "the rest"
        return ToolVerdict(ToolFault.TRUNCATED, len(text.rstrip()), wanted)
    if brackets.missing and (dropped := _dropped(text, start, error.at)):
        return dropped
    return ToolVerdict(ToolFault.INVALID_JSON, error.at, error.wanted)


def _dropped(text: str, start: int, error_at: int) -> ToolVerdict | None:
    """All before the error is whole but for closers, and the text never brings them."""
    before = text[start:error_at].rstrip()
    missing = scan(before).missing
    try:
        parse_at(before + missing, 0)
    except NotJsonError:
        return None
    return ToolVerdict(ToolFault.BRACKET_DROP, start + len(before), f"'{missing}'")


def stray_closer(text: str, end: int) -> ToolVerdict | None:
    """A closing bracket right after a whole value closes nothing."""
    rest = text[end:].lstrip()
    if rest[:1] not in ("}", "]"):
        return None
    return ToolVerdict(ToolFault.BRACKET_MISMATCH, len(text) - len(rest), "no closing bracket")
