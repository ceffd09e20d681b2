"""The parent's hold on one runner: starts it, tells it what to do, and ends it when it does not obey."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.turn.message import Message
from hroute.engines.llama.runner.death import failure_of, kills_by_the_kernel
from hroute.engines.llama.runner.frames import BrokenLineError, Frame, Line, count_in, error_in
from hroute.engines.llama.runner.order import AnswerOrder, said
from hroute.engines.llama.runner.to_load import ToLoad
from hroute.engines.llama.runner.told import Told

TEMPLATE_LIMIT_S = 20.0  # and the tokenizer: a million tokens take 2 s
_PATIENCE_S = 0.05  # how soon a stop is seen while the runner says nothing
_GRACE_S = 0.5  # for a runner that was told to stop; then it is killed
_LAST_WAIT_S = 1.0  # for a process that was killed
_MOST_SAID = 1 << 16  # what a pipe holds
_SECRET = re.compile("KEY|TOKEN|SECRET|PASSW", re.IGNORECASE)


class Runner:
    """One process. All but `kill` and `is_ready` belongs to one thread, and the process ends with it."""

    def __init__(self, template_limit_s: float = TEMPLATE_LIMIT_S) -> None:
        """Starts it; it imports what it needs until it is told what to load."""
        self._template_limit_s = template_limit_s
        self.is_ready = False  # the model is loaded
        self._path: Path | None = None
        self._file_bytes = 0
        self._kills = kills_by_the_kernel()
        try:
            self._line, self._said, self._process = _started()
        except OSError as exc:
            raise LocalInferenceError(
                Failure.MEMORY,
                f"the local model's process could not be started: {exc.strerror or exc}",
                "close other programs",
            ) from exc

    @property
    def is_usable(self) -> bool:
        return self.is_ready and self._process.poll() is None

    def load(self, wanted: ToLoad, is_unwanted: Callable[[], bool]) -> bool:
        """False when it was given up, because nobody wants the model any more. Raises LocalInferenceError."""
        self._path = wanted.path
        try:
            self._file_bytes = _bytes_of(wanted.path)
            self._line.send(wanted.frame(), lambda: not is_unwanted())
            self.is_ready = self._has_loaded(is_unwanted)
        except BrokenLineError as exc:
            if not is_unwanted():
                raise self._death() from exc
        return self.is_ready

    def _has_loaded(self, is_unwanted: Callable[[], bool]) -> bool:
        template_by_s = None
        while not is_unwanted():
            frame = self._line.receive()
            if frame is None:
                self._refuse_late(template_by_s)
            elif (error := error_in(frame)) is not None:
                raise error
            elif "loaded" in frame:
                return True
            else:
                template_by_s = monotonic() + self._template_limit_s
        return False

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        """Of a runner that only counts. Raises LocalInferenceError, and then it has ended."""
        template_by_s = monotonic() + self._template_limit_s
        is_over = False
        try:
            self._line.send({"count": said(messages), "limit": limit}, lambda: monotonic() < template_by_s)
            while (frame := self._line.receive()) is None:
                self._refuse_late(template_by_s)
            is_over = True
            if (error := error_in(frame)) is not None:
                raise error
            is_more = frame.get("over") is True
            return TokenCount(count_in(frame, "tokens"), CountMethod.TOKENIZER, over=is_more)
        except BrokenLineError as exc:
            raise self._death() from exc
        finally:
            if not is_over:
                self.end()

    def answer(self, order: AnswerOrder, told: Told, stop: Event) -> Generator[str, None, None]:
        """Pieces of the text; an empty one is a sign of life. Raises LocalInferenceError."""
        is_over = False
        try:
            self._line.send(order.frame(), lambda: not stop.is_set())
            for frame in self._frames(stop):
                is_over = "end" in frame
                text = told.hear(frame)
                if (error := error_in(frame)) is not None:
                    raise error
                yield text
        except BrokenLineError as exc:
            if stop.is_set():
                return
            raise self._death() from exc
        finally:
            if not is_over:
                self.end()

    def _frames(self, stop: Event) -> Iterator[Frame]:
        """Until the last one of an answer. Raises BrokenLineError for a runner that does not stop."""
        template_by_s: float | None = monotonic() + self._template_limit_s
        stop_by_s = None
        while True:
            frame = self._line.receive()
            if frame is None:
                self._refuse_late(template_by_s)
            else:
                template_by_s = None
                yield frame
                if "end" in frame:
                    return
            if stop.is_set():
                if stop_by_s is None:
                    stop_by_s = monotonic() + _GRACE_S
                    self._line.send({"stop": True}, lambda: False)
                elif monotonic() > stop_by_s:
                    raise BrokenLineError

    def _refuse_late(self, template_by_s: float | None) -> None:
        if template_by_s is not None and monotonic() > template_by_s:
            raise LocalInferenceError(
                Failure.TIMEOUT,
                f"{self._path}: its chat template was not done after {self._template_limit_s:g} s",
                "the file may be made to do harm: use another one",
            )

    def kill(self) -> None:
        """Ends it whatever it does; from any thread."""
        self.is_ready = False
        self._process.kill()

    def end(self) -> None:
        """Kills it and leaves nothing of it behind."""
        self.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WAIT_S)
        self._line.close()
        if self._said >= 0:
            os.close(self._said)
            self._said = -1

    def __del__(self) -> None:
        with suppress(AttributeError):  # it never started
            self.end()

    def _death(self) -> LocalInferenceError:
        """Of a runner whose line broke, and its end."""
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_GRACE_S)
        last_words = self._last_words()
        kills = kills_by_the_kernel()
        self.end()
        return failure_of(
            self._path,
            code,
            last_words,
            is_shorter=self._has_shrunk(),
            killed_for_memory=code == -9 and None is not kills != self._kills,
        )

    def _last_words(self) -> str:
        with suppress(OSError):
            return os.read(self._said, _MOST_SAID).decode(errors="replace")
        return ""

    def _has_shrunk(self) -> bool:
        # Removed, it has no size: what is open stays whole.
        return self._path is not None and 0 < _bytes_of(self._path) < self._file_bytes


def _started() -> tuple[Line, int, subprocess.Popen[bytes]]:
    """The line to a new process, and from where its last words can be read."""
    ours, theirs = socket.socketpair()
    with theirs:
        said, says = os.pipe()
        os.set_blocking(said, False)
        os.set_blocking(says, False)  # what nobody reads is lost, and never waited for
        try:
            process = subprocess.Popen(
                # -P: the current folder must not lend its modules.
                [sys.executable, "-P", "-m", "hroute.engines.llama.runner"],
                stdin=theirs.fileno(),
                stdout=says,
                stderr=says,
                env=_environment(),
            )
        except OSError:
            ours.close()
            os.close(said)
            raise
        finally:
            os.close(says)
    return Line(ours, _PATIENCE_S), said, process


def _environment() -> dict[str, str]:
    """Without what a model file that was made to do harm could tell others."""
    kept = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    return kept | {"GGML_NO_BACKTRACE": "1"}  # a debugger that prints where llama.cpp aborted takes seconds


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
