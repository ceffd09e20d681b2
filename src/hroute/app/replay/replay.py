"""What the settings of now would have made of the log: every turn decided again, no model run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from heapq import nlargest

from hroute.app.answer.runtime import Runtime
from hroute.app.learn.calibrations import ModelFile, file_of, generic_calibrator
from hroute.app.replay.redecide import Redecided, Redecider
from hroute.core.confidence.names import is_generic
from hroute.core.decision.decision import Route, Rule
from hroute.core.decision.signals import Reason
from hroute.core.routing.cpst import electricity_usd, failure_usd, kept_usd
from hroute.core.routing.policy import doubt
from hroute.core.routing.replay import (
    FigurePair,
    Prospect,
    ReplayChange,
    Stake,
    VerdictsOnChange,
    change_of_ratio,
    evidence,
)
from hroute.core.settings import Cpst, Settings
from hroute.store.replay import PastAnswer


@dataclass(frozen=True, slots=True)
class Flip:
    """A turn that would take another route. `usd` is what that is expected to add; None: unknown."""

    turn_id: int
    then: Route
    now: Route
    rule: Rule
    reason: Reason
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class NewlyRejected:
    """Local answers of known confidence, under the threshold of now. The verdicts are of those that would

    newly fail over: it is right to doubt the bad ones. `cpst_usd` is expected, of all these answers.
    """

    known: int
    then: int
    now: int
    newly_good: int
    newly_bad: int
    newly_unrated: int
    cpst_usd: ReplayChange


@dataclass(frozen=True, slots=True)
class Replay:
    turns: int
    forced: int  # keep their route, whatever the policy
    held_back: int  # want the cloud and do not get it, as then, or as none is configured
    unsettled: int  # of their tokens only a bound is known, which does not tell: it stays as it was decided
    unread: int  # their prompt is not kept, so the scout could not read it again
    changes: dict[tuple[Route, Route], int]
    flips: tuple[Flip, ...]  # those that are expected to cost or save most
    expected_cpst_usd: ReplayChange  # of all turns, from the chances of each; unknown where a price is
    evidence: VerdictsOnChange
    doubts: NewlyRejected | None  # None: no confidence is known, or nothing depends on it

    @property
    def changed(self) -> int:
        return sum(self.changes.values())


def replay(
    runtime: Runtime, files: Sequence[ModelFile], since: datetime | None, *, reread: bool, limit: int
) -> Replay:
    """`reread`: the scout reads each prompt again; else its stored readings and chances are used.

    The calibrators of `files` judge the stored signals of their models' answers again.
    Raises LogError when the log cannot be read.
    """
    redecider = Redecider(runtime, reread=reread)
    tally = _Tally(redecider.settings, files)
    for past in runtime.log.past_turns(since, with_prompts=reread):
        tally.add(redecider.again(past))
    return tally.result(limit)


class _Tally:
    def __init__(self, settings: Settings, files: Sequence[ModelFile]) -> None:
        self._settings = settings
        self._counts: Counter[str] = Counter()
        self._changes: Counter[tuple[Route, Route]] = Counter()
        self._flips: list[Flip] = []
        self._now: list[FigurePair] = []
        self._then: list[FigurePair] = []
        self._stakes: list[Stake] = []
        self._doubts = _DoubtTally(settings, files)

    def add(self, one: Redecided) -> None:
        is_forced = one.past.rule is Rule.FORCED
        for name, counts in (
            ("turns", True),
            ("forced", is_forced),
            ("held_back", one.decision.degraded is not None),
            ("unsettled", one.is_unsettled),
            ("unread", one.is_unread),
        ):
            self._counts[name] += counts
        if one.then is not one.now:
            self._changes[one.then, one.now] += 1
            self._flips.append(_flip(one))
        prospects = _prospects(one, self._settings.cpst)
        if prospects is not None:
            now = prospects[one.now]
            then = now if one.then is one.now else prospects[one.then]
            self._now.append((now.usd, now.success))
            self._then.append((then.usd, then.success))
        if one.past.success is not None and not is_forced:
            self._stakes.append(_stake(one, one.past.success, prospects, self._settings.cpst))
        if not is_forced:  # what was forced is given, however sure it is
            self._doubts.add(one)

    def result(self, limit: int) -> Replay:
        counts = self._counts
        return Replay(
            turns=counts["turns"],
            forced=counts["forced"],
            held_back=counts["held_back"],
            unsettled=counts["unsettled"],
            unread=counts["unread"],
            changes=dict(self._changes),
            flips=tuple(nlargest(limit, self._flips, key=lambda flip: (abs(flip.usd or 0), flip.turn_id))),
            expected_cpst_usd=change_of_ratio(self._now, self._then),
            evidence=evidence(self._stakes),
            doubts=self._doubts.result(),
        )


class _DoubtTally:
    """A confidence threshold needs no lot: what it would reject was given, and has its verdict."""

    def __init__(self, settings: Settings, files: Sequence[ModelFile]) -> None:
        self._settings, self._files = settings, files
        self._counts: Counter[str] = Counter()
        self._now: list[FigurePair] = []
        self._then: list[FigurePair] = []

    def add(self, one: Redecided) -> None:
        answer = one.past.local_answer
        if answer is None or one.now is not Route.LOCAL or one.past.route is not Route.LOCAL:
            return
        confidence = self._confidence(answer)
        if confidence is None:
            return
        was_doubted = answer.was_doubted
        is_doubted = doubt(confidence, one.decision, self._settings) is not None
        self._counts["known"] += 1
        self._counts["then"] += was_doubted
        self._counts["now"] += is_doubted
        if is_doubted and not was_doubted:
            self._counts[{True: "good", False: "bad", None: "unrated"}[one.past.success]] += 1
        if one.cost.cloud is not None:
            kept = (float(kept_usd(confidence, self._settings.cpst)), confidence)
            asked = (float(one.cost.cloud), one.chances.cloud)
            self._now.append(asked if is_doubted else kept)
            self._then.append(asked if was_doubted else kept)

    def _confidence(self, answer: PastAnswer) -> float | None:
        """By the calibrator of now, unless another file of this name gave the answer."""
        file = file_of(answer.model, answer.calibrator, self._files)
        if file is None or answer.signals is None:
            return answer.confidence
        own, then = file.calibrator, answer.calibrator
        if then is None or is_generic(then):
            now = own or generic_calibrator()
        else:
            now = own if own is not None and own.is_of_same_file(then) else None
        return now.predict(answer.signals) if now else answer.confidence

    def result(self) -> NewlyRejected | None:
        counts = self._counts
        if not self._settings.cloud or not (counts["then"] or counts["now"]):
            return None
        return NewlyRejected(
            counts["known"],
            counts["then"],
            counts["now"],
            counts["good"],
            counts["bad"],
            counts["unrated"],
            change_of_ratio(self._now, self._then),
        )


def _flip(one: Redecided) -> Flip:
    costs = {Route.LOCAL: one.cost.local, Route.CLOUD: one.cost.cloud}
    now, then = costs[one.now], costs[one.then]
    usd = None if now is None or then is None else now - then
    return Flip(one.past.id, one.then, one.now, one.decision.rule, one.decision.reasons[0], usd)


def _prospects(one: Redecided, settings: Cpst) -> dict[Route, Prospect] | None:
    """A wrong local answer that the contract catches still succeeds when the cloud's does."""
    local, cloud, chances = one.cost.local, one.cost.cloud, one.chances
    if local is None or cloud is None:
        return None
    saved = (1 - chances.local) * settings.p_caught * chances.cloud
    return {
        Route.LOCAL: Prospect(chances.local + saved, float(local)),
        Route.CLOUD: Prospect(chances.cloud, float(cloud)),
    }


def _stake(one: Redecided, success: bool, prospects: dict[Route, Prospect] | None, settings: Cpst) -> Stake:
    past = one.past
    usd = None if past.cost_usd is None else past.cost_usd + _own_usd(one, settings, failed=not success)
    return Stake(
        then=one.then,
        now=one.now,
        took=past.route,
        propensity=past.propensity,
        success=success,
        usd=None if usd is None else float(usd),
        prospects=prospects,
    )


def _own_usd(one: Redecided, settings: Cpst, *, failed: bool) -> Decimal:
    """What a turn cost beside its bill: electricity, and the user's time if it failed."""
    electricity = electricity_usd(Decimal(round(one.past.local_ms)) / 1000, settings)
    if not failed:
        return electricity
    seconds = one.past.failure_s
    return electricity + (
        failure_usd(settings) if seconds is None else seconds * settings.operator_usd_per_hour / 3600
    )
