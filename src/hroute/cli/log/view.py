"""The log for people: a table of turns, one turn in full, and what left this machine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hroute.app.answer.contracts import autopsy_of
from hroute.cli.format.aligned import cells_of, padded
from hroute.cli.format.moments import local_minute, local_second
from hroute.cli.format.money import usd
from hroute.cli.format.words import counted
from hroute.cli.words.decision import degraded_words, flip_words, reasons_words
from hroute.core.decision.decision import Decision
from hroute.core.decision.signals import Signals
from hroute.core.sanitize import one_line, printable
from hroute.core.turn.attempt import Outcome, Usage, total_usd
from hroute.core.turn.groups import split

if TYPE_CHECKING:
    from hroute.cli.terminal import Terminal
    from hroute.core.tools.definitions import Expected
    from hroute.store.rows import Egress, LoggedAttempt, LoggedTurn, Summary

# On a terminal narrower than this the column gives way to the last one; `log show` has all of them.
_NEEDS_WIDTH = {"outcome": 120, "model": 120, "tokens": 120, "ms": 120, "rule": 76, "cost": 76}
_TURN_COLUMNS = ("id", "time", "route", "rule", "outcome", "model", "tokens", "cost", "ms", "prompt")
_EGRESS_COLUMNS = ("time", "turn", "bytes", "outcome", "model", "endpoint")
_NUMBERS = ("id", "tokens", "cost", "ms", "turn", "bytes")
_MAX_CELL = 26
_MIN_LAST = 10


@dataclass(frozen=True, slots=True)
class ListingLine:
    text: str
    is_heading: bool = False


def print_summaries(summaries: Iterable["Summary"], terminal: "Terminal") -> None:
    rows = [_summary_cells(summary) for summary in summaries]
    if not terminal.is_rich:
        _print_plain(rows, terminal)
        return
    names = _fitting(_TURN_COLUMNS, terminal.console().width)
    narrow = [row if "outcome" in names else _narrowed(row) for row in rows]
    _print_table(names, narrow, terminal)


def print_egress(requests: Sequence["Egress"], terminal: "Terminal") -> None:
    rows = [_egress_cells(request) for request in requests]
    if terminal.is_rich:
        _print_table(_fitting(_EGRESS_COLUMNS, terminal.console().width), rows, terminal)
    else:
        _print_plain(rows, terminal)
    for line in egress_totals(requests):
        terminal.write(f"{printable(line)}\n")


def print_lines(lines: Iterable[ListingLine], terminal: "Terminal") -> None:
    if not terminal.has_colour:
        terminal.write("".join(f"{printable(line.text)}\n" for line in lines))
        return
    from rich.text import Text

    console = terminal.console()
    for line in lines:
        console.print(Text(printable(line.text), "bold" if line.is_heading else ""), soft_wrap=True)


def egress_totals(requests: Sequence["Egress"]) -> list[str]:
    """A line per endpoint, the most bytes first, then whether anything left this machine at all."""
    endpoints: dict[str, list[Egress]] = {}
    for request in requests:
        endpoints.setdefault(request.endpoint, []).append(request)
    by_bytes = sorted(endpoints.values(), key=lambda group: -sum(r.sent_bytes for r in group))
    totals = [
        f"total: {counted(len(group), 'request')}, {sum(r.sent_bytes for r in group):,} bytes"
        f" to {_endpoint(group[0])}"
        for group in by_bytes
    ]
    if all(request.stayed for request in requests):
        totals.append("Nothing in this log has left this machine.")
    return totals


def describe(logged: "LoggedTurn") -> list[ListingLine]:
    """A turn in full: prompt, decision, signals, attempts."""
    prompt = logged.prompt
    if prompt is None:
        prompt = f"(not kept; sha256 {logged.prompt_sha256})" if logged.prompt_sha256 else "(not kept)"
    category = f" · category {logged.category}" if logged.category else ""
    cost = usd(total_usd(a.attempt.cost_usd for a in logged.attempts))
    expected = logged.request.readable().expected if logged.request else None
    head = f"turn {logged.id} · {local_second(logged.created_at)} · {logged.command}{category}"
    return [
        ListingLine(f"{head} · {logged.outcome} · cost {cost}", is_heading=True),
        *_request_lines(logged),
        ListingLine("prompt", is_heading=True),
        *_indented(prompt),
        *_decision_lines(logged.decision, logged.overhead_ms),
        *_signal_lines(logged.signals),
        *(line for seq, a in enumerate(logged.attempts, 1) for line in _attempt_lines(seq, a, expected)),
        *([ListingLine(f"warning: {logged.warning}")] if logged.warning else ()),
    ]


def _print_table(names: Sequence[str], rows: Sequence[dict[str, str]], terminal: "Terminal") -> None:
    """Columns as wide as what is in them; the last one has what is left of the line."""
    left = console_width = terminal.console().width
    widths = {}
    for name in names:
        widest = max(cells_of(text) for text in (name, *(row[name] for row in rows)))
        widths[name] = max(left, _MIN_LAST) if name == names[-1] else min(widest, _MAX_CELL)
        left -= widths[name] + 1
    for place, row in enumerate(({name: name for name in names}, *rows)):
        cells = (padded(row[name], width, to_right=name in _NUMBERS) for name, width in widths.items())
        line = padded(" ".join(cells), console_width).rstrip()
        terminal.line((line, "" if place else "bold"))


def _fitting(names: Sequence[str], width: int) -> list[str]:
    return [name for name in names if width >= _NEEDS_WIDTH.get(name, 0)]


def _narrowed(row: dict[str, str]) -> dict[str, str]:
    """The prompt carries what its turn's missing column would say."""
    noted = row["prompt"] if row["outcome"] == "ok" else f"[{row['outcome']}] {row['prompt']}"
    return {**row, "time": row["time"].partition("-")[2], "prompt": noted}


def _print_plain(rows: Iterable[dict[str, str]], terminal: "Terminal") -> None:
    terminal.write("".join("\t".join(row.values()) + "\n" for row in rows))


def _summary_cells(summary: "Summary") -> dict[str, str]:
    cells = {
        "id": str(summary.id),
        "time": local_minute(summary.created_at),
        "route": f"{summary.route} ({summary.degraded})" if summary.degraded else str(summary.route),
        "rule": str(summary.rule),
        "outcome": summary.outcome,
        "model": summary.model or "-",
        "tokens": _tokens(summary.input_tokens, summary.output_tokens),
        "cost": usd(summary.cost_usd),
        "ms": "?" if summary.wall_ms is None else f"{summary.wall_ms:.0f}",
        "prompt": "(not kept)" if summary.prompt is None else summary.prompt,
    }
    return {name: one_line(cell) for name, cell in cells.items()}


def _egress_cells(request: "Egress") -> dict[str, str]:
    cells = {
        "time": local_second(request.at),
        "turn": str(request.turn_id),
        "bytes": f"{request.sent_bytes}",
        "outcome": str(request.outcome),
        "model": request.model,
        "endpoint": _endpoint(request),
    }
    return {name: one_line(cell) for name, cell in cells.items()}


def _endpoint(request: "Egress") -> str:
    return f"{request.endpoint} (this machine)" if request.stayed else request.endpoint


def _request_lines(logged: "LoggedTurn") -> list[ListingLine]:
    """What went along with the prompt."""
    request = logged.request
    if request is None:
        return []
    said = request.said
    lines = [ListingLine(f"system: {one_line(said.system)}")] if said.system else []
    if before := sum(map(len, split(said.messages).earlier)):
        lines.append(ListingLine(f"history: {counted(before, 'message')}"))
    files = [
        ListingLine(f"file: {one_line(a.source or '')} ({len(a.text):,} characters)") for a in said.files
    ]
    return [*lines, *files]


def _decision_lines(decision: Decision, overhead_ms: float) -> list[ListingLine]:
    wish = f" wanted {decision.wanted}, but {degraded_words(decision.degraded)}" if decision.degraded else ""
    cost = decision.expected_cost
    lines = [
        ListingLine(f"decision: {decision.route}; {decision.rule}{wish}", is_heading=True),
        *(ListingLine(f"  {reason}") for reason in reasons_words(decision)),
        ListingLine(f"  slot {decision.slot} · policy {decision.policy} · decided in {overhead_ms:.1f} ms"),
        ListingLine(f"  expected cost per success: local {usd(cost.local)}, cloud {usd(cost.cloud)}"),
        *_chance_lines(decision),
    ]
    flip = flip_words(decision)
    return [*lines, ListingLine(f"  to flip it: {flip}")] if flip else lines


def _chance_lines(decision: Decision) -> list[ListingLine]:
    """How likely each route was right and who said so; how likely this route was, if a lot was drawn."""
    chances = decision.chances
    right = f"local {chances.local:.0%}, cloud {chances.cloud:.0%} by {chances.by}" if chances else ""
    lot = f"this route had a chance of {decision.propensity:.0%}" if decision.propensity < 1 else ""
    return [ListingLine(f"  {words}") for words in (right and f"chances of success: {right}", lot) if words]


def _signal_lines(signals: Signals) -> list[ListingLine]:
    constraints, context, scout = signals.constraints, signals.context, signals.scout
    read_in = f"{scout.model}, {scout.latency_ms:.1f} ms"
    chance = f"difficulty {scout.difficulty:.2f}, p_local {scout.p_local:.2f}"
    chance = f"difficulty {scout.difficulty:.2f}, p_local {scout.p_local:.2f}"
    return [
        ListingLine("signals", is_heading=True),
        ListingLine(f"  constraints: {constraints.count}, threshold {constraints.threshold}"),
        *(
            ListingLine(f"    {i.kind} at {i.start}-{i.end}: {one_line(i.text) or '-'}")
            for i in constraints.items
        ),
        ListingLine(
            f"  context: {context.tokens:,} tokens, threshold {context.threshold:,} ({context.method})"
        ),
        ListingLine(f"  scout: {scout.label}, {chance} ({read_in})"),
    ]


def _attempt_lines(seq: int, logged: "LoggedAttempt", expected: "Expected | None") -> list[ListingLine]:
    attempt = logged.attempt
    where = f" · {attempt.sent_bytes:,} bytes sent to {attempt.endpoint}" if attempt.endpoint else ""
    ended = f"{attempt.outcome} ({attempt.reason})" if attempt.reason else f"{attempt.outcome}"
    first = "" if attempt.ttft_ms is None else f" · first token after {attempt.ttft_ms:.0f} ms"
    waited = f"waited {attempt.wait_ms:.0f} ms · " if attempt.wait_ms >= 1 else ""
    given = " · given" if logged.given else ""
    lines = [
        ListingLine(f"attempt {seq}: {attempt.engine} · {attempt.model} · {ended}{given}", is_heading=True),
        ListingLine(f"  {local_second(logged.started_at)} · {waited}{attempt.wall_ms:.0f} ms{first}{where}"),
        ListingLine(f"  {_usage(attempt.usage)} · cost {usd(attempt.cost_usd)}"),
    ]
    if attempt.thought_chars:
        lines.append(
            ListingLine(f"  thought before it answered: {counted(attempt.thought_chars, 'character')}")
        )
    what = "but" if attempt.outcome is Outcome.OK else "error"
    error = [ListingLine(f"  {what}: {one_line(attempt.error)}")] if attempt.error else []
    checks = [ListingLine(f"  {c.status}: {one_line(c.text)} ({one_line(c.detail)})") for c in attempt.checks]
    broken = [ListingLine(f"    {line}") for line in autopsy_of(expected, attempt)]
    return [*lines, *error, *checks, *broken, *_indented(attempt.text)]


def _usage(usage: Usage) -> str:
    cached = f" ({usage.cached_tokens} cached)" if usage.cached_tokens else ""
    estimated = ", estimated" if usage.estimated else ""
    shown = ["unknown" if n is None else f"{n:,}" for n in (usage.input_tokens, usage.output_tokens)]
    return f"tokens {shown[0]} in{cached}, {shown[1]} out{estimated}"


def _tokens(input_tokens: int | None, output_tokens: int | None) -> str:
    return "/".join("?" if n is None else str(n) for n in (input_tokens, output_tokens))


def _indented(text: str) -> list[ListingLine]:
    return [ListingLine(f"    {line}") for line in printable(text).splitlines()]
