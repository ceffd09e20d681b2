"""What `hroute explain` shows to people: verdict, gauges, the prompt with its constraints, the flip line."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from hroute.cli.format.doubts_view import show_doubts
from hroute.cli.format.money import usd
from hroute.cli.format.words import counted
from hroute.cli.terminal import StyledText, Terminal
from hroute.cli.words import Surface
from hroute.cli.words.decision import flip_words, reasons_words
from hroute.core.decision.decision import Chances, Decision, ExpectedCost, Route, Rule
from hroute.core.decision.signals import ConstraintItem, ContextPressure, CountMethod, ScoutReading, Signals
from hroute.core.turn.attempt import Attempt, CheckStatus, ConstraintCheck, Outcome

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected
    from hroute.store.verdicts import GivenVerdict

GAUGE_CELLS = 12
EXCERPT_CHARS = 60  # of the prompt around each constraint, where it is too long to show whole
WHOLE_PROMPT_CHARS = 1500
SHOWN_WAIT_MS = 100
NOTABLE = 0.05  # of a chance: what moves it by less is not worth a line
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STATUS_STYLES = {CheckStatus.KEPT: "green", CheckStatus.BROKEN: "red", CheckStatus.UNCHECKED: "dim"}
_ROUTE_STYLES = {Route.LOCAL: "bold green", Route.CLOUD: "bold cyan"}


def show_decision(
    decision: Decision, signals: Signals, prompt: str, terminal: Terminal, surface: Surface = Surface.SHELL
) -> None:
    constraints, context, scout = signals.constraints, signals.context, signals.scout
    terminal.line((decision.route, _ROUTE_STYLES[decision.route]), (f"  {decision.rule}", "bold"))
    for reason in reasons_words(decision, surface):
        terminal.line((f"  {reason}", ""))
    terminal.line()
    counted = f"{constraints.count}, the cloud from {constraints.threshold + 1}"
    _gauge(terminal, "constraints", constraints.count / (constraints.threshold + 1), counted)
    _gauge(terminal, "context", context.tokens / (context.threshold + 1), _context_words(context))
    _gauge(terminal, "scout", 1 - scout.p_local, _scout_words(scout))
    if scout.moved_by:
        moved_by = ", ".join(f"{name} {weight:+.1f}" for name, weight in scout.moved_by)
        _row(terminal, "", (f"{'moved by':{GAUGE_CELLS + 2}}", "dim"), (moved_by, "dim"))
    without = scout.local.p_right(scout.difficulty)
    if abs(scout.p_local - without) >= NOTABLE:
        words = f"{_offset_words(scout)}; {without:.0%} without"
        _row(terminal, "", (f"{'this model':{GAUGE_CELLS + 2}}", "dim"), (words, "dim"))
    terminal.line()
    if prompt:
        terminal.line(*_marked(prompt, constraints.items))
        terminal.line()
    if decision.chances is not None:
        _row(terminal, "chances", (_chances_words(decision.chances), ""))
    for name, words in zip(("expected", ""), _cost_words(decision.expected_cost), strict=True):
        _row(terminal, name, (words, ""))
    _row(terminal, "flip", (flip_words(decision, surface), ""))
    if decision.propensity < 1:
        _row(terminal, "lot", (_lot_words(decision), ""))


def show_attempts(attempts: Sequence[Attempt], expected: "Expected | None", terminal: Terminal) -> None:
    """What became of a decision, one attempt after the other; where a tool call broke, with a caret."""
    from hroute.app.answer.contracts import autopsy_of

    for attempt in attempts:
        style = "green" if attempt.outcome is Outcome.OK else "yellow"
        if attempt.wait_ms >= SHOWN_WAIT_MS:
            _row(terminal, "waited", (f"{attempt.wait_ms / 1000:.1f} s", ""), (" for other answers", "dim"))
        words = f" by {attempt.engine} ({attempt.model}) in {attempt.wall_ms / 1000:.1f} s"
        detail = f": {attempt.error}" if attempt.error else ""
        _row(terminal, "answered", (attempt.outcome, style), (words + detail, ""))
        if attempt.thought_chars:
            _row(terminal, "thought", (counted(attempt.thought_chars, "character"), ""))
        for check in attempt.checks:
            _show_check(check, terminal)
        for line in autopsy_of(expected, attempt):
            _row(terminal, "", (line, "dim"))
        show_doubts(attempt, terminal)


def show_verdicts(verdicts: Sequence["GivenVerdict"], terminal: Terminal) -> None:
    """Everything that was said of the answer, oldest first."""
    from hroute.cli.format.verdict_words import history_words

    for given in verdicts:
        _row(terminal, "verdict", (history_words(given), ""))


def _show_check(check: ConstraintCheck, terminal: Terminal) -> None:
    text = " ".join(check.text.split())
    _row(
        terminal,
        "",
        (f"{check.status:9}", _STATUS_STYLES[check.status]),
        (f"  {text}", ""),
        (f"  {check.detail}", "dim"),
    )


def _row(terminal: Terminal, name: str, *spans: StyledText) -> None:
    terminal.line((f"{name:13}", "dim"), *spans)


def _gauge(terminal: Terminal, name: str, share: float, words: str) -> None:
    """A bar that is full where the cloud begins."""
    full = min(GAUGE_CELLS, int(share * GAUGE_CELLS))
    style = "cyan" if share >= 1 else "green"
    _row(terminal, name, ("█" * full, style), ("░" * (GAUGE_CELLS - full), "dim"), (f"  {words}", ""))


def _context_words(context: ContextPressure) -> str:
    more = {CountMethod.BOUND: "at least" if context.exceeded else "at most", CountMethod.ESTIMATE: "about"}
    exactly = "more than" if context.exceeded else ""
    tokens = min(context.tokens, context.threshold) if context.exceeded else context.tokens
    amount = f"{more.get(context.method, exactly)} {tokens} tokens".strip()
    return f"{amount}, the cloud above {context.threshold} ({context.method})"


def _offset_words(scout: ScoutReading) -> str:
    """What moves the local model's chance beside its ability and the difficulty."""
    return ", ".join(f"{demand.words} {offset:+.1f}" for demand, offset in scout.local_offsets)


def _scout_words(scout: ScoutReading) -> str:
    chance = f"{min(scout.p_local, 0.99):.0%} chance of a right local answer ({scout.local.words})"
    read = f"difficulty {scout.difficulty:+.1f} ({scout.model}, {scout.latency_ms:.1f} ms)"
    return f"{scout.label}: {chance}, {read}"


_BY = {
    "scout": "the prompt's difficulty and both abilities",
    "scout, cpst.p_cloud": "the scout; the cloud's is cpst.p_cloud",
}


def _chances_words(chances: Chances) -> str:
    """P(success) of both routes, and what says so."""
    by = _BY.get(chances.by, chances.by)
    local, cloud = min(chances.local, 0.99), min(chances.cloud, 0.99)  # nobody knows the last hundredth
    return f"local {local:.0%}, cloud {cloud:.0%} right (by {by})"


def _cost_words(cost: ExpectedCost) -> tuple[str, str]:
    """Dollars per successful task of each route, and how much of them is the risk of failing."""
    return (
        f"local {_parts(cost.local, cost.local_failures, 'electricity')} per successful task",
        f"cloud {_parts(cost.cloud, cost.cloud_failures, 'the price of the answer')}",
    )


def _parts(cost: Decimal | None, failures: Decimal | None, rest: str) -> str:
    if cost is None or failures is None:
        return usd(cost)
    return f"{usd(cost)} ({usd(failures)} the risk of failing, {usd(cost - failures)} {rest})"


def _lot_words(decision: Decision) -> str:
    """How likely this route was, where a lot could have taken the other one (routing.explore)."""
    if decision.rule is Rule.EXPLORATION:
        return f"drawn: {decision.propensity:.0%} of such turns take this route, to learn of it"
    return f"{1 - decision.propensity:.0%} of such turns take the other route, to learn of it"


def _marked(prompt: str, items: Iterable[ConstraintItem]) -> Iterator[StyledText]:
    """The prompt with every counted constraint underlined, numbered and named."""
    shorten = len(prompt) > WHOLE_PROMPT_CHARS
    at = 0
    for number, item in enumerate(sorted(items, key=lambda item: (item.start, item.end)), 1):
        start = max(at, item.start)
        yield (_excerpt(prompt[at:start]) if shorten else prompt[at:start], "")
        yield (prompt[start : item.end], "underline")
        yield (f"{number}".translate(_SUPERSCRIPTS) + f"({item.kind})", "bold magenta")
        at = max(start, item.end)
    yield (_excerpt(prompt[at:]) if shorten else prompt[at:], "")


def _excerpt(text: str) -> str:
    if len(text) <= 2 * EXCERPT_CHARS:
        return text
    return f"{text[:EXCERPT_CHARS]} … {text[-EXCERPT_CHARS:]}"
