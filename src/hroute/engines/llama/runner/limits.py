"""How much memory a chat template may take: it is code of whoever made the model file."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPLATE_BYTES = 512 * 2**20  # for a prompt of a million tokens it takes 30 MB


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Whatever asks for more raises MemoryError. Systems that do not say what a process has set no bound."""
    has = _address_space_bytes()
    if has is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    usable = [limit for limit in (has + TEMPLATE_BYTES, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(usable), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space_bytes() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()
