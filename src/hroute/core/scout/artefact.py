"""The scout's data file: one line of JSON that says what it is, then its compressed tables.

b"hroute-scout 1\n"  magic and format
b'{"model": ...}\n'  Card, as JSON
zlib(int8 weight of each bucket + one bit for each hash of a word seen in training)
"""

import json
import zlib
from dataclasses import asdict, dataclass

MAGIC = b"hroute-scout 1\n"


@dataclass(frozen=True, slots=True)
class Card:
    """What the artefact says about itself.

    `structure` is a weight per feature name; a hashed weight is its int8 times `hashed_scale`. Weights are
    log odds that a small local model fails. `cuts` are values of p_local. Prompts outside `chars_range` were
    not trained on.
    """

    model: str
    intercept: float
    structure: dict[str, float]
    hashed_scale: float
    buckets: int  # a power of two, as is `seen_bits`
    seen_bits: int
    cuts: dict[str, float]
    chars_range: tuple[int, int]
    trained_on: list[dict[str, object]]
    metrics: dict[str, object]


@dataclass(frozen=True, slots=True)
class Artefact:
    card: Card
    hashed: bytes  # signed, one a bucket; read through memoryview.cast("b")
    seen: bytes  # bit i of byte j: a training word has hash 8j + i, modulo the number of bits

    @property
    def seen_mask(self) -> int:
        return 8 * len(self.seen) - 1


def pack(artefact: Artefact) -> bytes:
    body = zlib.compress(artefact.hashed + artefact.seen, 9)
    head = asdict(artefact.card) | {"crc32": zlib.crc32(body)}
    return MAGIC + json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n" + body


def unpack(data: bytes) -> Artefact:
    """Raises ValueError on anything but a whole, undamaged artefact of this format."""
    if not data.startswith(MAGIC):
        raise ValueError("not a scout artefact of format 1")
    head, newline, body = data[len(MAGIC) :].partition(b"\n")
    try:
        raw = json.loads(head)
        if not newline or raw.pop("crc32") != zlib.crc32(body):
            raise ValueError("its checksum does not match")
        card = Card(**raw | {"chars_range": tuple(raw["chars_range"])})
        tables = zlib.decompress(body)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as exc:
        raise ValueError(f"the scout artefact is damaged: {exc}") from exc
    if len(tables) != card.buckets + card.seen_bits // 8:
        raise ValueError("the scout artefact is damaged: its tables have the wrong size")
    return Artefact(card, tables[: card.buckets], tables[card.buckets :])
