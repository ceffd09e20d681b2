"""A bracket run as tables, as JSON and as CSV."""

import csv
import io
from dataclasses import asdict
from typing import Any

from hroute.bench.brackets.cases import OPENING
from hroute.bench.brackets.report import BracketReport, report
from hroute.bench.brackets.run import SIDES, BatchCheck, BracketRun, Work
from hroute.cli.format.aligned import show_aligned
from hroute.cli.format.as_json import json_line
from hroute.cli.format.figures import share_text
from hroute.cli.terminal import Terminal


def show_run(run: BracketRun, terminal: Terminal) -> None:
    found = report(run)
    _show_head(run, terminal)
    for arm in found.arms:
        rows = [
            [rate.name, share_text(rate.a, 1), share_text(rate.b, 1)]
            for rate in arm.rates
            if rate.a.value or rate.b.value
        ]
        show_aligned(f"{arm.name}, n = {arm.n}", ["share of cases", "a", "b"], rows, terminal)
    _show_tests(found, terminal)
    _show_speed(run, terminal)
    terminal.line((found.conclusion, "bold"))


def _show_head(run: BracketRun, terminal: Terminal) -> None:
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
    limit = f"at most {run.plan.max_tokens} tokens, and half as many again as the right answer plus 24"
    terminal.line((f"   {limit}; loops are cut", "dim"))
    terminal.line(("", ""))


def _show_tests(found: BracketReport, terminal: Terminal) -> None:
    rows = [
        [f"{t.arm}: {t.name}", str(t.n), str(t.only_a), str(t.only_b), f"{t.p:.3f}", f"{t.p_holm:.3f}"]
        for t in found.tests
    ]
    columns = ["case by case", "pairs", "only a", "only b", "p", "p, corrected"]
    show_aligned(f"McNemar, exact; {len(rows)} tests, Holm's correction", columns, rows, terminal)


def _show_speed(run: BracketRun, terminal: Terminal) -> None:
    rows = [
        [f"{side}: {name}", *_speeds(work)]
        for side in SIDES
        for name, work in [("prompts", run.work[side].prompts), *run.work[side].arms.items()]
    ]
    title = f"Speed, {run.plan.slots} answers at a time, threads: {run.plan.threads}"
    show_aligned(title, ["", "tokens", "dictated", "wall s", "CPU s", "tokens/s"], rows, terminal)
    terminal.line(
        ("an answer has an equal part of each step of its batch, and its own sampling and grammar", "dim")
    )
    terminal.line(("", ""))
    if run.check:
        _show_check(run.check, terminal)


def _speeds(work: Work) -> list[str]:
    counts = (f"{work.tokens:,}", f"{work.dictated:,}" if work.dictated else "")
    return [*counts, f"{work.wall_s:.0f}", f"{work.cpu_s:.0f}", f"{work.tokens_per_s:.0f}"]


def _show_check(check: BatchCheck, terminal: Terminal) -> None:
    terminal.line(
        (f"Decoding in one batch is {check.ratio_cpu:.1f}x faster than one by one", "bold"),
        (f" by CPU time ({check.ratio_wall:.1f}x by the clock), on {check.answers} answers of a.", ""),
    )
    differing, of = len(check.partings), f"{check.greedy_answers} texts at temperature 0"
    if not differing:
        terminal.line((f"The batch gives the same {of} as decoding one by one.", ""))
        return
    terminal.line(
        (f"{differing} of {of} differ between the two: ", ""),
        ("no more than rounding" if check.is_rounding else "MORE THAN ROUNDING, distrust this run", "bold"),
        (f". Where they part, a token's lead moved by at most {max(check.partings):.2f} logits", ""),
        (f"; {_rounding(check)}.", ""),
    )


def _rounding(check: BatchCheck) -> str:
    found = check.rounding
    if found is None:
        return "what rounding moves could not be measured"
    return (
        "reading the same answers in one go instead of token by token moves it by up to"
        f" {found.highest:.2f} (median {found.median:.2f}, {found.tokens:,} tokens)"
    )


def write_json(run: BracketRun, terminal: Terminal) -> None:
    """Everything but the answers themselves, which --save keeps; with the speed of every arm."""
    value: dict[str, Any] = run.model_dump(mode="json", exclude={"outcomes"})
    speed = {
        side: {arm: round(w.tokens_per_s, 2) for arm, w in run.work[side].arms.items()} for side in SIDES
    }
    terminal.write(json_line({**value, "tokens_per_s": speed, "report": asdict(report(run))}))


def write_csv(run: BracketRun, terminal: Terminal) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    columns = "case kind arm model fault notes right tokens text arm_tokens_per_s"
    writer.writerow(columns.split())
    for o in run.outcomes:
        answer = [o.case, o.kind, o.arm, o.side, o.fault or "", " ".join(o.notes), int(o.is_right)]
        speed = run.work[o.side].arms[o.arm].tokens_per_s
        writer.writerow([*answer, len(o.tokens), o.text, f"{speed:.2f}"])
    terminal.write(out.getvalue())
