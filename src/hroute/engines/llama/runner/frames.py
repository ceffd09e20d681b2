"""What travels between a runner and its parent: a length in four bytes, then one JSON object."""

import json
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import Advice

Frame = dict[str, Any]

MOST_BYTES = 256 * 2**20  # of one frame; a conversation of a million tokens has 5 MB
_MOST_TOKENS = 10**12
_LENGTH = struct.Struct("<I")
_CHUNK = 1 << 16


class BrokenLineError(Exception):
    """Nothing more comes: the other side has ended, or speaks nonsense."""


class Line:
    """One end of the line. One thread sends, one receives."""

    def __init__(self, end: socket.socket, patience_s: float | None = None) -> None:
        """`patience_s`: how long a part of a frame may take; None: as long as it takes."""
        self._end, self._taken = end, bytearray()
        end.settimeout(patience_s)

    def send(self, frame: Mapping[str, object], keep_waiting: Callable[[], bool] = lambda: True) -> None:
        """Raises BrokenLineError, also when the other side takes nothing and nobody wants to wait for it."""
        raw = json.dumps(frame, separators=(",", ":")).encode()
        left = memoryview(_LENGTH.pack(len(raw)) + raw)
        while left:
            try:
                left = left[self._end.send(left) :]
            except TimeoutError as exc:
                if not keep_waiting():
                    raise BrokenLineError from exc
            except OSError as exc:
                raise BrokenLineError from exc

    def receive(self) -> Frame | None:
        """The next frame; None when none was whole within the patience. Raises BrokenLineError."""
        while (frame := self._whole()) is None:
            try:
                part = self._end.recv(_CHUNK)
            except TimeoutError:
                return None
            except OSError as exc:
                raise BrokenLineError from exc
            if not part:
                raise BrokenLineError
            self._taken += part
        return frame

    def _whole(self) -> Frame | None:
        taken = self._taken
        if len(taken) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(taken)
        if length > MOST_BYTES:
            raise BrokenLineError
        end = _LENGTH.size + length
        if len(taken) < end:
            return None
        try:
            frame = json.loads(taken[_LENGTH.size : end])
        except (ValueError, RecursionError) as exc:
            raise BrokenLineError from exc
        del taken[:end]
        if not isinstance(frame, dict):
            raise BrokenLineError
        return frame

    def close(self) -> None:
        self._end.close()


def count_in(frame: Frame, name: str) -> int:
    """Raises BrokenLineError for what is no count."""
    value = frame.get(name)
    if type(value) is not int or not 0 <= value <= _MOST_TOKENS:
        raise BrokenLineError
    return value


def of_error(error: LocalInferenceError) -> Frame:
    advice = [one.text for one in error.remedies if isinstance(one, Advice)]
    return {"failure": error.failure.value, "message": error.message, "advice": advice}


def error_in(frame: Frame) -> LocalInferenceError | None:
    """What a frame says went wrong. Raises BrokenLineError for what nobody says."""
    if "error" not in frame:
        return None
    try:
        told = frame["error"]
        advice = [str(one) for one in told["advice"]]
        return LocalInferenceError(Failure(told["failure"]), str(told["message"]), *advice)
    except (KeyError, TypeError, ValueError) as exc:
        raise BrokenLineError from exc
