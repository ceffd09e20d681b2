"""A report's sections as one page that needs nothing else: no script, no network, light and dark."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hroute.cli.format.words import shortened
from hroute.cli.report import svg, words
from hroute.cli.report.compose import sections_of
from hroute.cli.report.sections import Column, Phrase, Sections, Sentence, Series, Table
from hroute.core.report.compose import Grouping, Report, TurnGroup
from hroute.core.sanitize import printable
from hroute.data import SHIPPED

_TEMPLATE = SHIPPED / "report.html.jinja"
_ROWS, _BARS = 50, 12


@dataclass(frozen=True, slots=True)
class _Figure:
    title: str
    chart: svg.Chart | None
    said: Sequence[Sentence] = ()


def page(report: Report, title: str) -> str:
    from jinja2 import Environment, StrictUndefined

    found = sections_of(report, Grouping, title)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_plain, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(found=found, figures=list(_figures(report, found)), tables=list(_tables(found)))


def _plain(value: object) -> object:
    """Whatever somebody called a category or a model, on one line and without what a terminal obeys."""
    return value if hasattr(value, "__html__") else re.sub(r"\s+", " ", printable(f"{value}"))


def _tables(found: Sections) -> Iterable[Table]:
    for table in (found.what_ifs, found.latencies, found.kept, *found.groups.values()):
        if table is not None:
            cut = table.cut(_ROWS)
            yield replace(cut, columns=[_short(column) for column in cut.columns])


def _short(column: Column) -> Column:
    if not column.is_free:
        return column
    return replace(column, cells=[shortened(cell, words.NAME_CHARS) for cell in column.cells])


def _figures(report: Report, found: Sections) -> Iterable[_Figure]:
    for grouping in (Grouping.ROUTE, Grouping.CATEGORY, Grouping.MODEL):
        lines = [line for line in report.groups[grouping] if line.cpst.known_usd is not None]
        if lines:
            title = f"Cost per success {words.TITLES[grouping].lower()}"
            yield _Figure(title, svg.bars(title, [_bar(grouping, line) for line in lines[:_BARS]]))
    for series in (found.daily, found.validation):
        if series is not None:
            yield _Figure(series.title, _timeline(series), series.said)
    if report.kept:
        points = [
            svg.Point(kept.mean_confidence, kept.right.value or 0, kept.right.low or 0, kept.right.high or 1)
            for kept in report.kept
        ]
        title = "Kept local answers: right, by confidence"
        said = (Phrase("On the dashed line, confidence is what it says"),)
        yield _Figure(title, svg.reliability(title, points), [said])


def _bar(grouping: Grouping, line: TurnGroup) -> svg.Bar:
    cpst = line.cpst
    return svg.Bar(
        shortened(words.name_of(grouping, line), words.NAME_CHARS),
        float(cpst.known_usd or 0),
        f"{words.cpst(cpst)}, n = {line.turns:,}",
        low=float(cpst.low_usd or 0),
        high=None if cpst.high_usd is None else float(cpst.high_usd),
    )


def _timeline(series: Series) -> svg.Chart | None:
    if len(series.figures) < 2:
        return None
    top = max(figure for figure in series.figures if figure is not None)
    ends = (f"{series.first}", f"{series.last}")
    return svg.timeline(series.title, series.figures, ends, series.text_of(top))
