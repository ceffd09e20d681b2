"""A bracket run as tables, as JSON and as CSV."""

import csv
import io
from dataclasses import asdict
from typing import Any

from hroute.app.bench.brackets_cases import OPENING
from hroute.app.bench.brackets_report import Report, report
from hroute.app.bench.brackets_run import SIDES, SavedRun, Work
from hroute.app.bench.intervals import Figure
from hroute.cli.aligned import show_aligned
from hroute.cli.as_json import json_line
from hroute.cli.terminal import Terminal


def show_run(run: SavedRun, terminal: Terminal) -> None:
    found = report(run)
    _show_head(run, terminal)
    for arm in found.arms:
        rows = [
            [rate.name, share(rate.a), share(rate.b)] for rate in arm.rates if rate.a.value or rate.b.value
        ]
        show_aligned(f"{arm.name}, n = {arm.n}", ["share of cases", "a", "b"], rows, terminal)
    _show_tests(found, terminal)
    _show_speed(run, terminal)
    terminal.line((found.conclusion, "bold"))


def _show_head(run: SavedRun, terminal: Terminal) -> None:
    for name in SIDES:
        side = run.side(name)
        weights = f", mostly {side.quantization}, {side.size_bytes / 1e6:.0f} MB"
        terminal.line((f"{name}  ", "bold"), (f"{side.path}{weights}", ""))
    terminal.line((f"   {run.origin}", ""))
    asked = (
        "asked as hroute ask does"
        if run.plan.plain
        else f"asked with one example; free answers are begun with {OPENING}, a call is required"
    )
    terminal.line((f"   {run.plan.suite} suite, {run.n} cases; {asked}", "dim"))
    terminal.line(
        (f"   at most {run.plan.max_tokens} tokens, and twice the right answer; loops are cut", "dim")
    )
    terminal.line(("", ""))


def _show_tests(found: Report, terminal: Terminal) -> None:
    rows = [
        [f"{t.arm}: {t.name}", str(t.n), str(t.only_a), str(t.only_b), f"{t.p:.3f}", f"{t.p_holm:.3f}"]
        for t in found.tests
    ]
    columns = ["case by case", "pairs", "only a", "only b", "p", "p, corrected"]
    show_aligned(f"McNemar, exact; {len(rows)} tests, Holm's correction", columns, rows, terminal)


def _show_speed(run: SavedRun, terminal: Terminal) -> None:
    rows = [[name, *_speeds(run.work[name])] for name in SIDES]
    title = f"Speed, {run.plan.slots} answers at a time, {run.plan.threads} threads"
    columns = ["", "prompt tokens", "answer tokens", "wall s", "CPU s", "answer tokens/s"]
    show_aligned(title, columns, rows, terminal)
    speed_up = run.speed_up
    if speed_up is None:
        return
    terminal.line(
        (f"In one batch {speed_up.ratio_cpu:.1f}x faster than one by one", "bold"),
        (
            f" by CPU time ({speed_up.ratio_wall:.1f}x by the clock), on {speed_up.answers} answers;"
            f" {speed_up.greedy_differing} of {speed_up.greedy_answers} texts at temperature 0 differ"
            " between the two, which use other kernels (where free ones part, the chosen token led by"
            f" {speed_up.widest_gap:.1%} at most).",
            "",
        ),
    )


def _speeds(work: Work) -> list[str]:
    rate = work.answer_tokens / work.wall_s if work.wall_s else 0
    tokens = (f"{work.prompt_tokens:,}", f"{work.answer_tokens:,}")
    return [*tokens, f"{work.wall_s:.0f}", f"{work.cpu_s:.0f}", f"{rate:.0f}"]


def share(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    return f"{figure.value:.1%} [{figure.low:.1%} {figure.high:.1%}]"


def write_json(run: SavedRun, terminal: Terminal) -> None:
    """Everything but the answers themselves, which --save keeps."""
    value: dict[str, Any] = run.model_dump(mode="json", exclude={"outcomes"})
    terminal.write(json_line({**value, "report": asdict(report(run))}))


def write_csv(run: SavedRun, terminal: Terminal) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["case", "kind", "arm", "model", "fault", "notes", "right", "tokens", "text"])
    for o in run.outcomes:
        notes = " ".join(o.notes)
        writer.writerow(
            [o.case, o.kind, o.arm, o.side, o.fault or "", notes, int(o.is_right), len(o.tokens), o.text]
        )
    terminal.write(out.getvalue())
