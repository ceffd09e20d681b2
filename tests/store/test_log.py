"""What the log keeps, and what it gives back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.constraints import find_constraints
from hroute.core.decision.decision import Degraded, Route, Rule
from hroute.core.decision.signals import ConstraintItem
from hroute.core.errors import LogError
from hroute.core.remedies import ListTurns
from hroute.core.routing.reasons import LiftObstacle, Sentence
from hroute.core.turn.attempt import Answer, CheckStatus, ConstraintCheck, Outcome, Usage
from hroute.core.turn.message import Message, Role, Text
from hroute.core.turn.options import Sampling
from hroute.core.turn.turn import Turn
from hroute.store.log import Log
from hroute.store.rows import CloudOutcome, Egress, Filter, Prompts, Pruned
from tests.support.logged import (
    CLOUD_URL,
    NOON,
    cloud,
    decision,
    local,
    open_attempt,
    open_turn,
    signals,
    write,
)
from tests.support.turns import a_turn

DAY = timedelta(days=1)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite") as log:
        yield log


def ids(log: Log, **wanted: object) -> list[int]:
    return [summary.id for summary in log.turns(Filter(**wanted))]  # type: ignore[arg-type]


# --- a turn comes back as it was ---------------------------------------------

texts = st.text(max_size=20)
turns = st.builds(
    a_turn,
    texts,
    system=st.none() | texts,
    history=st.lists(st.builds(Message.of, st.sampled_from(Role), texts), max_size=3).map(tuple),
    files=st.lists(st.builds(Text, texts, texts), max_size=2).map(tuple),
    forced=st.none() | st.sampled_from(Route),
    sampling=st.builds(
        Sampling,
        st.none() | st.integers(1, 10**6),
        st.none() | st.floats(0, 2),
        st.none() | st.integers(0),
        st.none() | st.floats(0, 1),
        st.lists(texts, max_size=2).map(tuple),
    ),
    category=st.none() | texts,
)


@pytest.fixture(scope="module")
def shared_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    with Log(tmp_path_factory.mktemp("turns") / "log.sqlite") as log:
        yield log


@given(turns)
def test_any_turn_can_be_run_again_exactly(shared_log: Log, turn: Turn) -> None:
    request = shared_log.turn(open_turn(shared_log, turn)).request
    assert request is not None
    assert request.turn() == turn


@given(st.decimals(0, 1000, allow_nan=False, allow_infinity=False, places=6), st.integers(0, 10**6))
def test_a_cost_comes_back_exactly(shared_log: Log, usd_per_mtok: Decimal, tokens: int) -> None:
    cost = usd_per_mtok * tokens / 1_000_000
    logged = shared_log.turn(write(shared_log, attempts=[cloud(cost_usd=cost)]))
    assert logged.attempts[0].attempt.cost_usd == cost


def test_a_turn_comes_back_with_signals_decision_and_attempts(log: Log) -> None:
    item = ConstraintItem("length", "under 50 words", 4, 18, {"unit": "words", "max": 50})
    degraded = decision(
        wanted=Route.CLOUD,
        rule=Rule.FORCED,
        degraded=Degraded.OFFLINE,
        flips=(LiftObstacle(Degraded.OFFLINE),),
    )
    invalid = local("la la la", Outcome.INVALID, reason="repetition", error="it repeats itself")
    good = cloud(usage=Usage(12, 34, 5, estimated=True), ttft_ms=80.0)

    turn_id = log.open_turn(
        a_turn("Say under 50 words", category="mail"),
        signals(item),
        degraded,
        command="chat",
        overhead_ms=1.4,
        at=NOON,
    )
    for attempt in (invalid, good):
        log.close_attempt(open_attempt(log, turn_id, attempt), attempt)
    log.close_turn(turn_id, Answer(turn_id, degraded, (invalid, good), good, "may be wrong"), at=NOON)

    logged = log.turn(turn_id)
    assert (logged.signals, logged.decision) == (signals(item), degraded)
    assert [a.attempt for a in logged.attempts] == [invalid, good]
    assert logged.given == logged.attempts[1]
    assert (logged.command, logged.category, logged.created_at) == ("chat", "mail", NOON)
    assert (logged.overhead_ms, logged.warning, logged.outcome) == (1.4, "may be wrong", "ok")


def test_half_a_surrogate_pair_is_replaced_and_two_halves_are_joined(log: Log) -> None:
    turn_id = write(log, "a\ud83d", [local("\ud83d\ude00 \udc80", error="\udc80")])
    logged = log.turn(turn_id)
    assert logged.prompt == "a\ufffd"
    assert logged.attempts[0].attempt.text == "😀 \ufffd"


def test_a_password_in_an_endpoint_is_not_kept(log: Log) -> None:
    turn_id = write(log, attempts=[cloud(endpoint="https://me:secret@api.example.com:8443/v1?key=secret")])
    assert log.turn(turn_id).attempts[0].attempt.endpoint == "https://api.example.com:8443/v1"


CHECKS = (
    ConstraintCheck("length", "under 50 words", CheckStatus.BROKEN, "83 words, at most 49"),
    ConstraintCheck("tone", "formal", CheckStatus.UNCHECKED, "nothing that a program can check"),
)


def test_the_checks_of_an_attempt_come_back_with_it(log: Log) -> None:
    turn_id = write(log, attempts=[local(checks=CHECKS)])
    assert log.turn(turn_id).attempts[0].attempt.checks == CHECKS


@pytest.mark.parametrize("prompts", ["hash", "off"])
def test_without_full_prompts_no_check_is_kept(tmp_path: Path, prompts: Prompts) -> None:
    with Log(tmp_path / "log.sqlite", prompts) as log:
        turn_id = write(log, attempts=[local(checks=CHECKS)])
        assert log.turn(turn_id).attempts[0].attempt.checks == ()
        assert all(b"under 50 words" not in file.read_bytes() for file in tmp_path.iterdir())


def test_parameters_that_are_read_when_asked_for_are_kept_too(log: Log) -> None:
    found = signals(*find_constraints("Tell me about rain in under 50 words."))
    turn_id = log.open_turn(a_turn("Why?"), found, decision(), command="ask", overhead_ms=1.4, at=NOON)
    (item,) = log.turn(turn_id).signals.constraints.items
    assert item.params == {"unit": "words", "max": 49}


# --- what never ended --------------------------------------------------------


def test_a_turn_that_was_never_closed_is_interrupted(log: Log) -> None:
    turn_id = open_turn(log)
    open_attempt(log, turn_id, cloud())
    logged = log.turn(turn_id)
    assert logged.outcome == "interrupted"
    assert logged.attempts[0].attempt.outcome is Outcome.INTERRUPTED
    assert ids(log, outcome=Outcome.INTERRUPTED) == [turn_id]


def test_a_turn_closed_without_an_answer_has_failed(log: Log) -> None:
    turn_id = write(log, attempts=[local("", Outcome.ERROR)])
    assert log.turn(turn_id).outcome == "failed"


def test_closing_an_attempt_that_was_pruned_meanwhile_is_no_error(log: Log) -> None:
    turn_id = open_turn(log)
    attempt_id = open_attempt(log, turn_id, local())
    log.prune(keep_last=0)
    log.close_attempt(attempt_id, local())
    log.close_turn(turn_id, None, at=NOON)
    assert list(log.turns()) == []


# --- an empty log ------------------------------------------------------------


def test_reading_makes_no_file(tmp_path: Path) -> None:
    log = Log(tmp_path / "new" / "log.sqlite")
    assert [*log.turns(), *log.search("x"), *log.export(), *log.egress()] == []
    assert log.spent_usd(NOON) == 0
    assert log.recent_cloud_outcomes(NOON, 5) == []
    assert log.prune(keep_last=0).turns == 0
    assert list(tmp_path.iterdir()) == []


def test_an_empty_log_has_no_last_turn(log: Log) -> None:
    with pytest.raises(LogError, match="the log is empty"):
        log.last_id()


def test_an_unknown_id_is_refused_with_the_ids_that_there_are(log: Log) -> None:
    write(log)
    write(log)
    with pytest.raises(LogError, match="no turn 7 in the log") as refused:
        log.turn(7)
    assert refused.value.remedies == (ListTurns("It has turns 1 to 2"),)
    assert log.last_id() == 2


# --- lists -------------------------------------------------------------------


def test_turns_are_listed_newest_first_up_to_the_limit(log: Log) -> None:
    for _ in range(3):
        write(log)
    assert [summary.id for summary in log.turns(limit=2)] == [3, 2]


def test_each_filter_keeps_what_it_names(log: Log) -> None:
    old = write(log, at=NOON - DAY)
    forced = write(log, attempts=[cloud()], decided=decision(route=Route.CLOUD, rule=Rule.FORCED))
    mail = write(log, a_turn("Hi", category="mail"), [local("", Outcome.INVALID), cloud()])
    failed = write(log, attempts=[local("", Outcome.TIMEOUT)])
    assert ids(log, since=NOON) == [failed, mail, forced]
    assert ids(log, route=Route.CLOUD) == ids(log, rule=Rule.FORCED) == [forced]
    assert ids(log, category="mail") == ids(log, outcome=Outcome.INVALID) == [mail]
    assert ids(log, failed=True) == [failed]
    assert ids(log, route=Route.LOCAL, rule=Rule.DEFAULT, outcome=Outcome.OK) == [mail, old]


def test_a_summary_adds_up_its_attempts_and_names_the_model_that_answered(log: Log) -> None:
    rejected = local("", Outcome.INVALID, usage=Usage(10, 100), wall_ms=300)
    write(log, "Why?\nPlease.", [rejected, cloud(usage=Usage(12, 8), wall_ms=200)])
    (summary,) = log.turns()
    assert (summary.input_tokens, summary.output_tokens) == (22, 108)
    assert (summary.cost_usd, summary.wall_ms) == (Decimal("0.002"), 500)
    assert (summary.model, summary.outcome, summary.prompt) == ("big-1", "ok", "Why?\nPlease.")


def test_one_unknown_cost_makes_the_sum_unknown(log: Log) -> None:
    write(log, attempts=[cloud("", Outcome.ERROR, cost_usd=None), cloud()])
    assert next(log.turns()).cost_usd is None


def test_a_turn_without_attempts_cost_nothing(log: Log) -> None:
    log.close_turn(open_turn(log), None, at=NOON)
    assert next(log.turns()).cost_usd == 0


# --- search ------------------------------------------------------------------


def test_search_finds_prompts_and_answers_in_any_case(log: Log) -> None:
    prompt = write(log, "Grüße aus ÖSTERREICH")
    answer = write(log, attempts=[local("Österreich liegt in Europa")])
    write(log, "something else")
    assert [summary.id for summary in log.search("österreich")] == [answer, prompt]


@pytest.mark.parametrize("wildcard", ["%", "_", "100%_"])
def test_wildcards_are_searched_as_they_stand(log: Log, wildcard: str) -> None:
    write(log, "a hundred percent")
    marked = write(log, "exactly 100%_ of it")
    assert [summary.id for summary in log.search(wildcard)] == [marked]


# --- money and the breaker ---------------------------------------------------


def test_only_known_costs_since_then_are_summed(log: Log) -> None:
    write(log, attempts=[cloud(cost_usd=Decimal(5))], at=NOON - DAY)
    write(log, attempts=[cloud(cost_usd=None), cloud(cost_usd=Decimal("0.000000000001"))])
    write(log, attempts=[cloud(cost_usd=Decimal("0.1"))])
    assert log.spent_usd(NOON) == Decimal("0.100000000001")


def test_the_last_outcomes_of_the_cloud_come_newest_first(log: Log) -> None:
    write(log, attempts=[cloud()], at=NOON - DAY)
    write(log, attempts=[cloud("", Outcome.ERROR, reason="server"), local()])
    write(log, attempts=[cloud()], at=NOON + DAY)
    open_attempt(log, open_turn(log), cloud(), at=NOON + DAY)
    assert log.recent_cloud_outcomes(NOON, 5) == [
        CloudOutcome(NOON + DAY, Outcome.OK, None),
        CloudOutcome(NOON, Outcome.ERROR, "server"),
    ]


# --- egress ------------------------------------------------------------------


def test_egress_is_every_request_to_an_endpoint_also_one_that_was_cut_off(log: Log) -> None:
    write(log, attempts=[local(), cloud()])
    open_attempt(log, open_turn(log), cloud())
    assert list(log.egress()) == [
        Egress(NOON, CLOUD_URL, "big-1", 834, turn_id=1, outcome=Outcome.OK),
        Egress(NOON, CLOUD_URL, "big-1", 834, turn_id=2, outcome=Outcome.INTERRUPTED),
    ]
    assert list(log.egress(since=NOON + DAY)) == []


@pytest.mark.parametrize(
    ("endpoint", "stayed"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost:11434/v1", True),
        ("http://llm.localhost/v1", True),
        ("http://192.168.1.5/v1", False),
        ("https://localhost.example.com/v1", False),
        ("http://[broken/v1", False),
    ],
)
def test_only_this_machine_counts_as_this_machine(endpoint: str, stayed: bool) -> None:
    assert Egress(NOON, endpoint, "m", 1, 1, Outcome.OK).stayed is stayed


# --- prune -------------------------------------------------------------------


def test_prune_removes_older_turns_with_their_attempts_and_shrinks_the_file(log: Log) -> None:
    write(log, "x" * 1_000_000, [cloud("y" * 1_000_000)], at=NOON - DAY)
    kept = write(log)
    assert log.count(before=NOON) == 1
    pruned = log.prune(before=NOON)
    assert (pruned.turns, ids(log), list(log.egress())) == (1, [kept], [])
    assert pruned.freed_bytes > 1_900_000


def test_a_prune_beside_a_long_reader_waits_once_and_says_that_the_file_kept_its_size(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite", busy_s=0.3) as log:
        write(log, "x" * 1_000_000)
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM turns").fetchone()
            began = monotonic()
            assert log.prune(keep_last=0) == Pruned(1, 0, is_in_use=True)
            assert monotonic() - began < 3
            assert ids(log) == []
        write(log)
        assert log.prune(keep_last=0).freed_bytes > 0


def test_a_prune_beside_a_long_writer_removes_nothing(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite", busy_s=0.1) as log:
        write(log)
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LogError, match="locked by another program"):
                log.prune(keep_last=0)
        assert ids(log) == [1]
        assert not log.prune(keep_last=0).is_in_use


def test_writes_wait_as_before_after_a_prune(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite", busy_s=5) as log:
        write(log)
        log.prune(keep_last=0)
        other = sqlite3.connect(log.path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        later = Timer(0.2, other.execute, ["COMMIT"])
        later.start()
        write(log)
        later.join()
        other.close()


def test_prune_keeps_the_newest_turns(log: Log) -> None:
    for _ in range(5):
        write(log)
    assert (log.count(keep_last=2), log.count(keep_last=9)) == (3, 0)
    log.prune(keep_last=2)
    assert ids(log) == [5, 4]


def test_an_id_is_never_given_twice(log: Log) -> None:
    write(log)
    log.prune(keep_last=0)
    assert write(log) == 2


def test_pruned_text_is_in_no_file(log: Log) -> None:
    write(log, "MARKER in the prompt", [local("MARKER in the answer")])
    write(log)
    log.prune(keep_last=1)
    assert b"MARKER" not in bytes_on_disk(log)


# --- what is kept of texts ---------------------------------------------------


def bytes_on_disk(log: Log) -> bytes:
    return b"".join(file.read_bytes() for file in log.path.parent.iterdir())


@pytest.mark.parametrize("prompts", ["hash", "off"])
def test_without_full_prompts_no_text_is_in_any_file(tmp_path: Path, prompts: Prompts) -> None:
    item = ConstraintItem("keyword", "use MARKER", 0, 10, {"words": ["MARKER"]})
    turn = a_turn(
        "use MARKER",
        system="MARKER",
        history=(Message.of(Role.USER, "MARKER"),),
        files=(Text("MARKER", "MARKER"),),
    )
    quoting = decision(reasons=(Sentence("it says: use MARKER"),), flips=(Sentence("drop 'use MARKER'"),))
    attempt = local("MARKER", Outcome.ERROR, reason="server", error="refused: MARKER")

    with Log(tmp_path / "log.sqlite", prompts) as log:
        turn_id = log.open_turn(turn, signals(item), quoting, command="ask", overhead_ms=1, at=NOON)
        log.close_attempt(open_attempt(log, turn_id, attempt), attempt)
        log.close_turn(turn_id, Answer(turn_id, quoting, (attempt,), attempt, "MARKER"), at=NOON)
        assert b"MARKER" not in bytes_on_disk(log)
        logged = log.turn(turn_id)

    assert (logged.prompt, logged.request) == (None, None)
    assert logged.decision.reasons == (Sentence("it says: …"),)
    assert logged.signals.constraints.items == (ConstraintItem("keyword", "", 0, 10),)
    assert (logged.prompt_sha256 is not None) is (prompts == "hash")
