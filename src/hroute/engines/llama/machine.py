"""What this machine has for a model: memory and cores."""

import os
from pathlib import Path

# What libraries say when an allocation fails, before they give up.
_NO_MEMORY = (
    *("bad_alloc", "MemoryError", "out of memory", "Memory allocation", "mem_buffer != NULL"),
    *("Cannot allocate memory", "failed to allocate", "failed to map segment", "Thread creation failed"),
    "can't start new thread",
)


def tells_of_no_memory(text: str) -> bool:
    """Whether these words of a library, or of a process that died, say that no memory was left."""
    return any(words in text for words in _NO_MEMORY)


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
