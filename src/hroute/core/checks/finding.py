"""What a single check found, and how a count with a margin compares with a limit."""

from collections.abc import Mapping
from dataclasses import dataclass

from hroute.core.turn.attempt import CheckStatus


@dataclass(frozen=True, slots=True)
class Finding:
    status: CheckStatus
    detail: str


def kept(detail: str) -> Finding:
    return Finding(CheckStatus.KEPT, detail)


def broken(detail: str) -> Finding:
    return Finding(CheckStatus.BROKEN, detail)


def unchecked(detail: str) -> Finding:
    return Finding(CheckStatus.UNCHECKED, detail)


def decided(detail: str, *, is_kept: bool) -> Finding:
    return kept(detail) if is_kept else broken(detail)


@dataclass(frozen=True, slots=True)
class CountRange:
    """How many there are: from the strictest way to count them to the most generous one."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class CountLimits:
    low: int
    high: int | None

    def __str__(self) -> str:
        if self.high == 0:
            return "none allowed"
        if self.low == self.high:
            return f"exactly {self.low}"
        if self.high is None:
            return f"at least {self.low}"
        return f"{self.low} to {self.high}" if self.low else f"at most {self.high}"


def limits_of(params: Mapping[str, object]) -> CountLimits | None:
    """The limits that parameters state; None when they state none."""
    exactly, low, high = (params.get(name) for name in ("exactly", "min", "max"))
    if isinstance(exactly, int):
        return CountLimits(exactly, exactly)
    if not isinstance(low, int) and not isinstance(high, int):
        return None
    return CountLimits(low if isinstance(low, int) else 0, high if isinstance(high, int) else None)


def compare(tally: CountRange, limits: CountLimits, things: str) -> Finding:
    """Kept or broken only when every way to count agrees. `things`: a plural, or × and a word."""
    is_one = tally.low == tally.high == 1
    detail = f"{tally} {things.removesuffix('s') if is_one else things}, {limits}"
    inside = tally.low >= limits.low and (limits.high is None or tally.high <= limits.high)
    outside = tally.high < limits.low or (limits.high is not None and tally.low > limits.high)
    if inside:
        return kept(detail)
    return broken(detail) if outside else unchecked(f"{detail}: it depends on how they are counted")
