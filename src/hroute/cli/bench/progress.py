"""The bar of a long measurement."""

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hroute.bench.brackets.measure import Progress


@contextmanager
def resumable(terminal: Terminal) -> "Iterator[Callable[[Progress], None]]":
    """A bar over a measurement that keeps what is done, and says so when Ctrl-C ends it."""
    try:
        with _progress(terminal) as tell:
            yield tell
    except KeyboardInterrupt:
        terminal.warn("interrupted; what is done is kept: run the same with --resume to go on")
        raise


@contextmanager
def _progress(terminal: Terminal) -> "Iterator[Callable[[Progress], None]]":
    """A bar on stderr while it is a terminal; nothing in a pipe."""
    if terminal.quiet or not terminal.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        yield lambda _progress: None
        return
    from time import perf_counter

    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]} tokens/s"),
        bars.TextColumn("{task.fields[left]} left"),
    )
    console = Console(file=terminal.stderr, no_color=bool(os.environ.get("NO_COLOR")))
    started_s = perf_counter()
    with bars.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("answers", total=None, rate="-", left="-")

        def tell(done: "Progress") -> None:
            passed_s = perf_counter() - started_s
            rate, left = f"{done.tokens / passed_s:.0f}", _left(done, passed_s)
            bar.update(task, completed=done.answers, total=done.all_answers, rate=rate, left=left)

        yield tell


def _left(progress: "Progress", passed_s: float) -> str:
    """By the average so far: answers come in bursts, which the bar's own estimate takes for the speed."""
    done = progress.answers - progress.kept
    if not done or progress.all_answers is None:
        return "-"
    left_s = round((progress.all_answers - progress.answers) * passed_s / done)
    return f"{left_s // 60}:{left_s % 60:02}"
