"""What a report adds up is what the rows of the log say, whatever happened to them since."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hroute.bench.synthetic_log import fill_log
from hroute.core.decision.decision import Route, Slot
from hroute.core.report.compose import Grouping, TurnGroup, report_of
from hroute.core.report.counterfactual import Assumptions
from hroute.core.report.facts import Facts, HistogramBucket
from hroute.core.settings import Cpst
from hroute.core.turn.attempt import Answer, Attempt, Outcome, Usage
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from hroute.store.report import Scope
from hroute.store.rows import LoggedTurn
from tests.support.examples import at_most
from tests.support.logged import NOON, cloud, decision, local, open_attempt, open_turn, write
from tests.support.turns import a_turn

SETTINGS = Cpst()
HOUR = timedelta(hours=1)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite") as log:
        yield log


@contextmanager
def new_log() -> Iterator[Log]:
    folder = Path(mkdtemp())
    with Log(folder / "log.sqlite") as log:
        yield log
    shutil.rmtree(folder)


# --- a log with a history ------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """One thing that happens to a log; `turn` counts from its beginning, and may be gone."""

    at_h: int
    category: str | None
    slot: Slot
    session: bool
    attempts: tuple[Attempt, ...]
    ends: str  # closed, open, killed: with an attempt that is still open
    verdict: tuple[int, Verdict] | None
    keep_last: int | None


usd = st.none() | st.decimals("0", "0.01", places=6)
tokens = st.none() | st.integers(0, 5000)
facts = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(Outcome),
        "cost_usd": usd,
        "wall_ms": st.floats(0, 60_000),
        "model": st.sampled_from(["tiny", "big"]),
        "usage": st.builds(Usage, tokens, tokens),
        "confidence": st.none() | st.floats(0, 1),
    }
)
attempts = st.builds(lambda make, given: make(**given), st.sampled_from([local, cloud]), facts)
verdicts = st.builds(
    Verdict, st.sampled_from(Judgement), minutes=st.none() | st.decimals("0", "30", places=1)
)
happenings = st.builds(
    Done,
    st.integers(0, 72),
    st.sampled_from([None, "mail", "code"]),
    st.sampled_from(Slot),
    st.booleans(),
    st.lists(attempts, max_size=3).map(tuple),
    st.sampled_from(["closed", "closed", "open", "killed"]),
    st.none() | st.tuples(st.integers(1, 8), verdicts),
    st.sampled_from([None, None, None, None, None, 3]),
)


def happen(log: Log, done: Done) -> None:
    at = NOON + done.at_h * HOUR
    session = log.sessions.last_id() or log.sessions.open(at=at)
    place = SessionPlace(session) if done.session else None
    decided = decision(slot=done.slot)
    turn_id = open_turn(log, a_turn("Why?", category=done.category, place=place), at=at, decided=decided)
    for attempt in done.attempts:
        log.close_attempt(open_attempt(log, turn_id, attempt, at=at), attempt)
    if done.ends == "killed":
        open_attempt(log, turn_id, cloud(), at=at)
    if done.ends == "closed":
        good = [a for a in done.attempts if a.outcome is Outcome.OK]
        answer = Answer(turn_id, decided, done.attempts, good[-1]) if good else None
        log.close_turn(turn_id, answer, at=at)
    if done.verdict is not None and any(turn.id == done.verdict[0] for turn in log.turns()):
        log.verdicts.give(*done.verdict, at=at)
    if done.keep_last is not None:
        log.prune(keep_last=done.keep_last)


# --- the same, row by row --------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What one turn contributes, read from the turn alone."""

    ending: str
    unpriced: int
    cost_usd: Decimal
    local_ms: int
    operator_usd: Decimal

    @property
    def known_usd(self) -> Decimal:
        electricity = SETTINGS.watts * self.local_ms / 1000 * SETTINGS.usd_per_kwh / 3_600_000
        return self.cost_usd + electricity + self.operator_usd


def row_of(turn: LoggedTurn) -> Row:
    judgement = turn.verdict.judgement if turn.verdict else None
    ending = "unknown"
    if judgement is not None:
        ending = judgement.value
    elif turn.closed and turn.given is None:
        ending = "bad"
    minutes = turn.verdict.minutes if turn.verdict else None
    if minutes is None:
        minutes = SETTINGS.minutes_per_failure
    tried = [a.attempt for a in turn.attempts]
    return Row(
        ending,
        unpriced=sum(a.cost_usd is None for a in tried),
        cost_usd=sum((a.cost_usd for a in tried if a.cost_usd is not None), Decimal(0)),
        local_ms=sum(round_half_up(a.wall_ms) for a in tried if a.route is Route.LOCAL),
        operator_usd=minutes * SETTINGS.operator_usd_per_hour / 60 if ending == "bad" else Decimal(0),
    )


def round_half_up(ms: float) -> int:
    return int(ms + 0.5)


def day_of(turn: LoggedTurn) -> str:
    return f"{turn.created_at.astimezone(UTC):%Y-%m-%d}"


KEYS: dict[Grouping, Callable[[LoggedTurn], str]] = {
    Grouping.ROUTE: lambda turn: turn.given.attempt.route if turn.given else "",
    Grouping.MODEL: lambda turn: turn.given.attempt.model if turn.given else "",
    Grouping.SLOT: lambda turn: turn.decision.slot,
    Grouping.CATEGORY: lambda turn: turn.category or "",
    Grouping.DAY: day_of,
}


def agrees(line: TurnGroup, turns: list[LoggedTurn]) -> None:
    rows = [row_of(turn) for turn in turns]
    successes = sum(row.ending == "good" for row in rows)
    assert (line.turns, line.successes, line.failures, line.unknown) == (
        len(rows),
        successes,
        sum(row.ending == "bad" for row in rows),
        sum(row.ending == "unknown" for row in rows),
    )
    assert line.attempts == sum(len(turn.attempts) for turn in turns)
    assert line.costs.unpriced == sum(row.unpriced for row in rows)
    known = sum((row.known_usd for row in rows), Decimal(0))
    assert abs(line.costs.known_usd - known) < Decimal("1e-15")
    if successes:
        assert line.cpst.known_usd is not None
        assert abs(line.cpst.known_usd - known / successes) < Decimal("1e-15")
    assert (line.cpst.usd is None) == (successes == 0 or line.costs.unpriced > 0)


def agrees_everywhere(facts: Facts, turns: list[LoggedTurn]) -> None:
    report = report_of(facts, Assumptions(SETTINGS))
    agrees(report.overall, turns)
    for grouping, key in KEYS.items():
        lines = {line.name: line for line in report.groups[grouping]}
        assert set(lines) == {key(turn) for turn in turns}
        for name, line in lines.items():
            agrees(line, [turn for turn in turns if key(turn) == name])
    in_sessions = [turn for turn in turns if turn.place]
    assert report.session_count == len(report.sessions)
    assert {session.line.name for session in report.sessions} == {
        f"{turn.place.session_id}" for turn in in_sessions if turn.place
    }
    for session in report.sessions:
        agrees(session.line, in_sessions)
    looked_at = [
        attempt.attempt.outcome
        for turn in turns
        for attempt in turn.attempts
        if attempt.attempt.route is Route.LOCAL and attempt.attempt.outcome in (Outcome.OK, Outcome.INVALID)
    ]
    failed = looked_at.count(Outcome.INVALID)
    assert (report.validation.failed, report.validation.n) == (failed, len(looked_at))
    for counts in (facts.scout_us, facts.overhead_us):
        assert sum(count.n for count in counts) == len(turns)
    sure = [turn for turn in turns if is_kept(turn)]
    assert sum(count.n for count in (*facts.kept_good, *facts.kept_bad)) == len(sure)


def is_kept(turn: LoggedTurn) -> bool:
    given = turn.given.attempt if turn.given else None
    is_rated = row_of(turn).ending != "unknown"
    return given is not None and given.route is Route.LOCAL and given.confidence is not None and is_rated


@settings(max_examples=at_most(60), deadline=None)
@given(st.lists(happenings, max_size=8))
def test_a_report_is_the_sum_of_its_rows_under_every_grouping(history: list[Done]) -> None:
    with new_log() as log:
        for done in history:
            happen(log, done)
        turns = list(log.export())
        agrees_everywhere(log.reports.facts(), turns)
        since = NOON + 20 * HOUR
        recent = [turn for turn in turns if turn.created_at >= since]
        agrees_everywhere(log.reports.facts(Scope(since=since)), recent)
        mail = [turn for turn in turns if turn.category == "mail"]
        agrees_everywhere(log.reports.facts(Scope(category="mail")), mail)
        recent_without = [turn for turn in recent if turn.category is None]
        agrees_everywhere(log.reports.facts(Scope(since=since, category="")), recent_without)
        session_id = log.sessions.last_id()
        if session_id is not None:
            chat = [turn for turn in turns if turn.place]
            agrees_everywhere(log.reports.facts(Scope(session_id=session_id)), chat)


@settings(max_examples=at_most(30), deadline=None)
@given(st.lists(happenings, max_size=8))
def test_the_rollup_is_what_the_turns_themselves_add_up_to(history: list[Done]) -> None:
    with new_log() as log:
        for done in history:
            happen(log, replace(done, session=True))
        session_id = log.sessions.last_id()
        if session_id is None:
            return
        rolled_up, turn_by_turn = log.reports.facts(), log.reports.facts(Scope(session_id=session_id))
        assert set(rolled_up.cells) == set(turn_by_turn.cells)
        assert set(rolled_up.days) == set(turn_by_turn.days)
        assert (rolled_up.scout_us, rolled_up.overhead_us) == (
            turn_by_turn.scout_us,
            turn_by_turn.overhead_us,
        )
        assert (rolled_up.kept_good, rolled_up.kept_bad) == (turn_by_turn.kept_good, turn_by_turn.kept_bad)


def test_pruned_turns_leave_no_words_behind(log: Log) -> None:
    write(log, a_turn("Why?", category="divorce"), [local(model="secret-model", confidence=0.5)])
    log.verdicts.give(1, Verdict(Judgement.GOOD), at=NOON)
    log.prune(keep_last=0)
    assert log.reports.facts() == Facts()
    log.close()
    for file in log.path.parent.iterdir():
        assert b"divorce" not in file.read_bytes()
        assert b"secret-model" not in file.read_bytes()


def test_a_log_from_before_reports_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    turns = fill_log(path, attempts=300, end=NOON)
    with Log(path) as log:
        facts = log.reports.facts()
        assert sum(cell.tally.turns for cell in facts.cells) == turns
        assert sum(cell.tally.attempts for cell in facts.cells) == pytest.approx(300, rel=0.1)
        assert sum(count.n for count in facts.scout_us) == turns


def test_latencies_are_kept_to_two_digits_rounded_down(log: Log) -> None:
    write(log)
    facts = log.reports.facts()
    assert facts.scout_us == (HistogramBucket(600, 1),)
    assert facts.overhead_us == (HistogramBucket(1400, 1),)
    # An open turn is counted from its row, a closed one from the rollup.
    open_turn(log)
    assert log.reports.facts().overhead_us == (HistogramBucket(1400, 2),)


def test_amounts_beyond_any_bill_do_not_break_a_report(log: Log) -> None:
    for _ in range(3):
        log.verdicts.give(
            write(log, attempts=[cloud(cost_usd=Decimal(2_000_000))]), Verdict(Judgement.GOOD), at=NOON
        )
    report = report_of(log.reports.facts(), Assumptions(SETTINGS))
    assert report.overall.cpst.usd == Decimal(2_000_000)


def test_a_log_that_is_not_there_is_not_made(log: Log) -> None:
    assert log.reports.facts() == Facts()
    assert not log.path.exists()


def test_what_is_only_valid_is_shown_apart_and_is_no_success(log: Log) -> None:
    valid = write(log, attempts=[local(result="[]")])
    write(log)
    line = overall(log)
    assert (line.successes, line.unknown, line.valid, line.cpst.known_usd) == (0, 2, 1, None)
    log.verdicts.give(valid, Verdict(Judgement.GOOD), at=NOON)
    line = overall(log)
    assert (line.successes, line.unknown, line.valid) == (1, 1, 0)


def overall(log: Log) -> TurnGroup:
    return report_of(log.reports.facts(), Assumptions(SETTINGS)).overall
