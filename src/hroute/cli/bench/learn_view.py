"""The report of `hroute bench learn` as a table for each file."""

from typing import TYPE_CHECKING

from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.figures import figure_text

if TYPE_CHECKING:
    from hroute.bench.learn.measure import LearningPoint, LearnReport
    from hroute.cli.terminal import Terminal

_COLUMNS = ["router", "verdicts", "APGR", "over scout", "AUROC fails", "CPST $"]


def show_learning(report: "LearnReport", terminal: "Terminal") -> None:
    from hroute.bench.learn.measure import BOTH, LENGTH, ONE, ORACLE, RANDOM, SCOUT

    routers = (RANDOM, LENGTH, SCOUT, ONE, BOTH, ORACLE)
    lines = sorted(report.lines, key=lambda line: (routers.index(line.router), line.verdicts))
    shown = [line for line in lines if line.router != SCOUT or line.verdicts == 0]
    title = (
        f"{report.name}: {report.n:,} prompts, local {number(report.weak)}, cloud {number(report.strong)},"
        f" scout {report.scout}"
    )
    show_aligned(title, _COLUMNS, [_row(line) for line in shown], terminal)
    if report.was_trained_on:
        words = (
            "  The scout was trained on this file: its figures are no test, and learning started without it."
        )
        terminal.line((words, "yellow"))
        terminal.line(("", ""))


def _row(line: "LearningPoint") -> list[str]:
    from hroute.bench.learn.measure import BOTH, ONE, SCOUT

    is_learnt = line.router in (ONE, BOTH)
    return [
        line.router,
        f"{line.verdicts:,}" if is_learnt else "",
        figure_text(line.apgr),
        "" if line.router == SCOUT else figure_text(line.over_scout),
        figure_text(line.auroc_fails),
        figure_text(line.cpst_usd),
    ]
