"""The runner: loads one model and writes one answer after the other, until its parent is gone.

python -P -m hroute.engines.llama.runner, with its line to the parent as standard input. What loading does
not need is imported beside it, in `serve`: an answer that waits for its model waits for that too.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
import traceback
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, NoReturn

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.llama.machine import tells_of_no_memory
from hroute.engines.llama.native import Model, StopFlag, library
from hroute.engines.llama.runner.frames import BrokenLineError, Frame, Line, of_error
from hroute.engines.llama.runner.to_load import ToLoad

if TYPE_CHECKING:
    from hroute.engines.llama.runner.serve import AnswerServer, CountServer

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# C takes the interpreter's lock a hundred times while it loads: usually 5 ms each, beside an import.
_SWITCH_S = 0.0005


class Ear:
    """Listens beside the work: a stop reaches the answer in the making, and the parent's end ends it all."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._stop = StopFlag()
        self._orders: SimpleQueue[tuple[Frame, StopFlag]] = SimpleQueue()

    def listen(self) -> NoReturn:
        with suppress(BrokenLineError):
            while (frame := self._line.receive()) is not None:
                if "stop" in frame:
                    self._stop.set()
                    continue
                self._stop = StopFlag()  # a stop that comes too late for one answer is none for the next
                self._orders.put((frame, self._stop))
        os._exit(0)  # also out of a computation

    def next(self) -> tuple[Frame, StopFlag]:
        return self._orders.get()


def main() -> None:
    _stay_in_the_background()
    line = Line(socket.socket(fileno=sys.stdin.fileno()))
    ear = Ear(line)
    Thread(target=ear.listen, daemon=True).start()
    try:
        library()
        wanted, _ = ear.next()
        server = _loaded(ToLoad.of(wanted), line)
        while True:
            server.answer(*ear.next())
    except BrokenLineError:
        return
    except LocalInferenceError as error:
        _last_words(line, error)
    except Exception as error:  # noqa: BLE001  the boundary of this process, as `cli` is of the other
        traceback.print_exc()
        _last_words(line, _unexpected(error))


def _stay_in_the_background() -> None:
    """Ctrl-C is the parent's to handle; no core file; no life after the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Ends it even inside a C function that lets no other thread see the line's end.
        _end_with_starter(signal.SIGKILL)


def _end_with_starter(by: int) -> None:
    """0: no more. Linux sends it when the thread ends that started this process."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)


def _loaded(wanted: ToLoad, line: Line) -> "AnswerServer | CountServer":
    has_server = Event()
    Thread(target=_import_the_rest, args=(wanted, has_server), daemon=True).start()
    model = Model(wanted.path, vocab_only=wanted.only_counts)
    if wanted.only_counts and sys.platform == "linux":
        _end_with_starter(0)  # threads that count come and go; templates let the line's end be seen
    line.send({"weights": True})
    has_server.wait()
    from hroute.engines.llama.runner.serve import AnswerServer, CountServer

    return CountServer(model, line) if wanted.only_counts else AnswerServer(model, wanted, line)


def _import_the_rest(wanted: ToLoad, has_server: Event) -> None:
    """What the server needs, while C loads; then what the first token needs, while C reads the prompt."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_S)
    with suppress(ImportError, MemoryError):  # who needs it says what is wrong
        import hroute.engines.llama.runner.serve  # noqa: F401
    has_server.set()
    if not wanted.only_counts:
        with suppress(ImportError, MemoryError):
            import numpy as np  # noqa: F401
    sys.setswitchinterval(usual_s)


def _last_words(line: Line, error: LocalInferenceError) -> None:
    with suppress(BrokenLineError):
        line.send({"error": of_error(error)})


def _unexpected(error: Exception) -> LocalInferenceError:
    if tells_of_no_memory("".join(traceback.format_exception(error))):
        return LocalInferenceError(Failure.MEMORY, "no memory was left for the local model")
    what = f"{type(error).__name__}: {error}"[:500]
    return LocalInferenceError(Failure.CRASH, f"the local model's process failed: {what}")


if __name__ == "__main__":
    main()
