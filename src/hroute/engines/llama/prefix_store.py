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
from tempfile import NamedTemporaryFile

from hroute.core.turn.message import Message, Role

LEAST_TOKENS = 128  # takes 0.1-1 s to evaluate on a processor core, and 10 ms to load
LIMIT_BYTES = 256 * 2**20  # of all files: 38 preambles of 300 tokens for a 135M model, 6 for one of 8B

_MAGIC = b"hroute prefix 1\n"
_HEAD_BYTES = len(_MAGIC) + sha256().digest_size
_ENDING, _UNFINISHED = ".prefix", ".unfinished"
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
        """Knows a file by its size, its time of change and both its ends: the header, and some weights.

        Takes 0.2 ms, where a hash of the whole takes a second. None for a file that cannot be read.
        """
        try:
            with model.open("rb") as file:
                about = os.fstat(file.fileno())
                first = file.read(_SAMPLE_BYTES)
                file.seek(max(0, about.st_size - _SAMPLE_BYTES))
                last = file.read(_SAMPLE_BYTES)
        except OSError:
            return None
        facts = f"{about.st_size} {about.st_mtime_ns}".encode()
        return cls(b"".join(sha256(part).digest() for part in (facts, first, last)))

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
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._path(key), _head(key, state), state)
            self._tidy()

    def remove(self, key: str) -> None:
        with suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_ENDING}"

    def _write(self, path: Path, *parts: bytes | bytearray) -> None:
        # Its mode is 0600: a state says in a form what the system message said.
        with NamedTemporaryFile(dir=self._folder, suffix=_UNFINISHED, delete=False) as file:
            unfinished = Path(file.name)
            try:
                for part in parts:
                    file.write(part)
                file.flush()
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise

    def _tidy(self) -> None:
        """Removes what is over the limit, the longest unused first, and what killed processes left."""
        finished: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(OSError):  # another process was faster
                about = path.stat()
                if path.suffix == _ENDING:
                    finished.append((about.st_mtime, about.st_size, path))
                elif path.suffix == _UNFINISHED and about.st_mtime < time.time() - _ABANDONED_S:
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
