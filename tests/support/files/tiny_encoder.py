"""A base file of the real format, small enough for a test, with weights that are the same everywhere."""

import struct
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random

import numpy as np

from hroute.engines.scout.encoder.base import NetworkShape
from hroute.engines.scout.encoder.network import is_matrix, names, shape_of

TINY = NetworkShape(hidden=64, layers=2, heads=4, inner=96, vocabulary=11, positions=96, epsilon=1e-12)
PIECES = (
    *(("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)),
    *(("▁", -3.0), ("▁a", -2.0), ("a", -2.5), ("b", -2.5), ("ab", -3.0), ("▁ab", -4.0), ("é", -5.0)),
)


def write_tiny(path: Path, pieces: Sequence[tuple[str, float]] = PIECES) -> Path:
    random = Random(7)
    tensors = [("emb.word", _quantised(random, TINY.vocabulary * TINY.hidden))]
    for name in names(TINY.layers):
        count, middle = int(np.prod(shape_of(name, TINY))), 1.0 if name.endswith("ln.w") else 0.0
        made = _quantised(random, count) if is_matrix(name) else _floats(random, count, middle)
        tensors.append((name, made))
    head = struct.pack("<4si7ifi", b"E5S1", 1, 64, 2, 4, 96, 11, 96, 1, 1e-12, 0)
    texts = [text.encode() for text, _ in pieces]
    blob = b"".join(texts)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob))
    head += struct.pack(f"<{len(pieces) + 1}I", *accumulate(map(len, texts), initial=0))
    head += struct.pack(f"<{len(pieces)}f", *(score for _, score in pieces)) + blob
    head += struct.pack("<iIi", 0, 0, len(tensors))
    start = len(head) + sum(23 + len(name) for name, _ in tensors)
    path.write_bytes(head + b"".join(_entries(tensors, start)) + b"".join(data for _, data in tensors))
    return path


def _entries(tensors: Sequence[tuple[str, bytes]], at: int) -> Iterator[bytes]:
    for name, data in tensors:
        yield struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, at, len(data))
        at += len(data)


def _quantised(random: Random, count: int) -> bytes:
    return b"".join(struct.pack("<e", 0.02) + random.randbytes(16) for _ in range(count // 32))


def _floats(random: Random, count: int, middle: float) -> bytes:
    return struct.pack(f"<{count}f", *(middle + random.uniform(-0.2, 0.2) for _ in range(count)))
