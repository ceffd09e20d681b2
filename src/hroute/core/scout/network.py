"""The arithmetic of the default scout, with nothing but lists: half a millisecond for a paragraph."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp, sqrt
from operator import mul

from hroute.core.scout.artefact import Artefact

FARTHEST = 4.0  # spreads from the centre; a trait beyond is as far as any that was trained on
ATTENTION = 4.0  # log of the strongest and of the weakest, as in training
MEANING = 4.0  # what the mean meaning is multiplied by before the first layer, as in training


@dataclass(frozen=True, slots=True)
class Output:
    """`reading` is on the scale of the labels. `of_values` and `of_hashes` say what each input added to it,

    to a first order: the network is linear as long as no unit of it switches.
    """

    reading: float
    of_values: list[float]
    of_hashes: list[float]


class Network:
    """Reads the tables of an artefact. Holds no state that changes, so threads may share one."""

    def __init__(self, artefact: Artefact) -> None:
        card, weights = artefact.card, iter(artefact.weights)

        def take(count: int) -> list[float]:
            return list(islice(weights, count))

        size = len(card.traits)
        self._stride, self._mask, self._scales = card.width + 2, card.buckets - 1, card.scales
        self._rows = memoryview(artefact.rows).cast("b")
        self._centre, self._spread = take(size), take(size)
        self._linear, (self._bias,) = take(size), take(1)
        self._first = [take(card.width + size) for _ in range(card.hidden)]
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
        attentions = [self._attentions[row[-2]] for row in rows]
        whole = sum(attentions) or 1.0
        width = self._stride - 2
        columns = list(zip(*rows, strict=True))[:width] if rows else [()] * width
        factor = self._meaning / whole
        pooled = [factor * sum(map(mul, column, attentions)) for column in columns]
        return self._through(inputs, pooled, rows, [factor * attention for attention in attentions])

    def _rows_of(self, hashes: Sequence[int]) -> list[list[int]]:
        table, stride, mask = self._rows, self._stride, self._mask
        return [table[at : at + stride].tolist() for value in hashes for at in ((value & mask) * stride,)]

    def _through(
        self, inputs: list[float], pooled: list[float], rows: list[list[int]], shares: list[float]
    ) -> Output:
        both = pooled + inputs
        units = [
            bias + sum(map(mul, weights, both))
            for weights, bias in zip(self._first, self._first_bias, strict=True)
        ]
        alive = [
            (second, weights)
            for unit, second, weights in zip(units, self._second, self._first, strict=True)
            if unit > 0
        ]
        slopes = [sum(second * weights[place] for second, weights in alive) for place in range(len(both))]
        word = self._scales[2] / sqrt(max(len(rows), 1))
        width = len(pooled)
        of_values = [
            value * (linear + slope)
            for value, linear, slope in zip(inputs, self._linear, slopes[width:], strict=True)
        ]
        of_hashes = [
            word * row[-1] + share * sum(map(mul, row, slopes[:width]))
            for row, share in zip(rows, shares, strict=True)
        ]
        reading = (
            self._bias
            + self._second_bias
            + sum(map(mul, self._linear, inputs))
            + word * sum(row[-1] for row in rows)
            + sum(second * unit for unit, second in zip(units, self._second, strict=True) if unit > 0)
        )
        return Output(reading, of_values, of_hashes)
