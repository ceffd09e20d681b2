"""The arithmetic of the default scout, with nothing but lists: half a millisecond for a paragraph."""

from collections.abc import Sequence
from itertools import islice
from math import exp, sqrt
from operator import mul
from struct import unpack
from typing import NamedTuple

from hroute.core.scout.artefact import Artefact

FARTHEST = 4.0  # spreads from the centre; a trait beyond is as far as any that was trained on
ATTENTION = 4.0  # log of the strongest and of the weakest, as in training
MEANING = 4.0  # what the mean meaning is multiplied by before the first layer, as in training
_LIFT = 128
_LIFTED = bytes((value + _LIFT) & 255 for value in range(256))
_UNIT = float(1 << 40)  # factors are rounded to its inverse; together they must stay below 2**14
_FLOOR = 1 << 62
_ROW_UNIT = float(1 << 36)  # the same for rows, of which there may be some thousands


class Output(NamedTuple):
    """`reading` is on the scale of the labels. `of_values` and `of_hashes` say what each input added to it,

    to a first order: the network is linear as long as no unit of it switches.
    """

    reading: float
    of_values: list[float]
    of_hashes: list[float]


class HashedNetwork:
    """Reads the tables of an artefact. Holds no state that changes, so threads may share one."""

    def __init__(self, artefact: Artefact) -> None:
        card, weights = artefact.card, iter(artefact.weights)

        def take(count: int) -> list[float]:
            return list(islice(weights, count))

        size = len(card.traits)
        self._stride, self._mask, self._scales = card.width + 2, card.buckets - 1, card.scales
        self._rows = artefact.rows
        self._centre, self._spread = take(size), take(size)
        self._linear, (self._bias,) = take(size), take(1)
        self._first = [take(card.width + size) for _ in range(card.hidden)]
        self._first_turned = list(zip(*self._first, strict=True))
        self._first_bias = take(card.hidden)
        self._second, (self._second_bias,) = take(card.hidden), take(1)
        meaning, attention, _ = card.scales
        self._attentions = [
            exp(max(-ATTENTION, min(ATTENTION, attention * value)))
            for value in (*range(128), *range(-128, 0))
        ]
        self._meaning = MEANING * meaning

    def output(self, values: Sequence[float], hashes: Sequence[int]) -> Output:
        inputs = [
            max(-FARTHEST, min(FARTHEST, (value - centre) / spread))
            for value, centre, spread in zip(values, self._centre, self._spread, strict=True)
        ]
        rows = self._rows_of(hashes)
        attentions = [self._attentions[value] for value in rows[self._stride - 2 :: self._stride]]
        weights = memoryview(rows[self._stride - 1 :: self._stride]).cast("b").tolist()
        factor = self._meaning / (sum(attentions) or 1.0)
        pooled = [factor * one for one in _sums(rows, self._stride, attentions)]
        return self._through(inputs, pooled, rows, weights, [factor * one for one in attentions])

    def _rows_of(self, hashes: Sequence[int]) -> bytes:
        table, stride, mask = self._rows, self._stride, self._mask
        return b"".join([table[(at := (value & mask) * stride) : at + stride] for value in hashes])

    def _through(
        self, inputs: list[float], pooled: list[float], rows: bytes, weights: list[int], shares: list[float]
    ) -> Output:
        both = pooled + inputs
        units = [
            bias + sum(map(mul, weights, both))
            for weights, bias in zip(self._first, self._first_bias, strict=True)
        ]
        alive = [second if unit > 0 else 0.0 for unit, second in zip(units, self._second, strict=True)]
        slopes = [sum(map(mul, alive, weights)) for weights in self._first_turned]
        word = self._scales[2] / sqrt(max(len(shares), 1))
        width = len(pooled)
        of_values = [
            value * (linear + slope)
            for value, linear, slope in zip(inputs, self._linear, slopes[width:], strict=True)
        ]
        of_hashes = [
            word * weight + share * move
            for weight, share, move in zip(
                weights, shares, _dots(rows, self._stride, slopes[:width]), strict=True
            )
        ]
        reading = (
            self._bias
            + self._second_bias
            + sum(map(mul, self._linear, inputs))
            + word * sum(weights)
            + sum(map(mul, alive, units))
        )
        return Output(reading, of_values, of_hashes)


def _sums(rows: bytes, stride: int, factors: Sequence[float]) -> list[float]:
    """For each of the first places the sum of all rows, each times its factor, to about nine digits.

    A row is one whole number, as the columns of `_dots` are.
    """
    lanes = bytearray(8 * len(rows))
    lanes[::8] = rows.translate(_LIFTED)
    view, wide, used = memoryview(lanes), 8 * stride, 8 * (stride - 2)
    whole = [round(factor * _ROW_UNIT) for factor in factors]
    starts = range(0, len(lanes), wide)
    total = sum(
        one * int.from_bytes(view[at : at + used], "little") for at, one in zip(starts, whole, strict=True)
    )
    floor = _LIFT * sum(whole)
    return [
        (value - floor) / _ROW_UNIT for value in unpack(f"<{stride - 2}Q", total.to_bytes(used, "little"))
    ]


def _dots(rows: bytes, stride: int, factors: Sequence[float]) -> list[float]:
    """For each row the sum of its first places, each times its factor, to about nine digits.

    A column is one whole number with 64 bits for each row, so that all rows are multiplied at once: several
    times as fast as one by one. These lanes hold no sign, so bytes and lanes are lifted above zero.
    """
    size = len(rows) // stride
    lifted = rows.translate(_LIFTED)
    total = _FLOOR * int.from_bytes(b"\1\0\0\0\0\0\0\0" * size, "little")
    floor = _FLOOR
    for place, factor in enumerate(factors):
        lanes = bytearray(8 * size)
        lanes[::8] = lifted[place::stride]
        whole = round(factor * _UNIT)
        total += whole * int.from_bytes(lanes, "little")
        floor += whole * _LIFT
    sums = unpack(f"<{size}Q", total.to_bytes(8 * size, "little"))
    return [(value - floor) / _UNIT for value in sums]
