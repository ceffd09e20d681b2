"""How many threads a long measurement should take from a machine that others may be using."""

from collections.abc import Callable, Sequence

_LOOK_S = 0.5


def _idle_shares() -> list[float]:
    """Of each processor, over half a second; waiting for a disk is idle. Raises OSError."""
    import psutil

    try:
        looked = psutil.cpu_times_percent(_LOOK_S, percpu=True)
    except psutil.Error as exc:
        raise OSError(str(exc)) from exc
    return [(one.idle + getattr(one, "iowait", 0.0)) / 100 for one in looked]


def idle_threads(cores: int, look: Callable[[], Sequence[float]] = _idle_shares) -> int:
    """The cores that nobody is using now, 1 to `cores`; all where the system does not say.

    Threads wait for one another in every step: one that has to share its core makes all of them late, and
    two threads on one free core are slower than one.
    """
    if cores == 1:
        return 1
    try:
        shares = look()
    except OSError:
        return cores
    return max(1, min(cores, round(sum(shares)))) if shares else cores
