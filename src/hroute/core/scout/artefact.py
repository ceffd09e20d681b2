"""The scout's data file: one line of JSON that says what it is, then its tables.

b"hroute-scout 2\n"  magic and format
b'{"model": ...}\n'  Card and two CRC-32, of it and of the rest, as JSON
rows, float32 weights of the network, one bit for each hash of a word seen in training

Not compressed, since every start reads it; a wheel compresses it.
"""

import json
import zlib
from array import array
from typing import Any, NamedTuple

MAGIC = b"hroute-scout 2\n"


class ScoutCard(NamedTuple):
    """What the artefact says about itself.

    A row holds, for the hashes of its bucket, `width` signed bytes of meaning, one of attention and one of
    weight; `scales` are what a unit of each is worth. `centre` and `spread` standardise the traits, named by
    `traits`. `knots` are pairs (reading, difficulty) between which difficulty is linear in the reading;
    `cuts` are difficulties: up to "trivial", and from "complex" on.
    """

    model: str
    buckets: int  # a power of two, as is `seen_bits`
    width: int
    hidden: int
    seen_bits: int
    scales: tuple[float, float, float]
    traits: tuple[str, ...]
    knots: tuple[tuple[float, float], ...]
    cuts: dict[str, float]
    trained_on: list[dict[str, object]]
    metrics: dict[str, object]

    @property
    def weights(self) -> int:
        """Of the network: centre and spread, a linear part, two layers."""
        size = len(self.traits)
        return 2 * size + (size + 1) + self.hidden * (size + self.width + 1) + (self.hidden + 1)


class Artefact(NamedTuple):
    """`rows` and `seen` are views when they were read from a file: copying them would take longer than it."""

    card: ScoutCard
    rows: bytes | memoryview  # signed bytes
    weights: (
        "array[float]"  # centre, spread, linear and its bias, first layer by row and biases, second layer
    )
    seen: bytes | memoryview  # bit i of byte j: a training word has hash 8j + i, modulo the number of bits

    @property
    def seen_mask(self) -> int:
        return 8 * len(self.seen) - 1


def pack(artefact: Artefact) -> bytes:
    body = b"".join((artefact.rows, artefact.weights.tobytes(), artefact.seen))
    return framed(MAGIC, artefact.card._asdict(), body)


def framed(magic: bytes, card: dict[str, Any], body: bytes) -> bytes:
    """A body behind one line of JSON that says what it is and has the checksums of both."""
    head = card | {"crc32": zlib.crc32(body), "head_crc32": _checksum_of(card)}
    return magic + json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n" + body


def unframed(magic: bytes, data: bytes) -> tuple[dict[str, Any], memoryview]:
    """The card and the body. Raises ValueError, TypeError, KeyError or AttributeError for what is damaged."""
    head_end = data.find(b"\n", len(magic))
    body = memoryview(data)[head_end + 1 :]
    card = json.loads(data[len(magic) : head_end])
    if head_end < 0 or card.pop("crc32") != zlib.crc32(body):
        raise ValueError("its checksum does not match")
    if card.pop("head_crc32") != _checksum_of(card):
        raise ValueError("the checksum of its first line does not match")
    return card, body


def _checksum_of(card: dict[str, Any]) -> int:
    """CRC-32 of a card, in the order of its names."""
    return zlib.crc32(json.dumps(card, ensure_ascii=False, sort_keys=True).encode())


def unpack(data: bytes) -> Artefact:
    """Raises ValueError on anything but a whole, undamaged artefact of this format."""
    if not data.startswith(MAGIC):
        raise ValueError("not a scout artefact of format 2")
    try:
        raw, body = unframed(MAGIC, data)
        card = ScoutCard(**raw)
        rows_end = card.buckets * (card.width + 2)
        weights_end = rows_end + 4 * card.weights
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ValueError(f"the scout artefact is damaged: {exc}") from exc
    if len(body) != weights_end + card.seen_bits // 8:
        raise ValueError("the scout artefact is damaged: its tables have the wrong size")
    weights = array("f", bytes(body[rows_end:weights_end]))
    return Artefact(card, body[:rows_end], weights, body[weights_end:])
