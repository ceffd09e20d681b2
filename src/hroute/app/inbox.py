"""Which unrated answers would teach most, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hroute.core.decision.decision import ExpectedCost, Rule
from hroute.core.decision.signals import Label
from hroute.store.inbox import Unrated
from hroute.store.log import Log

# Nobody remembers whether an answer was good that came longer ago than this; and it bounds the work.
NEWEST = 10_000

# How near is near: a share of the dearer route's expected cost, and a distance of probabilities.
NEAR_COST = Decimal("0.25")
NEAR_CUT = 0.1
LONG_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class Lesson:
    """A turn to rate. `whys` say what its verdict is good for, the best reason first."""

    turn: Unrated
    score: float
    whys: tuple[str, ...]


def inbox(log: Log, limit: int) -> list[Lesson]:
    """The turns whose verdicts would teach most, the best first; equal ones newest first."""
    turns = list(log.unrated(limit=NEWEST))
    # A scout's cut is where its label changes: the log shows it, whatever scout has read.
    cut = max((turn.p_local for turn in turns if turn.label is Label.COMPLEX), default=None)
    lessons = (_lesson(turn, cut) for turn in turns)
    return sorted(lessons, key=lambda lesson: (-lesson.score, -lesson.turn.id))[:limit]


def _lesson(turn: Unrated, cut: float | None) -> Lesson:
    reasons = sorted(_reasons(turn, cut), reverse=True)
    if not reasons:
        return Lesson(turn, 0.0, ("not rated yet",))
    return Lesson(turn, sum(score for score, _ in reasons), tuple(words for _, words in reasons))


def _reasons(turn: Unrated, cut: float | None) -> Iterable[tuple[float, str]]:
    """Weights by what a verdict tells that no other turn does: a drawn route stands for many like it."""
    if turn.rule is Rule.EXPLORATION:
        yield 3.0, f"drawn by lot: {turn.route}"
    if near := _near_cost(turn.expected_cost) or _near_cut(turn, cut):
        yield near
    if turn.failed_over:
        yield 1.5, f"failed over to {turn.route}"
    if turn.tokens is not None and turn.tokens >= LONG_TOKENS:
        yield min(1.0, turn.tokens / (8 * LONG_TOKENS)), f"long: {turn.tokens:,} tokens"


def _near_cost(cost: ExpectedCost) -> tuple[float, str] | None:
    if cost.local is None or cost.cloud is None:
        return None
    gap, dearer = abs(cost.local - cost.cloud), max(cost.local, cost.cloud)
    if gap >= NEAR_COST * dearer:
        return None
    score = 2 * (1 - float(gap / (NEAR_COST * dearer)))
    return score, f"near the threshold: ${cost.local:.2f} local, ${cost.cloud:.2f} cloud"


def _near_cut(turn: Unrated, cut: float | None) -> tuple[float, str] | None:
    if cut is None or abs(turn.p_local - cut) >= NEAR_CUT:
        return None
    words = f"near the threshold: p_local {turn.p_local:.2f}"
    return 2 * (1 - abs(turn.p_local - cut) / NEAR_CUT), words
