"""The runner: loads one model and writes one answer after the other, until its parent is gone.

python -P -m hroute.engines.llama.runner, with its line to the parent as standard input.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from contextlib import closing, suppress
from queue import SimpleQueue
from typing import NoReturn

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import Advice
from hroute.engines.llama.machine import default_threads
from hroute.engines.llama.native import StopFlag, library
from hroute.engines.llama.prefix_store import PrefixStore
from hroute.engines.llama.runner.frames import BrokenLineError, Frame, Line
from hroute.engines.llama.runner.order import Order, ToLoad
from hroute.engines.llama.runner.told import Teller
from hroute.engines.llama.worker import LoadedModel, Run

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


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
    threading.Thread(target=ear.listen, daemon=True).start()
    try:
        library()  # takes longest: while the parent still reads the prompt
        frame, stop = ear.next()
        model = _loaded(ToLoad.of(frame), stop)
        line.send({"loaded": True})
        while True:
            _answer(model, *ear.next(), line)
    except BrokenLineError:
        return
    except LocalInferenceError as error:
        line.send({"error": _told(error)})
    except MemoryError as error:
        traceback.print_exc()
        line.send({"error": _told(_no_memory(error))})
    except Exception as error:  # noqa: BLE001  the boundary of this process, as `cli` is of the other
        traceback.print_exc()
        line.send({"error": _told(_unexpected(error))})


def _stay_in_the_background() -> None:
    """Ctrl-C is the parent's to handle; no core file, no backtrace by a debugger; no life after the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Ends it even inside a C function that lets no other thread see the line's end.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _loaded(wanted: ToLoad, stop: StopFlag) -> LoadedModel:
    store = PrefixStore(wanted.prefixes) if wanted.prefixes else None
    threads = wanted.threads or default_threads()
    return LoadedModel(wanted.path, wanted.context_tokens, threads, stop, store)


def _answer(model: LoadedModel, frame: Frame, stop: StopFlag, line: Line) -> None:
    order = Order.of(frame)
    run = Run(
        order.messages,
        order.recipe,
        stop,
        expected=order.expected,
        samples=order.samples,
        conversation=order.conversation,
    )
    teller, end = Teller(run), {}
    try:
        with closing(model.answer(run)) as answer:
            for text in answer:
                line.send(teller.news(text))
    except LocalInferenceError as error:
        end = {"error": _told(error)}
    end |= {"sampled": run.sampled, "computed_tokens": model.evaluated_tokens, "end": True}
    line.send(teller.news("") | end)


def _told(error: LocalInferenceError) -> Frame:
    advice = [one.text for one in error.remedies if isinstance(one, Advice)]
    return {"failure": error.failure.value, "message": error.message, "advice": advice}


def _no_memory(error: MemoryError) -> LocalInferenceError:
    return LocalInferenceError(Failure.MEMORY, f"no memory was left for the local model {error}".strip())


def _unexpected(error: Exception) -> LocalInferenceError:
    what = f"{type(error).__name__}: {error}"[:500]
    return LocalInferenceError(Failure.CRASH, f"the local model's process failed: {what}")


if __name__ == "__main__":
    main()
