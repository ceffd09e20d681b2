"""A linear-chain model over the pieces of a prompt: how likely a constraint begins in each, or goes on.

It was learnt from prompts whose constraints are marked by hand, see `scripts/train_constraints.py`. People
type otherwise than specifications are composed ("Your response must ..."), so there are two sets of weights,
and a gate that tells by the same clues which one reads a prompt. The data file is one line of JSON that says
what it is, then its weights, in zlib's format but stored as they are: inflating took longer than a prompt.
A wheel compresses them.

b"hroute-constraints 1\n"  magic and format
b'{"model": ...}\n'  Card, as JSON
zlib(for each bucket 5 signed bytes, column by column: gate, typed begins, typed goes on, composed the same)
"""

import json
import sys
import zlib
from array import array
from collections.abc import Sequence
from functools import cache
from math import exp
from typing import Any, NamedTuple

from hroute.data import SHIPPED

_SHIPPED = SHIPPED / "constraints-tagger.bin"
MAGIC = b"hroute-constraints 1\n"
COLUMNS = 5
_BORDER = 3  # constraints, that more than three decide by default
# One number holds the weights of a bucket: three bytes for each column, so that bytes can be laid out as they
# are, and there is room for the sum of a piece's weights. Weights are lifted above zero: bytes hold no sign.
_WIDE = 3
_COLUMN = (1 << 8 * _WIDE) - 1
_LIFT = 128
_LIFTED = bytes((value + _LIFT) & 255 for value in range(256))
_EXTREME = 30.0  # log odds beyond which exp() has nothing to add


class Chain(NamedTuple):
    """One set of weights. Labels are outside, begins, goes on.

    A weight is its byte times `scale`. `opening` (outside and begins at the first piece) and `moves` (for
    each bound of a piece, from row to column) are factors. `offset` is added to the expected
    number before it is cut to a whole one, `border` where that makes the difference between three and more,
    which decides a route.
    """

    scale: float
    bias: tuple[float, ...]
    opening: tuple[float, ...]
    moves: tuple[tuple[tuple[float, ...], ...], ...]
    offset: float
    border: float

    def number(self, expected: float) -> int:
        """How many constraints, of the sum of the chances that they begin."""
        whole = int(expected + self.offset)
        return int(expected + self.border) if whole == _BORDER else whole


class TaggerCard(NamedTuple):
    """What the file says about itself.

    The gate opens to `composed` where its mean over the pieces is above 0.
    """

    model: str
    buckets: int  # a power of two
    gate: tuple[float, ...]  # bias and scale
    typed: Chain
    composed: Chain
    trained_on: list[dict[str, object]]
    metrics: dict[str, object]


class PieceChances(NamedTuple):
    """Of one piece: that a constraint begins in it, and that one goes on."""

    begins: float
    goes_on: float


class TaggerReading(NamedTuple):
    chain: Chain  # that read
    chances: list[PieceChances]


class Tagger(NamedTuple):
    """Holds no state, so threads may share one. Columns are packed into one number for each bucket."""

    card: TaggerCard
    typed: "array[int]"  # with the gate
    composed: "array[int]"

    def read(self, clues: Sequence[Sequence[int]], bounds: Sequence[int]) -> TaggerReading:
        """The posterior of each piece, given all of them; the work is linear in their number."""
        if not clues:
            return TaggerReading(self.card.typed, [])
        chain, totals = self._totals(clues)
        begins, goes_on = _odds(chain, totals, clues)
        forward = _forward(chain, bounds, begins, goes_on)
        return TaggerReading(chain, _backward(chain, bounds, begins, goes_on, forward))

    def is_composed(self, clues: Sequence[Sequence[int]]) -> bool:
        return self._totals(clues)[0] is self.card.composed

    def _totals(self, clues: Sequence[Sequence[int]]) -> tuple[Chain, list[int]]:
        """The chain that reads these pieces, and for each piece the sums of both columns."""
        weight = self.typed.__getitem__
        totals = [sum(map(weight, features)) for features in clues]
        bias, scale = self.card.gate
        lifted = _LIFT * sum(map(len, clues))
        gate = sum(total >> 16 * _WIDE for total in totals) - lifted
        if bias + scale * gate / len(totals) <= 0:
            return self.card.typed, totals
        weight = self.composed.__getitem__
        return self.card.composed, [sum(map(weight, features)) for features in clues]


def _odds(
    chain: Chain, totals: Sequence[int], clues: Sequence[Sequence[int]]
) -> tuple[list[float], list[float]]:
    """How much likelier than "outside" each label is by the piece alone."""
    scale, (bias_begins, bias_on) = chain.scale, chain.bias
    begins, goes_on = [], []
    for total, features in zip(totals, clues, strict=True):
        lifted = _LIFT * len(features)
        begins.append(_exp(bias_begins + scale * ((total >> 8 * _WIDE & _COLUMN) - lifted)))
        goes_on.append(_exp(bias_on + scale * ((total & _COLUMN) - lifted)))
    return begins, goes_on


def _forward(
    chain: Chain, bounds: Sequence[int], begins: list[float], goes_on: list[float]
) -> list[tuple[float, float, float]]:
    outside, begun = chain.opening
    o, b, i = outside, begun * begins[0], 0.0
    rows = []
    for k in range(len(begins)):
        if k:
            (oo, ob, _), (bo, bb, bi), (io, ib, ii) = chain.moves[bounds[k]]
            o, b, i = (
                o * oo + b * bo + i * io,
                (o * ob + b * bb + i * ib) * begins[k],
                (b * bi + i * ii) * goes_on[k],
            )
        total = o + b + i
        o, b, i = o / total, b / total, i / total
        rows.append((o, b, i))
    return rows


def _backward(
    chain: Chain,
    bounds: Sequence[int],
    begins: list[float],
    goes_on: list[float],
    forward: list[tuple[float, float, float]],
) -> list[PieceChances]:
    o = b = i = 1.0
    found = []
    for k in range(len(begins) - 1, -1, -1):
        outside, begun, inside = forward[k]
        outside, begun, inside = outside * o, begun * b, inside * i
        total = outside + begun + inside
        found.append(PieceChances(begun / total, inside / total))
        (oo, ob, _), (bo, bb, bi), (io, ib, ii) = chain.moves[bounds[k]]
        by_begin, by_on = b * begins[k], i * goes_on[k]
        o, b, i = (
            o * oo + by_begin * ob,
            o * bo + by_begin * bb + by_on * bi,
            o * io + by_begin * ib + by_on * ii,
        )
        most = max(o, b, i)
        o, b, i = o / most, b / most, i / most
    found.reverse()
    return found


def packed(card: TaggerCard, columns: Sequence[Sequence[int]]) -> Tagger:
    """A tagger of five columns of weights, each from -127 to 127."""
    return _of_table(card, b"".join(array("b", column).tobytes() for column in columns))


def _of_table(card: TaggerCard, table: bytes) -> Tagger:
    lifted, size = table.translate(_LIFTED), card.buckets
    gate, typed_begins, typed_on, composed_begins, composed_on = (
        lifted[k * size : (k + 1) * size] for k in range(COLUMNS)
    )
    return Tagger(card, _laid_out(typed_on, typed_begins, gate), _laid_out(composed_on, composed_begins))


def _laid_out(*columns: bytes) -> "array[int]":
    lanes = bytearray(8 * len(columns[0]))
    for place, column in enumerate(columns):
        lanes[_WIDE * place :: 8] = column
    numbers = array("Q")
    numbers.frombytes(lanes)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def pack(card: TaggerCard, columns: Sequence[Sequence[int]]) -> bytes:
    body = zlib.compress(b"".join(array("b", column).tobytes() for column in columns), 0)
    chains = {"typed": card.typed._asdict(), "composed": card.composed._asdict()}
    head = card._asdict() | chains | {"crc32": zlib.crc32(body)}
    return MAGIC + json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n" + body


def unpack(data: bytes) -> Tagger:
    """Raises ValueError on anything but a whole, undamaged file of this format."""
    if not data.startswith(MAGIC):
        raise ValueError("not a constraint tagger of format 1")
    head, newline, body = data[len(MAGIC) :].partition(b"\n")
    try:
        raw = json.loads(head)
        if not newline or raw.pop("crc32") != zlib.crc32(body):
            raise ValueError("its checksum does not match")
        chains = {name: _chain(raw[name]) for name in ("typed", "composed")}
        card = TaggerCard(**raw | chains | {"gate": tuple(raw["gate"])})
        table = zlib.decompress(body)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as exc:
        raise ValueError(f"the constraint tagger is damaged: {exc}") from exc
    if len(table) != COLUMNS * card.buckets:
        raise ValueError("the constraint tagger is damaged: it has the wrong size")
    return _of_table(card, table)


def _chain(raw: dict[str, Any]) -> Chain:
    moves = tuple(tuple(tuple(row) for row in bound) for bound in raw["moves"])
    return Chain(**raw | {"bias": tuple(raw["bias"]), "opening": tuple(raw["opening"]), "moves": moves})


@cache
def shipped() -> Tagger:
    """The one that comes with the package, loaded once."""
    return unpack(_SHIPPED.read_bytes())


def _exp(value: float) -> float:
    return exp(max(-_EXTREME, min(_EXTREME, value)))
