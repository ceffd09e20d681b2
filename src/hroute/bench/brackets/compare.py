"""Two saved runs side by side: every rate, its change and the interval of the change."""

from dataclasses import dataclass
from math import sqrt

from hroute.bench.brackets.report import ArmReport, report
from hroute.bench.brackets.run import SIDES, BracketRun
from hroute.bench.intervals import UNDETERMINED, Figure


@dataclass(frozen=True, slots=True)
class ArmChange:
    arm: str
    side: str
    name: str
    before: Figure
    after: Figure
    change: Figure

    @property
    def is_shown(self) -> bool:
        """Whether the interval of the change leaves out zero."""
        low, high = self.change.low, self.change.high
        return low is not None and high is not None and (low > 0 or high < 0)


def compare(before: BracketRun, after: BracketRun) -> list[ArmChange]:
    """The rates of the arms that both runs have; those that are zero in both are left out."""
    later = {arm.name: arm for arm in report(after).arms}
    return [
        change
        for arm in report(before).arms
        if arm.name in later
        for change in _changes(arm, later[arm.name])
        if change.before.value or change.after.value
    ]


def _changes(before: ArmReport, after: ArmReport) -> list[ArmChange]:
    return [
        ArmChange(before.name, side, old.name.strip(), x, y, newcombe(x, y))
        for old, new in zip(before.rates, after.rates, strict=True)
        for side in SIDES
        for x, y in [(getattr(old, side), getattr(new, side))]
    ]


def newcombe(before: Figure, after: Figure) -> Figure:
    """after - before by Newcombe's hybrid of Wilson intervals (1998), as for independent samples."""
    if None in (before.value, before.low, before.high, after.value, after.low, after.high):
        return UNDETERMINED
    p, p_low, p_high = _sure(before)
    q, q_low, q_high = _sure(after)
    low = sqrt((q - q_low) ** 2 + (p_high - p) ** 2)
    high = sqrt((q_high - q) ** 2 + (p - p_low) ** 2)
    return Figure(q - p, q - p - low, q - p + high)


def _sure(figure: Figure) -> tuple[float, float, float]:
    return figure.value or 0.0, figure.low or 0.0, figure.high or 0.0
