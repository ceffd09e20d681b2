"""Logs of every earlier version are opened, listed, searched, added to, rated and reported on."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.core.decision.decision import Route
from hroute.core.routing.reasons import Sentence
from hroute.core.tools.definitions import Choice, Toolset
from hroute.core.turn.attempt import Outcome
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from hroute.store.schema import MIGRATIONS
from tests.support.files import old_logs
from tests.support.files.old_logs import (
    FAILED,
    OF_PARTS,
    ONE,
    PLAIN,
    THREE,
    TWO,
    TWO_AGAIN,
    WITH_FILE,
    old_log,
)
from tests.support.logged import NOON, write

EVERY_VERSION = pytest.mark.parametrize("name", old_logs.ALL)
WITH_SESSIONS = pytest.mark.parametrize("name", old_logs.WITH_SESSIONS)
WITH_PARTS = pytest.mark.parametrize("name", old_logs.WITH_PARTS)


def test_there_is_a_log_of_every_version_before_this_one() -> None:
    versions = {int(name.removesuffix("_tools")[1:]) for name in old_logs.ALL}
    assert versions == set(range(1, len(MIGRATIONS)))


@EVERY_VERSION
def test_every_turn_is_read(tmp_path: Path, name: str) -> None:
    with Log(old_log(name, tmp_path / "log.sqlite")) as log:
        turns = list(log.export())
        assert [turn.id for turn in turns] == list(range(1, len(turns) + 1))
        assert [turn.prompt for turn in turns[:3]] == [
            "Why is the sky blue? Say it in under 50 words.",
            "What broke?",
            "Prove it.",
        ]
        assert [turn.outcome for turn in turns[:3]] == ["ok", "ok", "failed"]


@EVERY_VERSION
def test_signals_decision_and_attempts_are_read(tmp_path: Path, name: str) -> None:
    with Log(old_log(name, tmp_path / "log.sqlite")) as log:
        plain, cloud, failed = log.turn(PLAIN), log.turn(WITH_FILE), log.turn(FAILED)
    [item] = plain.signals.constraints.items
    assert (item.text, item.params) == ("under 50 words", {"unit": "words", "max": 50})
    assert 0.4 < plain.signals.scout.p_local < 0.8
    assert plain.decision.reasons == (Sentence("no signal asks for the cloud"),)
    assert plain.decision.flips == (Sentence("add 4 strict constraints"),)
    assert (cloud.decision.route, cloud.category) == (Route.CLOUD, "ops")
    [attempt] = (one.attempt for one in cloud.attempts)
    assert (attempt.text, attempt.cost_usd, attempt.ttft_ms) == ("The disk.", Decimal("0.002"), 80.0)
    [attempt] = (one.attempt for one in failed.attempts)
    assert (attempt.outcome, attempt.reason, attempt.error) == (Outcome.ERROR, "crash", "it died")


@EVERY_VERSION
def test_it_is_searched_listed_and_added_to(tmp_path: Path, name: str) -> None:
    with Log(old_log(name, tmp_path / "log.sqlite")) as log:
        [found] = log.search("sky blue")
        assert found.id == PLAIN
        before = len(list(log.turns()))
        assert write(log, "new") == before + 1
        assert next(iter(log.turns())).prompt == "new"


@EVERY_VERSION
def test_its_turns_are_rated_and_reported_on(tmp_path: Path, name: str) -> None:
    with Log(old_log(name, tmp_path / "log.sqlite")) as log:
        log.verdicts.give(PLAIN, Verdict(Judgement.GOOD), at=NOON + timedelta(hours=2))
        assert log.turn(PLAIN).verdict == Verdict(Judgement.GOOD)
        assert log.spent_usd(NOON - timedelta(days=1)) >= Decimal("0.002")
        assert len(list(log.past_turns(with_prompts=True))) == len(list(log.turns()))
        assert next(iter(log.egress())).turn_id == WITH_FILE


@WITH_SESSIONS
def test_its_sessions_and_verdicts_are_read(tmp_path: Path, name: str) -> None:
    with Log(old_log(name, tmp_path / "log.sqlite")) as log:
        head_id = log.sessions.get(log.sessions.last_id() or 0).head_id
        assert [turn.id for turn in log.sessions.conversation(head_id)] == [ONE, TWO_AGAIN, THREE]
        assert log.turn(TWO).verdict == Verdict(Judgement.BAD, minutes=Decimal(3))
        place = log.turn(THREE).place
        assert place is not None
        assert (place.parent_id, place.history_turns) == (TWO_AGAIN, 2)


@WITH_PARTS
def test_its_images_calls_and_results_are_read(tmp_path: Path, name: str) -> None:
    with Log(old_log(name, tmp_path / "log.sqlite")) as log:
        request, cloud = log.turn(OF_PARTS).request, log.turn(WITH_FILE)
    assert request is not None
    turn = request.turn()
    assert turn.messages == (
        Message(Role.USER, (Image("image/png", b"PNG"), Text("What is it?"))),
        Message(Role.ASSISTANT, (ToolCall("1", "a", "{}"),)),
        Message(Role.TOOL, (ToolResult("1", "no", is_error=True),)),
    )
    assert isinstance(turn.expected, Toolset)
    assert (turn.expected.choice, turn.expected.only, turn.expected.is_parallel) == (
        Choice.REQUIRED,
        "a",
        False,
    )
    [attempt] = (one.attempt for one in cloud.attempts)
    assert (attempt.wait_ms, attempt.thoughts) == (12.0, "")


def test_an_empty_file_becomes_a_log(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    path.touch()
    with Log(path) as log:
        assert write(log) == 1
