"""What this machine has for a model: memory and cores."""

import os
from pathlib import Path


def free_memory_bytes() -> int | None:
    """What can be allocated without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(sizes[0]) * 1024 if sizes else None


def default_threads() -> int:
    """The physical cores that this process may use, at most 8."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        doubled = Path("/sys/devices/system/cpu/smt/active").read_text().strip() == "1"
    except OSError:
        doubled = False
    return max(1, min(8, allowed // 2 if doubled else allowed))
