"""Starts the sandbox's child and bounds it: time, memory, processes, files and output."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from hroute.engines.sandbox.allow import BUILTINS, objection

_CHILD = Path(__file__).with_name("child.py")
_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What one run may take. The wall clock also runs while other programs have the processor."""

    wall_s: float = 10
    cpu_s: int = 2
    memory_bytes: int = 512 * 2**20  # of address space: Python itself takes some 40 MB
    file_bytes: int = 2**16
    output_bytes: int = 2**16  # of each of its two streams
    processes: int = 1
    files: int = 16

    @property
    def of_system(self) -> dict[str, int]:
        """By the names of the system's own limits."""
        return {
            "CPU": self.cpu_s,
            "AS": self.memory_bytes,
            "FSIZE": self.file_bytes,
            "NPROC": self.processes,
            "NOFILE": self.files,
            "CORE": 0,
        }


@dataclass(frozen=True, slots=True)
class Calls:
    """A function that the code must define, and the arguments of each call."""

    function: str
    arguments: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Ran:
    """What each call returned; `fault` in its place, when the code was not run to its end."""

    values: tuple[Any, ...] = ()
    fault: str | None = None


FAILED = object()  # in place of the value of a call that raised something


def run_code(code: str, calls: Calls, limits: RunLimits = RunLimits()) -> Ran:
    """Runs code that a model has written, if all of it is on the list."""
    why = objection(code)
    return Ran(fault=f"not run: {why}") if why else run_unread(code, calls, limits)


def run_unread(code: str, calls: Calls, limits: RunLimits = RunLimits()) -> Ran:
    """As `run_code` without reading the code first: what the child's own walls hold."""
    asked = {"code": code, "function": calls.function, "calls": calls.arguments, "builtins": sorted(BUILTINS)}
    found, fault = _child(asked, limits)
    if found is None or "values" not in found:
        return Ran(fault=fault or str((found or {}).get("error") or (found or {}).get("refused")))
    return Ran(tuple(each.get("value", FAILED) for each in found["values"]))


def unavailable() -> str | None:
    """Why no code can be run here; None when the child, asked to break out, cannot."""
    if sys.platform == "win32" or not hasattr(os, "fork"):
        return "this system has no limits for processes"
    found, fault = _child({"probe": True}, RunLimits())
    if found is None:
        return fault
    if "refused" in found:
        return str(found["refused"])
    is_open = found.get("open", ["everything"])
    return f"the sandbox would not hold {' and '.join(is_open)}" if is_open else None


def _child(job: dict[str, Any], limits: RunLimits) -> tuple[dict[str, Any] | None, str | None]:
    """What the child reports, or why it does not."""
    text = json.dumps({**job, "limits": limits.of_system}).encode()
    with tempfile.TemporaryDirectory(prefix="hroute-code-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={},
            start_new_session=True,
        )
        with process:
            try:
                return _exchange(process, text, limits)
            finally:
                if process.returncode is None:
                    _end(process)


def _exchange(
    process: subprocess.Popen[bytes], text: bytes, limits: RunLimits
) -> tuple[dict[str, Any] | None, str | None]:
    if process.stdin is None:
        return None, "the child cannot be told"
    try:
        process.stdin.write(text)
        process.stdin.close()
    except OSError:
        return None, "the child ended before it was told what to do"
    taking = _Taking(process, limits.output_bytes)
    fault = taking.to_end(monotonic() + limits.wall_s)
    _end(process)  # before it is waited for: after that its number may be another's
    code = process.wait()
    try:
        found = json.loads(taking.said) if fault is None else None
    except ValueError:
        found = None
    return (found, None) if isinstance(found, dict) else (None, fault or _death(code, limits))


def _death(code: int, limits: RunLimits) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"it took more than {limits.cpu_s} s of the processor"
    return f"it ended with {code} and no result"


@dataclass(slots=True)
class _Taking:
    """Takes from both streams what they may say, until they end."""

    process: subprocess.Popen[bytes]
    most: int
    said: bytes = b""
    printed: int = 0
    open: int = field(default=2)

    def to_end(self, deadline_s: float) -> str | None:
        """Why it was given up; None at the end of both streams."""
        with selectors.DefaultSelector() as streams:
            for stream in (self.process.stdout, self.process.stderr):
                if stream is not None:
                    streams.register(stream.fileno(), selectors.EVENT_READ, stream is self.process.stderr)
            while self.open:
                left_s = deadline_s - monotonic()
                ready = streams.select(left_s) if left_s > 0 else []
                if not ready:
                    return "it was not done in time"
                for key, _ in ready:
                    self._take(streams, key.fd, is_report=bool(key.data))
                if max(self.printed, len(self.said)) > self.most:
                    return f"it wrote more than {self.most} bytes"
        return None

    def _take(self, streams: selectors.BaseSelector, fd: int, *, is_report: bool) -> None:
        part = os.read(fd, _CHUNK)
        if not part:
            streams.unregister(fd)
            self.open -= 1
        elif is_report:
            self.said += part
        else:
            self.printed += len(part)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The child and whatever it may have started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
