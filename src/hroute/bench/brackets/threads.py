"""How many threads a long measurement should take from a machine that others may be using."""

from collections.abc import Callable
from pathlib import Path
from time import sleep

_LOOK_S = 0.5


def idle_threads(cores: int, stat: Callable[[], str] = Path("/proc/stat").read_text) -> int:
    """The cores that nobody is using now, 1 to `cores`; all where the system does not say.

    Threads wait for one another in every step: one that has to share its core makes all of them late, and
    two threads on one free core are slower than one.
    """
    if cores == 1:
        return 1
    try:
        before = _ticks(stat())
        sleep(_LOOK_S)
        after = _ticks(stat())
    except (OSError, ValueError):
        return cores
    idle = sum(_idle_share(was, now) for was, now in zip(before, after, strict=False))
    return max(1, min(cores, round(idle)))


def _ticks(stat: str) -> list[list[int]]:
    """Of every processor: user, nice, system, idle, iowait, irq, softirq, steal."""
    lines = [line.split() for line in stat.splitlines()]
    return [list(map(int, words[1:9])) for words in lines if words[0][:3] == "cpu" and words[0] != "cpu"]


def _idle_share(before: list[int], after: list[int]) -> float:
    spent = [now - was for was, now in zip(before, after, strict=True)]
    return (spent[3] + spent[4]) / max(1, sum(spent))
