"""What an answer's own token probabilities say of it: how likely it is right, and where it was unsure."""

from collections.abc import Iterator
from math import exp

from hroute.cli.terminal import StyledText, Terminal
from hroute.core.confidence.names import is_generic
from hroute.core.turn.attempt import Attempt

WHOLE_ANSWER_CHARS = 1500
INDENT = 13  # of what stands below a name
AROUND_CHARS = 60  # of a longer answer, to both sides of each doubt


def show_doubts(attempt: Attempt, terminal: Terminal) -> None:
    """Nothing for an engine that does not say how sure it was."""
    signals = attempt.answer_signals
    if signals is None:
        return
    by = f" ({_by(attempt.calibrator)})" if attempt.calibrator else ""
    likely = f"{attempt.confidence:.0%}" if attempt.confidence is not None else _unknown(attempt)
    terminal.line(
        (f"{'likely right':{INDENT}}", "dim"),
        (likely, "bold" if attempt.confidence is not None else "dim"),
        (f"{by}, least likely token {exp(signals.logprob_min):.0%} of {signals.tokens}", "dim"),
    )
    if attempt.text and signals.doubts:
        terminal.line(*_marked(attempt))
    if signals.agreement is not None:
        share = f"{signals.agreement:.0%}"
        terminal.line(
            (f"{'samples':{INDENT}}", "dim"), (share, ""), (" of the further ones say the same", "dim")
        )


def _unknown(attempt: Attempt) -> str:
    """With a calibrator, the row is of a time when those did not speak of long answers."""
    if attempt.calibrator:
        return "not known, longer than all answers that were calibrated"
    return "no calibration for this model"


def _by(calibrator: str) -> str:
    """A generic one says that it is none of this model's."""
    return f"by a {calibrator}, none of its own" if is_generic(calibrator) else calibrator


def _marked(attempt: Attempt) -> Iterator[StyledText]:
    """The answer, its lines indented, with each doubt underlined and its token's probability behind it."""
    assert attempt.answer_signals is not None, "there are doubts to be marked"
    text, at = attempt.text, 0
    yield (" " * INDENT, "")
    for doubt in attempt.answer_signals.doubts:
        if not at <= doubt.start < doubt.end <= len(text):
            continue  # what was stripped from the text has moved it
        yield (_indented(_between(text[at : doubt.start])), "")
        yield (_indented(text[doubt.start : doubt.end]), "underline yellow")
        yield (f"({exp(doubt.logprob):.0%})", "yellow")
        at = doubt.end
    yield (_indented(_between(text[at:])), "")


def _between(text: str) -> str:
    if len(text) <= max(2 * AROUND_CHARS, WHOLE_ANSWER_CHARS // 8):
        return text
    return f"{text[:AROUND_CHARS]} … {text[-AROUND_CHARS:]}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * INDENT)
