"""What we have trained into the base weights, as a file: one line of JSON that says what it is, then tensors.

b"hroute-encoder 1\n"  magic and format
b'{"model": ...}\n'    Card and two CRC-32, of it and of the rest, as JSON
tensors in the order of the card: "f2" is a change as float16; "low" a change of low rank, left @ right, each
column of left and row of right as int8 behind the float32 scales of all pairs; "f4" is a value of its own.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from hroute.core.scout.artefact import framed, unframed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MAGIC = b"hroute-encoder 1\n"
HEAD = "head"  # the tensor that makes one number of the mean token


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What the artefact says about itself. `knots` map a reading to a difficulty, `cuts` are difficulties."""

    model: str
    base: dict[str, str]
    layers: int
    bias: float  # of the head
    knots: list[list[float]]
    cuts: dict[str, float]
    trained_on: list[dict[str, object]]
    metrics: dict[str, object]
    tensors: list[tuple[str, str, list[int]]]  # name, kind, shape; of "low": (out, in, rank)


@dataclass(frozen=True, slots=True)
class WeightDelta:
    card: EncoderCard
    body: bytes

    def added_to(self, weights: "Mapping[str, Floats]") -> "dict[str, Floats]":
        """The fine-tuned weights, and the head's. Raises ValueError for weights of another shape."""
        found = dict(weights)
        for name, kind, value in self._tensors():
            if kind == "f4":
                found[name] = value
            elif kind == "f2" and name == "emb.pos":  # those that are read are not all that there are
                found[name] = found[name][: len(value)] + value
            else:
                found[name] = found[name] + value
        return found

    def _tensors(self) -> "Iterator[tuple[str, str, Floats]]":
        at = 0
        for name, kind, shape in self.card.tensors:
            values, size = (_low_rank if kind == "low" else _plain)(self.body, at, kind, shape)
            yield name, kind, values
            at += size


def _plain(body: bytes, at: int, kind: str, shape: list[int]) -> "tuple[Floats, int]":
    import numpy as np

    count = int(np.prod(shape))
    values = np.frombuffer(body, f"<{kind}", count, at)
    return values.astype(np.float32).reshape(shape), values.nbytes


def _low_rank(body: bytes, at: int, kind: str, shape: list[int]) -> "tuple[Floats, int]":
    import numpy as np

    rows, columns, rank = shape
    scales = np.frombuffer(body, "<f4", rank, at)
    left = np.frombuffer(body, np.int8, rows * rank, at + 4 * rank).reshape(rows, rank)
    right = np.frombuffer(body, np.int8, rank * columns, at + 4 * rank + rows * rank).reshape(rank, columns)
    return (left * scales) @ right.astype(np.float32), 4 * rank + left.nbytes + right.nbytes


def pack(delta: WeightDelta) -> bytes:
    return framed(MAGIC, asdict(delta.card), delta.body)


def unpack(data: bytes) -> WeightDelta:
    """Raises ValueError on anything but a whole, undamaged artefact of this format."""
    if not data.startswith(MAGIC):
        raise ValueError("not an encoder artefact of format 1")
    try:
        raw, body = unframed(MAGIC, data)
        card = EncoderCard(**raw)
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ValueError(f"the encoder artefact is damaged: {exc}") from exc
    return WeightDelta(card, bytes(body))
