"""What a model made of a preamble, kept on disk for the next process that begins with the same one.

A preamble is what a prompt says before the first user's text: the system message with its tools. Nothing
that follows is ever stored. Files are named by everything that decides their content, so that a file is
either right or not found; losing one costs time and nothing else.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from hroute import disk
from hroute.core.turn.message import Message, Role
from hroute.engines.models import checksum

LEAST_TOKENS = 128  # takes 0.1-1 s to evaluate on a processor core, and 10 ms to load
LIMIT_BYTES = 256 * 2**20  # of all files: 38 preambles of 300 tokens for a 135M model, 6 for one of 8B

_MAGIC = b"hroute prefix 1\n"
_HEAD_BYTES = len(_MAGIC) + sha256().digest_size
_ENDING = ".prefix"
_ABANDONED_S = 3600  # an unfinished file this old belongs to a process that was killed
_SAMPLE_BYTES = 1 << 16


def preamble_length(
    tokens_of: Callable[[Sequence[Message]], list[int]],
    messages: Sequence[Message],
    prompt: Sequence[int],
    beside: str = "",
) -> int:
    """How many tokens every conversation with this system message begins with; 0 below LEAST_TOKENS.

    `beside`: what else all of them tell. Found by comparing the prompt with another one, because a template
    may put the message anywhere.
    """
    system = tuple(takewhile(lambda message: message.role is Role.SYSTEM, messages))
    told = "".join((beside, *(message.text for message in system)))
    if len(told.encode(errors="replace")) < LEAST_TOKENS:
        return 0
    following = messages[len(system)].text.lstrip() if len(system) < len(messages) else ""
    unlike = Message.of(Role.USER, "B" if following.startswith("A") else "A")
    length = common_length(prompt[:-1], tokens_of([*system, unlike]))
    return length if length >= LEAST_TOKENS else 0


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@dataclass(frozen=True, slots=True)
class PrefixKeys:
    """Names the states that one model makes."""

    _model: bytes

    @classmethod
    def of(cls, model: Path) -> "PrefixKeys | None":
        """Knows a file by both ends and its time of change: 0.2 ms. None for one that cannot be read."""
        try:
            fingerprint = checksum.fingerprint(model, _SAMPLE_BYTES)
            return cls(f"{fingerprint} {model.stat().st_mtime_ns} ".encode())
        except OSError:
            return None

    def key(self, tokens: Sequence[int], computed_by: str) -> str:
        """`computed_by`: all that changes a state beside the model and the tokens."""
        by = sha256(computed_by.encode()).digest()
        return sha256(self._model + by + " ".join(map(str, tokens)).encode()).hexdigest()


class PrefixStore:
    """A folder of states, bounded in size; any number of processes may use it at once. Never raises."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder, self._limit_bytes = folder, limit_bytes

    def load(self, key: str) -> bytearray | None:
        """The state that was saved under this key. A file that is not as it was written is removed."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD_BYTES)
                state = bytearray(max(0, os.fstat(file.fileno()).st_size - _HEAD_BYTES))
                file.readinto(state)
        except FileNotFoundError:
            return None
        except (OSError, MemoryError):
            self.remove(key)
            return None
        if head != _head(key, state):
            self.remove(key)
            return None
        with suppress(OSError):
            os.utime(path)  # the longest unused goes first
        return state

    def save(self, key: str, state: bytes | bytearray) -> None:
        """Readers see the whole file or none. A full disk or a read-only folder is no error."""
        if len(state) > self._limit_bytes:
            return
        with suppress(OSError):
            disk.make_private_folder(self._folder)
            # Private: a state says in a form what the system message said.
            disk.replace(self._path(key), _head(key, state), state, is_durable=False)
            self._tidy()

    def remove(self, key: str) -> None:
        with suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_ENDING}"

    def _tidy(self) -> None:
        """Removes what is over the limit, the longest unused first, and what killed processes left."""
        finished: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(OSError):  # another process was faster
                about = path.stat()
                if path.suffix == _ENDING:
                    finished.append((about.st_mtime, about.st_size, path))
                elif path.suffix == disk.UNFINISHED and about.st_mtime < time.time() - _ABANDONED_S:
                    path.unlink()
        over = sum(size for _, size, _ in finished) - self._limit_bytes
        for _, size, path in sorted(finished):
            if over <= 0:
                return
            with suppress(OSError):
                path.unlink()
            over -= size


def _head(key: str, state: bytes | bytearray) -> bytes:
    """Bound to the key, so that one state cannot be taken for another."""
    return _MAGIC + sha256(sha256(key.encode()).digest() + sha256(state).digest()).digest()
