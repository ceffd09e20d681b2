"""What a report of a large log takes, and a write into it: measured on a synthetic log."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from hroute.bench.intervals import percentile
from hroute.bench.overhead import OverheadMeasure
from hroute.bench.synthetic_log import fill_log
from hroute.core.decision.decision import Decision, Route, Rule, Slot
from hroute.core.decision.signals import (
    Constraints,
    ContextPressure,
    CountMethod,
    Label,
    ScoutReading,
    Signals,
)
from hroute.core.routing.reasons import KeptPrivate
from hroute.core.turn.attempt import Answer, Attempt, Outcome, Usage
from hroute.core.turn.options import Options
from hroute.core.turn.turn import Turn
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store import schema
from hroute.store.log import Log
from hroute.store.rows import Start

AIM_S, AIM_MB = 2.0, 300.0
_FORMS: tuple[tuple[str, ...], ...] = ((), ("--since", "30d"), ("--category", "code"), ("--json",))
_WRITES = 300


@dataclass(frozen=True, slots=True)
class _Ran:
    wall_s: float
    cpu_s: float
    peak_mb: float


def measure_report(
    folder: Path, attempts: int, runs: int, tell: Callable[[str], None]
) -> list[OverheadMeasure]:
    """Fills a log in the folder, reads it with `hroute report` in processes of their own, writes to it."""
    large, small = folder / "large", folder / "small"
    tell(f"writing a log of {attempts:,} attempts to {large}")
    turns = fill_log(large / "log.sqlite", attempts, datetime.now(UTC))
    started_s = perf_counter()
    with closing(schema.connect(large / "log.sqlite")):
        migrated = OverheadMeasure(
            "making an old log of that size ready, once", perf_counter() - started_s, "s"
        )
    size = OverheadMeasure(
        f"the log's file, {turns:,} turns", (large / "log.sqlite").stat().st_size / 1e6, "MB"
    )
    tell("reading it")
    reports = [measure for form in _FORMS for measure in _report_measures(form, large, runs)]
    tell(f"writing {_WRITES} turns to it, and to a new log")
    return [size, migrated, *reports, *_write_measures(large, small)]


def _report_measures(form: Sequence[str], home: Path, runs: int) -> list[OverheadMeasure]:
    command = " ".join(("hroute", "report", *form))
    ran = [_report(form, home) for _ in range(runs)]
    return [
        OverheadMeasure(command, median(one.wall_s for one in ran), "s", aim=AIM_S),
        OverheadMeasure("  of it on the CPU", median(one.cpu_s for one in ran), "s"),
        OverheadMeasure("  memory of the whole process", max(one.peak_mb for one in ran), "MB", aim=AIM_MB),
    ]


def _report(form: Sequence[str], home: Path) -> _Ran:
    """Memory is the operating system's peak; it is never less than what this process had when it began."""
    environment = {**os.environ, "HROUTE_HOME": str(home)}
    command = [sys.executable, "-m", "hroute", "report", *form]
    started_s = perf_counter()
    child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall_s = perf_counter() - started_s
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    peak_bytes = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return _Ran(wall_s, used.ru_utime + used.ru_stime, peak_bytes / 1e6)


def _write_measures(large: Path, small: Path) -> list[OverheadMeasure]:
    """Turn by turn in both logs, so that a noisy moment hits both."""
    with Log(large / "log.sqlite") as log, Log(small / "log.sqlite") as empty:
        pairs = [(_write_ms(log), _write_ms(empty)) for _ in range(_WRITES)]
        rated = [(_rate_ms(log), _rate_ms(empty)) for _ in range(_WRITES)]
    in_large, in_small = zip(*pairs, strict=True)
    rate_large, rate_small = zip(*rated, strict=True)
    return [
        OverheadMeasure("a turn from open_turn to close_turn, median", median(in_large), "ms"),
        OverheadMeasure("  95th percentile", percentile(in_large, 0.95), "ms"),
        OverheadMeasure("  in a new log, median", median(in_small), "ms"),
        OverheadMeasure("a changed verdict, median", median(rate_large), "ms"),
        OverheadMeasure("  in a new log, median", median(rate_small), "ms"),
    ]


def _write_ms(log: Log) -> float:
    started_s, now = perf_counter(), datetime.now(UTC)
    turn_id = log.open_turn(_TURN, _SIGNALS, _DECISION, command="bench", overhead_ms=1.4, at=now)
    start = Start(_ATTEMPT.engine, _ATTEMPT.route, _ATTEMPT.model)
    attempt_id = log.open_attempt(turn_id, start, at=now)
    log.close_attempt(attempt_id, _ATTEMPT)
    log.close_turn(turn_id, Answer(turn_id, _DECISION, (_ATTEMPT,), _ATTEMPT), at=now)
    return (perf_counter() - started_s) * 1000


def _rate_ms(log: Log) -> float:
    last = log.last_id()
    started_s, now = perf_counter(), datetime.now(UTC)
    log.verdicts.give(last, Verdict(Judgement.GOOD), at=now)
    return (perf_counter() - started_s) * 1000


_TURN = Turn.of("Why is the sky blue? " * 10, options=Options(category="code"))
_SIGNALS = Signals(
    Constraints(0, (), 3),
    ContextPressure(60, 8192, CountMethod.BOUND, exceeded=False),
    ScoutReading(Label.STANDARD, -0.8, "builtin-1", 0.6),
)
_DECISION = Decision(Route.LOCAL, Rule.DEFAULT, Route.LOCAL, None, Slot.CHAT, "signals", (KeptPrivate(),))
_ATTEMPT = Attempt(
    "local", Route.LOCAL, "tiny", Outcome.OK, "An answer. " * 40, wall_ms=900, usage=Usage(60, 120)
)
