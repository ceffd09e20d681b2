"""Types into a program on a pseudo-terminal and reads its screen, as far as text alone tells it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.support.program import Program

PATIENCE_S = 20.0
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b\][^\x07]*\x07|\x1b[=>78]|[\r\x07]")


class Typist:
    """Starts with `with`; what still runs at the end is killed."""

    def __init__(
        self,
        program: Program,
        *args: str,
        size: tuple[int, int] = (24, 80),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._command, self._size = program.command(*args), size
        self._env = program.environment(**{"TERM": "xterm-256color", **(env or {})})
        self.raw = ""  # everything that came, control sequences and all
        self._seen = 0

    @classmethod
    def of(
        cls,
        program: Program,
        *command: str,
        size: tuple[int, int] = (24, 80),
        env: Mapping[str, str] | None = None,
    ) -> Self:
        """Of any command with the program's home."""
        typist = cls(program, size=size, env=env)
        typist._command = list(command)
        return typist

    def __enter__(self) -> Self:
        self._terminal, self._child = pty.openpty()
        self._resize(self._child, self._size)
        # The first terminal that a new session opens becomes its own, so that Ctrl-C arrives as a signal.
        on_terminal = ["sh", "-c", 'exec "$@" <"$TTY" >"$TTY" 2>&1', "sh", *self._command]
        self._process = subprocess.Popen(
            on_terminal, env={**self._env, "TTY": os.ttyname(self._child)}, start_new_session=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._child)
        os.close(self._terminal)

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def resize(self, rows: int, columns: int) -> None:
        self._resize(self._terminal, (rows, columns))

    def hang_up(self) -> None:
        """As the terminal's window does when it is closed."""
        self._process.send_signal(signal.SIGHUP)
        self._process.wait(timeout=PATIENCE_S)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def wait_for(self, text: str) -> str:
        """What was shown since the last wait, up to this text and including it, without control sequences."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in (shown := self.shown()[self._seen :]):
            if not self._read(deadline):
                raise AssertionError(f"{text!r} did not come; what came: {shown!r}")
        end = shown.index(text) + len(text)
        self._seen += end
        return shown[:end]

    def wait_for_end(self) -> int:
        """The exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"it did not end; what came: {self.shown()!r}"
            self._read(time.monotonic() + 0.05)
        while self._read(0):
            pass
        return self._process.returncode

    def shown(self) -> str:
        return _CONTROL.sub("", self.raw)

    def _read(self, deadline: float) -> bool:
        """Whether more came in time. Answers what the program asks of the terminal: where the cursor is."""
        if not select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        part = os.read(self._terminal, 65536).decode(errors="replace")
        self.raw += part
        if "\x1b[6n" in part:
            self.type("\x1b[1;1R")
        return True

    @staticmethod
    def _resize(terminal: int, size: tuple[int, int]) -> None:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
