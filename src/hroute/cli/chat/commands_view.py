"""What the slash commands of a chat show."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from hroute.app.chat.exchange import Exchange, ExchangeEnding
from hroute.cli.chat.slash import COMMANDS
from hroute.cli.display import tokens_per_s
from hroute.cli.format.aligned import show_aligned
from hroute.cli.format.moments import local_minute
from hroute.cli.format.money import usd
from hroute.cli.format.words import counted
from hroute.cli.terminal import Terminal
from hroute.cli.words import Surface
from hroute.cli.words.decision import stand_in_words
from hroute.core.sanitize import one_line

if TYPE_CHECKING:
    from hroute.app.chat.conversation import Conversation
    from hroute.store.rows import LoggedTurn

RECAPPED = 10  # turns in a line each
COMPARED_CHARS = 20_000  # the comparison takes the square of the length

_MARKS = {
    ExchangeEnding.ANSWERED: "",
    ExchangeEnding.INTERRUPTED: " (stopped)",
    ExchangeEnding.FAILED: " (no answer)",
}


def show_help(terminal: Terminal) -> None:
    widest = max(len(command.usage) for command in COMMANDS)
    # On a narrow terminal the words stand below: side by side they would be a column of single words.
    is_narrow = terminal.is_rich and terminal.console().width < widest + 40
    for command in COMMANDS:
        if is_narrow:
            terminal.line((command.usage, "bold"))
            terminal.line((f"  {command.help}", "dim"))
        else:
            terminal.line((f"{command.usage:{widest}}  ", "bold"), (command.help, ""))
    terminal.line(("A prompt that begins like a command: //help me", "dim"))
    if terminal.is_rich:
        terminal.line(("Enter sends, Alt-Enter or Ctrl-J makes a new line, Tab completes,", "dim"))
        terminal.line(("Ctrl-R searches what was said, Ctrl-X Ctrl-E opens $EDITOR.", "dim"))


def show_why(logged: "LoggedTurn", terminal: Terminal) -> None:
    from hroute.cli.explain.view import show_attempts, show_decision

    show_decision(logged.decision, logged.signals, logged.prompt or "", terminal, Surface.CHAT)
    expected = logged.request.readable().expected if logged.request else None
    show_attempts([one.attempt for one in logged.attempts], expected, terminal)


def show_versions(versions: Sequence[Exchange], terminal: Terminal) -> None:
    """The answers of one turn side by side."""
    answers = [version for version in versions if version.shown.strip()]
    if len(answers) < 2:
        return
    columns = ("turn", "route", "model", "tokens", "seconds", "tokens/s", "cost")
    show_aligned("answers to this turn", columns, [_version_cells(answer) for answer in answers], terminal)
    before, now = answers[-2:]
    terminal.line((f"  #{before.turn_id} and #{now.turn_id}: {_likeness(before, now)}", "dim"))
    terminal.line(("  /undo goes back to the one before, /good and /bad judge the last", "dim"))


def _version_cells(version: Exchange) -> tuple[str, ...]:
    attempt = version.attempt
    if attempt is None:
        return (f"#{version.turn_id}", "", version.ending, "", "", "", "")
    tokens, speed = attempt.usage.output_tokens, tokens_per_s(attempt)
    return (
        f"#{version.turn_id}",
        attempt.route,
        one_line(attempt.model) + _MARKS[version.ending],
        "" if tokens is None else str(tokens),
        f"{attempt.wall_ms / 1000:.1f}",
        "" if speed is None else f"{speed:.0f}",
        usd(version.cost_usd),
    )


def _likeness(before: Exchange, now: Exchange) -> str:
    old, new = (version.shown[:COMPARED_CHARS].split() for version in (before, now))
    if old == new:
        return "the same words"
    share = SequenceMatcher(None, old, new, autojunk=False).ratio()
    return f"{share:.0%} of their words in common, in the same order"


def show_models(conversation: "Conversation", terminal: Terminal) -> None:
    from hroute.app.chat.views import models

    runtime = conversation.runtime
    for info in models(runtime, conversation.setup.local_model):
        where = f" at {info.endpoint}" if info.endpoint else ""
        holds = "" if info.context_tokens is None else f", {info.context_tokens:,} tokens of context"
        serves = info.serves or "chat and tools"
        name = info.route if info.engine == info.route else f"{info.route} {info.engine}"
        terminal.line((f"{name}", "bold"), (f"  {info.model}{where}, for {serves}{holds}", ""))
        if info.replaced:
            terminal.line((f"  {stand_in_words(info.replaced)}", "dim"))
    if not runtime.clouds:
        terminal.line(("no cloud: hroute config init --preset openai", "dim"))


def show_cost(conversation: "Conversation", terminal: Terminal) -> None:
    from hroute.app.chat.views import cost

    spent = cost(conversation)
    use = spent.session
    tokens = f"{_count(use.input_tokens)} tokens read ({use.cached_tokens:,} of them still known)"
    written = f"{_count(use.output_tokens)} written"
    terminal.line((f"session  {usd(use.cost_usd)} for {counted(use.turns, 'turn')}: {tokens}, {written}", ""))
    limits = [
        f" of {usd(limit)} a {period}"
        for limit, period in ((spent.daily_limit_usd, "day"), (spent.monthly_limit_usd, "month"))
        if limit is not None
    ]
    terminal.line((f"today    {usd(spent.today_usd)}{','.join(limits)} (UTC)", ""))


def _count(tokens: int | None) -> str:
    return "unknown" if tokens is None else f"{tokens:,}"


def show_context(conversation: "Conversation", terminal: Terminal) -> None:
    """What goes along, and of each turn how many tokens its engine had to read anew."""
    from hroute.app.chat.views import context_use

    use = context_use(conversation)
    holds = "" if use.holds is None else f"; the local model holds {use.holds:,}, its answer included"
    terminal.line((f"about {use.tokens:,} tokens go along, the cloud above {use.limit:,}{holds}", ""))
    left_out = f", the oldest {use.left_out} no longer" if use.left_out else ""
    terminal.line((f"{counted(use.turns, 'earlier turn')} of the conversation{left_out}", ""))
    rows = [_context_cells(exchange) for exchange in conversation.exchanges]
    show_aligned("tokens", ("turn", "route", "prompt", "read anew", "written"), rows, terminal)


def _context_cells(exchange: Exchange) -> tuple[str, ...]:
    usage = exchange.attempt.usage if exchange.attempt else None
    counts = (usage.input_tokens, exchange.read_tokens, usage.output_tokens) if usage else (None, None, None)
    route = exchange.attempt.route if exchange.attempt else ""
    return (f"#{exchange.turn_id}", route, *("?" if count is None else str(count) for count in counts))


def show_sessions(conversation: "Conversation", terminal: Terminal) -> None:
    found = conversation.sessions()
    if not found:
        terminal.note("no session has been kept yet")
    width = terminal.console().width if terminal.is_rich else 200
    for summary in found:
        session = summary.session
        mark = "*" if session.id == conversation.session_id else " "
        when = local_minute(summary.last_at)
        head = f"{mark}{session.id:>4}  {when}  {summary.turns:>3}  "
        title = "(not kept)" if summary.title is None else one_line(summary.title)
        terminal.line((f"{head}{title}"[:width], ""))


def show_recap(conversation: "Conversation", terminal: Terminal) -> None:
    """Where an opened session stands: its prompts in a line each, and the last answer whole."""
    exchanges = conversation.exchanges
    terminal.note(f"session {conversation.session_id}, {counted(len(exchanges), 'turn')}")
    if conversation.missing_texts:
        terminal.note(
            f"of {counted(conversation.missing_texts, 'turn')} no text was kept; they do not go along"
        )
    if not terminal.is_rich or not exchanges:
        return
    width = terminal.console().width
    if len(exchanges) > RECAPPED:
        terminal.line((f"… {counted(len(exchanges) - RECAPPED, 'earlier turn')}", "dim"))
    for exchange in exchanges[-RECAPPED:]:
        prompt = one_line(exchange.prompt or "(not kept)")
        terminal.line((f"#{exchange.turn_id} {prompt}"[: width - 14] + _MARKS[exchange.ending], "dim"))
    terminal.line()
    _show_text(exchanges[-1], terminal)
    terminal.line()


def _show_text(exchange: Exchange, terminal: Terminal) -> None:
    from hroute.cli.chat.view import as_code
    from hroute.cli.format.markdown import MarkdownStream

    markdown = MarkdownStream(terminal.console())
    markdown.feed(exchange.shown if exchange.result is None else as_code(exchange.result))
    markdown.end()
