from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.core.decision.decision import Route
from hroute.core.errors import LogError
from hroute.core.turn.attempt import Outcome, Usage
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import By, Judgement, Verdict
from hroute.store.log import Log
from hroute.store.sessions import SessionUse
from tests.support.logged import NOON, cloud, local, write
from tests.support.turns import a_turn


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite") as log:
        yield log


def say(log: Log, session_id: int, prompt: str, parent_id: int | None = None) -> int:
    return write(log, a_turn(prompt, place=SessionPlace(session_id, parent_id)))


def prompts(log: Log, session_id: int) -> list[str | None]:
    return [turn.prompt for turn in log.sessions.conversation(log.sessions.get(session_id).head_id)]


def test_a_session_is_the_chain_of_its_turns(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    first = say(log, session, "one")
    say(log, session, "two", first)
    assert prompts(log, session) == ["one", "two"]


def test_an_undone_turn_is_kept_beside_the_branch_that_replaces_it(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    first = say(log, session, "one")
    second = say(log, session, "two", first)
    log.sessions.move(session, first)
    say(log, session, "other", first)
    assert prompts(log, session) == ["one", "other"]
    assert log.turn(second).prompt == "two"


def test_a_fork_begins_with_the_turns_of_the_other_session(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    first = say(log, session, "one")
    fork = log.sessions.open(at=NOON, head_id=first, forked_from=session)
    say(log, fork, "elsewhere", first)
    assert prompts(log, fork) == ["one", "elsewhere"]
    assert prompts(log, session) == ["one"]


def test_the_history_is_not_stored_again_with_every_turn(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    long_ago = Message.of(Role.USER, "MARKER")
    first = say(log, session, "one")
    turn = a_turn("two", history=(long_ago,), place=SessionPlace(session, first, history_turns=1))
    logged = log.turn(write(log, turn))
    assert logged.request is not None
    assert logged.request.turn() == a_turn("two")
    assert logged.place == turn.options.place


def test_sessions_are_listed_with_the_last_used_first(log: Log) -> None:
    old, new = log.sessions.open(at=NOON), log.sessions.open(at=NOON)
    write(log, a_turn("new one", place=SessionPlace(new)), at=NOON)
    write(log, a_turn("old one", place=SessionPlace(old)), at=NOON + timedelta(hours=1))
    listed = list(log.sessions.all())
    assert [(s.session.id, s.title, s.turns) for s in listed] == [(old, "old one", 1), (new, "new one", 1)]
    assert log.sessions.last_id() == old


def test_an_unknown_session_is_named(log: Log) -> None:
    with pytest.raises(LogError, match="no session 7"):
        log.sessions.get(7)
    assert log.sessions.last_id() is None
    assert log.sessions.conversation(None) == []


def test_a_session_in_which_nothing_was_said_can_be_forgotten(log: Log) -> None:
    empty, used = log.sessions.open(at=NOON), log.sessions.open(at=NOON)
    say(log, used, "one")
    assert (log.sessions.discard(empty), log.sessions.discard(used)) == (True, False)
    assert log.sessions.get(used).id == used
    with pytest.raises(LogError):
        log.sessions.get(empty)


def test_the_use_of_a_session_counts_all_its_attempts(log: Log) -> None:
    session, other = log.sessions.open(at=NOON), log.sessions.open(at=NOON)
    usage = Usage(100, 20, cached_tokens=60)
    tries = [local(outcome=Outcome.INVALID, usage=usage), cloud(usage=usage)]
    write(log, a_turn("one", place=SessionPlace(session)), tries)
    write(log, a_turn("two", place=SessionPlace(session)), [local(usage=usage)])
    write(log, a_turn("elsewhere", place=SessionPlace(other)), [cloud(usage=usage)])
    assert log.sessions.use(session) == SessionUse(2, 300, 180, 60, Decimal("0.002"))


def test_what_is_unknown_of_one_attempt_is_unknown_of_the_session(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    assert log.sessions.use(session) == SessionUse()
    write(log, a_turn("one", place=SessionPlace(session)), [cloud(cost_usd=None, usage=Usage(10, None))])
    assert log.sessions.use(session) == SessionUse(1, 10, 0, None, None)


def test_a_dismissed_constraint_is_on_record_where_texts_are(log: Log, tmp_path: Path) -> None:
    turn_id = write(log, "Write “a”.")
    log.dismiss(turn_id, ('in "é"', "short"))
    request = log.turn(turn_id).request
    assert request is not None
    assert request.said.options.dismissed == ('in "é"', "short")
    with Log(tmp_path / "hashed.sqlite", "hash") as hashed:
        turn_id = write(hashed)
        hashed.dismiss(turn_id, ("SECRET",))
        assert hashed.turn(turn_id).request is None


def test_how_many_turns_went_along_may_change_with_the_engine(log: Log) -> None:
    turn_id = write(log, a_turn("one", place=SessionPlace(1, history_turns=9)))
    log.record_history_turns(turn_id, 4)
    assert log.turn(turn_id).place == SessionPlace(1, history_turns=4)


def test_a_conversation_survives_the_pruning_of_its_beginning(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    first = say(log, session, "one")
    say(log, session, "two", first)
    log.prune(keep_last=1)
    assert prompts(log, session) == ["two"]


def test_the_last_verdict_holds_and_the_ones_before_it_are_kept(log: Log) -> None:
    turn_id = write(log)
    good, bad = Verdict(Judgement.GOOD), Verdict(Judgement.BAD, minutes=Decimal(5), note="no")
    for verdict in (good, bad):
        log.verdicts.give(turn_id, verdict, at=NOON)
    assert log.turn(turn_id).verdict == replace(bad, note=None)
    assert [given.verdict for given in log.verdicts.history(turn_id)] == [good, bad]
    log.verdicts.give(turn_id, Verdict(Judgement.UNKNOWN), at=NOON)
    assert log.turn(turn_id).verdict is None


def test_a_contract_does_not_overrule_the_user(log: Log) -> None:
    turn_id = write(log)
    log.verdicts.give(turn_id, Verdict(Judgement.BAD), at=NOON)
    log.verdicts.give(turn_id, Verdict.by_contract(), at=NOON)
    assert log.turn(turn_id).verdict == Verdict(Judgement.BAD)


def test_a_valid_answer_that_is_bound_to_a_form_is_good_by_contract(log: Log) -> None:
    assert log.turn(write(log, attempts=[local(result="[]")])).verdict == Verdict.by_contract()
    assert log.turn(write(log)).verdict is None


def test_a_verdict_on_a_missing_turn_is_refused(log: Log) -> None:
    write(log)
    with pytest.raises(LogError, match="no turn 9"):
        log.verdicts.give(9, Verdict(Judgement.GOOD), at=NOON)


def test_a_note_is_not_kept_where_texts_are_not(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite", "hash") as log:
        turn_id = write(log)
        log.verdicts.give(turn_id, Verdict(Judgement.BAD, note="SECRET"), at=NOON)
        assert log.verdicts.history(turn_id)[0].verdict.note is None


def test_outcomes_are_the_rejected_attempts_and_the_given_ones_with_a_verdict(log: Log) -> None:
    failed_over = write(log, "hard", [local(outcome=Outcome.INVALID, reason="repetition"), cloud()])
    write(log, "unrated")
    rated = write(log, "easy")
    log.verdicts.give(failed_over, Verdict(Judgement.GOOD), at=NOON)
    log.verdicts.give(rated, Verdict(Judgement.BAD, By.RETRY), at=NOON)
    outcomes = [(o.prompt, o.route, o.was_right, o.by) for o in log.verdicts.outcomes()]
    assert outcomes == [
        ("hard", Route.LOCAL, False, By.CONTRACT),
        ("hard", Route.CLOUD, True, By.USER),
        ("easy", Route.LOCAL, False, By.RETRY),
    ]


def test_the_end_of_a_conversation_can_be_read_alone(log: Log) -> None:
    session = log.sessions.open(at=NOON)
    parent = None
    for prompt in ("one", "two", "three"):
        parent = say(log, session, prompt, parent)
    assert [turn.prompt for turn in log.sessions.conversation(parent, limit=2)] == ["two", "three"]


def test_an_answer_that_was_only_doubted_is_no_known_failure(log: Log) -> None:
    for reason in ("low_confidence", "loop"):
        write(log, "unsure", [local(outcome=Outcome.INVALID, reason=reason), cloud()])
    assert not list(log.verdicts.outcomes())


def test_what_is_good_only_by_its_contract_teaches_nothing(log: Log) -> None:
    valid = write(log, "call", [local(result="[]")])
    assert not list(log.verdicts.outcomes())
    assert [past.success for past in log.past_turns(None, with_prompts=False)] == [None]
    assert [unrated.id for unrated in log.unrated(limit=9)] == [valid]
    log.verdicts.give(valid, Verdict(Judgement.GOOD), at=NOON)
    assert [outcome.was_right for outcome in log.verdicts.outcomes()] == [True]
    assert [past.success for past in log.past_turns(None, with_prompts=False)] == [True]


def test_a_rejection_counts_for_as_much_as_answers_are_rated(log: Log) -> None:
    """Every rejection is known: beside answers that nobody rates they would say that all fails."""
    write(log, "rejected", [local(outcome=Outcome.INVALID, reason="schema"), cloud()])
    given = [write(log, f"given {number}") for number in range(4)]
    assert not list(log.verdicts.outcomes())
    log.verdicts.give(given[0], Verdict(Judgement.GOOD), at=NOON)
    assert [(o.prompt, o.worth) for o in log.verdicts.outcomes()] == [("rejected", 0.25), ("given 0", 1)]
