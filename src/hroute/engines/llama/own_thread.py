"""A thread for work that must not run twice at once, which the end of the program never waits for."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class OwnThread(Executor):
    """Does one thing after the other; the thread begins with the first one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._thread: Thread | None = None
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as exc:  # noqa: BLE001  it is raised where the result is asked for
                future.set_exception(exc)

        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=_do, args=(self._work,), name=self._name, daemon=True)
                self._thread.start()
        self._work.put(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Lets the thread end after what it has been given."""
        self._work.put(None)

    def __del__(self) -> None:
        self._work.put(None)


def _do(all_work: "SimpleQueue[Callable[[], None] | None]") -> None:
    while (work := all_work.get()) is not None:
        work()
        del work  # and with it whatever it holds on to
