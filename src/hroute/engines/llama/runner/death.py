"""What a runner died of, as the failure of an attempt."""

import re
import signal
from contextlib import suppress
from pathlib import Path

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.llama.machine import tells_of_no_memory

_MOST_SAID = 300


def kills_by_the_kernel() -> int | None:
    """How many processes this system has ended for their memory since it began; None: it does not say."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return None


def failure_of(
    path: Path | None, code: int | None, said: str, *, is_shorter: bool, killed_for_memory: bool
) -> LocalInferenceError:
    """`code`: how the process ended, as subprocess tells it; `said`: its last words.

    `is_shorter`: whether the model's file has lost bytes since it was loaded.
    """
    name = "the local model" if path is None else str(path)
    if is_shorter:
        return LocalInferenceError(
            Failure.BAD_FILE,
            f"{name} became shorter while it was in use",
            "download the model file again",
        )
    if killed_for_memory or tells_of_no_memory(said):
        return LocalInferenceError(
            Failure.MEMORY,
            f"{name}: no memory was left for the model",
            "lower local.chat.context_tokens or max_tokens, or use a smaller model",
        )
    return LocalInferenceError(
        Failure.CRASH,
        f"{name}: llama.cpp crashed on it ({_how(code)}){_words(said)}",
        "ask again; if it stays, the file is damaged or made to do harm: remove it",
    )


def _how(code: int | None) -> str:
    if code is None:
        return "it spoke nonsense"
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _words(said: str) -> str:
    """The last line that says something; the rest of a crash is addresses."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    # Where the library was built says nothing here.
    return f": {re.sub(r'/[^ ]*/', '', lines[-1])[:_MOST_SAID]}" if lines else ""
