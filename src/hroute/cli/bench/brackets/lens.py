"""The bracket microscope: two answers, the token where they part, and the depth of brackets beneath."""

from typing import TYPE_CHECKING

from hroute.bench.brackets.microscope import depths, parting
from hroute.core.sanitize import printable

if TYPE_CHECKING:
    from hroute.bench.brackets.run import BracketOutcome, Token
    from hroute.cli.terminal import Terminal

_WIDTH = 96
_GUTTER = "   "


def show_pair(a: "BracketOutcome", b: "BracketOutcome", terminal: "Terminal") -> None:
    parted = parting(a.tokens, b.tokens)
    title = f"{a.case}, {a.arm}: " + ("the same answer" if parted is None else "the answers part")
    terminal.line((title, "bold"))
    for outcome in (a, b):
        said = _verdict(outcome)
        terminal.line((f"{outcome.side}  ", "bold"), (said, "green" if outcome.is_right else "red"))
        mark = None
        if parted is not None:
            token = parted.a if outcome is a else parted.b
            mark = (len(parted.before), len(token.text) if token else 1)
        _show_text(outcome.text, mark, terminal)
    if parted is not None:
        for side, token in (("a", parted.a), ("b", parted.b)):
            terminal.line((f"{_GUTTER}there {side} {_chose(token)}", ""))
    terminal.line(("", ""))


def _verdict(outcome: "BracketOutcome") -> str:
    if outcome.fault:
        return f"{outcome.fault}{', in a loop' if outcome.is_looped else ''}"
    notes = f", {' and '.join(outcome.notes)} stripped" if outcome.notes else ""
    return ("right" if outcome.is_right else "a call, but not the right one") + notes


def _chose(token: "Token | None") -> str:
    if token is None:
        return "has ended"
    if token.probability is None:
        return f"had to write {token.text!r}"
    return (
        f"wrote {token.text!r} ({token.probability:.1%});"
        f" next likeliest {token.other!r} ({token.other_probability:.1%})"
    )


def _show_text(text: str, mark: tuple[int, int] | None, terminal: "Terminal") -> None:
    """Lines of text, under each its depths, with ^ where the answers part."""
    drawn = list(depths(text))
    if mark is not None:
        at, length = mark
        drawn += " " * (at + length - len(drawn))
        drawn[at : at + length] = "^" * length
    # One sign for one: a line break or a tab would shift what is drawn beneath.
    flat = "".join(printable(sign) if len(printable(sign)) == 1 and sign >= " " else "⏎" for sign in text)
    for start in range(0, max(len(flat), len(drawn)), _WIDTH):
        terminal.line((_GUTTER + flat[start : start + _WIDTH], ""))
        terminal.line((_GUTTER + "".join(drawn[start : start + _WIDTH]), "dim"))
