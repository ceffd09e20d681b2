"""Runs what blocks in a thread, so that the other turns of the event loop go on meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")
Given = TypeVarTuple("Given")


async def off_loop(work: Callable[[*Given], T], *given: *Given, threads: Executor | None = None) -> T:
    """What `work` returns or raises. It is always done to its end, also when the caller is cancelled.

    Writes of the log run in its own `threads`: they are short, and wait for no preparation that is not.

    A cancelled caller waits for that end, however often it is cancelled: a row that is being written is
    written, and nothing of the turn is still at work when the turn is over.
    """
    # A future of the executor, not a task: the end of a loop cancels all tasks.
    running = asyncio.get_running_loop().run_in_executor(threads, work, *given)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            try:
                await asyncio.wait({running})
            except asyncio.CancelledError:
                continue
        if not running.cancelled():
            running.exception()  # asyncio complains about a failure that nobody looked at
        raise
