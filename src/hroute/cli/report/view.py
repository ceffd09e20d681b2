"""A report's sections as tables and plots on a terminal, and as plain tables in a pipe."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hroute.cli.format.words import shortened
from hroute.cli.report import plot
from hroute.cli.report.columns import show_columns
from hroute.cli.report.sections import Column, KeyFacts, Order, Sections, Sentence, Series, Table, Tone
from hroute.cli.report.words import NAME_CHARS

if TYPE_CHECKING:
    from hroute.cli.terminal import StyledText, Terminal

    Lines = Iterator[tuple[StyledText, ...]]

_SHOWN_LINES = 20
_BAR, _PLOT_HEIGHT, _MAX_PLOT = 10, 4, 100
_STYLES = {Tone.PLAIN: "", Tone.STRONG: "bold", Tone.WARNING: "yellow"}


def show_report(found: Sections, terminal: "Terminal") -> None:
    terminal.line((found.title, "bold"))
    _show_facts(found.facts, terminal)
    for table in found.groups.values():
        is_long = table is not None and table.order is Order.BY_SIZE
        _show_table(table.cut(_SHOWN_LINES) if table and is_long else table, terminal)
    _show_series(found.daily, _dots, terminal)
    _show_table(found.what_ifs, terminal)
    _show_series(found.validation, _sparkline, terminal)
    _show_table(found.latencies, terminal)
    _show_table(found.kept, terminal)
    for alarm in found.alarms:
        terminal.line((f"ALARM: {alarm}", "bold red"))
    terminal.line((found.intervals, "dim"))


def _show_facts(facts: KeyFacts, terminal: "Terminal") -> None:
    cpst, rated, turns, success = facts.cpst, facts.rated, facts.turns, facts.success
    terminal.line((f"  {cpst.name}  ", ""), (cpst.whole, "bold cyan"))
    if rated.more:
        terminal.line((f"    {rated.name}  {rated.whole}", ""))
        terminal.line((f"    {rated.more}", "dim"))
    known = f"{success.name} {success.whole} {success.of}" if success.figure else success.more
    terminal.line((f"  {turns.figure} {turns.name}: {turns.more}; {known}", ""))
    costs = (facts.bill, facts.electricity, facts.time)
    terminal.line(("  " + " · ".join(f"{cost.name} {cost.figure}" for cost in costs), ""))
    terminal.line(("", ""))


def _show_table(table: Table | None, terminal: "Terminal") -> None:
    if table is None:
        return
    chars = min(NAME_CHARS, terminal.console().width // 4) if terminal.is_rich else NAME_CHARS
    columns = [
        replace(one, cells=[shortened(cell, chars) for cell in one.cells]) if one.is_free else one
        for one in table.columns
    ]
    if table.bars is not None and _draws(terminal):
        bars = [plot.bar(share, _BAR) for share in table.bars.shares]
        columns.append(Column(table.bars.name.ljust(_BAR), bars, rank=3))
    show_columns(table.title, columns, terminal)
    for note in table.notes:
        terminal.line((f"  {note}", "dim"))
    if table.notes:
        terminal.line(("", ""))


def _show_series(
    series: Series | None, plotted: Callable[[Series, int], "Lines"], terminal: "Terminal"
) -> None:
    if series is None:
        return
    terminal.line((series.title, "bold"))
    for sentence in series.said:
        terminal.line(("  ", ""), *_spans(sentence))
    if _draws(terminal) and len(series.figures) > 1:
        for line in plotted(series, terminal.console().width):
            terminal.line(*line)
    terminal.line(("", ""))


def _spans(sentence: Sentence) -> "Iterable[StyledText]":
    return ((said.text, _STYLES[said.tone]) for said in sentence)


def _dots(series: Series, width: int) -> "Lines":
    """A line between its lowest and highest figure, and the days at its ends."""
    columns = min(width - 16, _MAX_PLOT)
    rows = plot.line(series.figures, columns, _PLOT_HEIGHT)
    top = max(figure for figure in plot.squeeze(series.figures, columns * 2) if figure is not None)
    labels = [series.text_of(top), *[""] * (_PLOT_HEIGHT - 2), series.text_of(0)]
    for label, row in zip(labels, rows, strict=True):
        yield (f"  {label:>10} ", "dim"), (row, "cyan")
    yield ((f"{'':13}{series.first}{f'{series.last}':>{columns - 10}}", "dim"),)


def _sparkline(series: Series, width: int) -> "Lines":
    drawn = plot.sparkline(plot.squeeze(series.figures, min(width - 4, _MAX_PLOT)))
    yield ((f"  {drawn}", "cyan"),)


def _draws(terminal: "Terminal") -> bool:
    """Plots are for terminals that can show them."""
    encoding = getattr(terminal.stdout, "encoding", "") or ""
    return terminal.is_rich and encoding.lower().replace("-", "").startswith("utf")
