"""A conversation with engines that answer on cue and the real log."""

from decimal import Decimal
from pathlib import Path

import pytest

from hroute.app.answer.events import Decided, FailedOver
from hroute.app.chat.conversation import Conversation
from hroute.app.chat.setup import Setup
from hroute.core.decision.decision import Route, Rule
from hroute.core.decision.signals import Label
from hroute.core.errors import ConfigError, LogError, NoAnswerError, UsageError
from hroute.core.tools.definitions import read_toolset
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import By, Judgement, Verdict
from tests.support.logged import NOON, local, open_attempt, open_turn
from tests.support.talking import Talk, alternates, answer_in, sent_to
from tests.support.turns import a_turn
from tests.support.world import CRASH, UNREACHABLE, Make


def test_a_turn_takes_along_what_was_said_before(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Second.")
    talk.say("one")
    talk.say("two")
    assert sent_to(talk.world.local) == [("user", "one"), ("assistant", "First."), ("user", "two")]
    assert talk.texts == [("one", "First."), ("two", "Second.")]


def test_every_turn_is_in_the_log_with_its_place(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Second.")
    talk.say("one")
    talk.say("two")
    first, second = (e.logged for e in talk.chat.exchanges)
    assert first.place == SessionPlace(1)
    assert second.place == SessionPlace(1, first.id, history_turns=1)
    assert (second.command, second.prompt) == ("chat", "two")


def test_a_draft_is_what_would_be_sent(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Second.")
    talk.chat.setup = Setup(system="Be brief.")
    talk.say("one")
    draft = talk.chat.draft("two")
    talk.say("two")
    assert talk.world.local.requests[-1].messages == draft.messages
    assert (draft.options.held, draft.system) == (Route.LOCAL, "Be brief.")


def test_looking_around_leaves_no_session_behind(make: Make) -> None:
    talk = Talk.in_(make(with_cloud=False))
    talk.chat.draft("one")
    with pytest.raises(UsageError, match="empty"):
        talk.say("  ")
    talk.chat.setup = Setup(forced=Route.CLOUD)
    with pytest.raises(ConfigError):
        talk.say("one")
    assert talk.chat.session_id is None
    with pytest.raises(LogError):
        talk.world.runtime.log.sessions.get(1)
    with pytest.raises(LogError, match="no session to go on with"):
        talk.chat.open()


def test_a_follow_up_stays_where_the_conversation_is(make: Make) -> None:
    talk = Talk.in_(make(), CRASH, cloud=("From above.", "Again."))
    talk.say("one")
    decided, *_ = talk.say("two")
    assert isinstance(decided, Decided)
    assert (decided.decision.rule, decided.decision.route) == (Rule.SESSION, Route.CLOUD)
    assert talk.chat.why().decision.rule is Rule.SESSION


def test_an_interrupted_answer_is_kept_as_far_as_it_came(make: Make) -> None:
    talk = Talk.in_(make(), ["Half ", "an ", "answer."], "More.")
    talk.interrupt("one", after_pieces=2)
    assert talk.endings == ["interrupted"]
    assert talk.texts == [("one", "Half an ")]
    assert talk.world.local.generations[0].is_closed
    assert talk.chat.exchanges[0].logged.attempts[0].attempt.usage.output_tokens == 2
    talk.say("go on")
    assert sent_to(talk.world.local)[1] == ("assistant", "Half an ")


def test_a_turn_that_was_stopped_before_its_first_word_is_seen_but_not_sent(make: Make) -> None:
    talk = Talk.in_(make(), "Hello.")
    talk.interrupt("one", after_pieces=0)
    talk.say("two")
    assert talk.texts == [("one", ""), ("two", "Hello.")]
    assert sent_to(talk.world.local) == [("user", "two")]


def test_a_failed_turn_is_seen_but_not_sent_and_can_be_tried_again(make: Make) -> None:
    talk = Talk.in_(make(with_cloud=False), "First.", CRASH, "Second.", "Third.")
    talk.say("one")
    with pytest.raises(NoAnswerError):
        talk.say("two")
    assert talk.endings == ["answered", "failed"]
    assert answer_in(talk.retry()) == "Second."
    talk.say("three")
    assert talk.texts == [("one", "First."), ("two", "Second."), ("three", "Third.")]
    assert alternates(talk.world.local)


def test_a_failed_turn_that_is_not_tried_again_stays_in_its_place(make: Make) -> None:
    talk = Talk.in_(make(with_cloud=False), CRASH, "Second.")
    with pytest.raises(NoAnswerError):
        talk.say("one")
    talk.say("two")
    assert talk.again().endings == ["failed", "answered"]
    assert sent_to(talk.world.local) == [("user", "two")]


def test_a_cloud_that_goes_away_leaves_the_session_alive(make: Make) -> None:
    talk = Talk.in_(make(label=Label.COMPLEX), "From here.", cloud=("From above.", UNREACHABLE))
    talk.say("one")
    events = talk.say("two")
    assert any(isinstance(event, FailedOver) for event in events)
    assert talk.texts[-1] == ("two", "From here.")
    assert sent_to(talk.world.local)[:2] == [("user", "one"), ("assistant", "From above.")]
    assert talk.chat.draft("three").options.held is Route.LOCAL


def test_files_go_along_once_and_stay_in_the_history(make: Make, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Buy milk.")
    talk = Talk.in_(make(), "Noted.", "Milk.")
    talk.chat.attach(tmp_path / "notes.md")
    talk.say("Read this.")
    talk.say("What to buy?")
    assert [("Buy milk." in content) for _, content in sent_to(talk.world.local)] == [True, False, False]
    assert talk.chat.files == ()


def test_files_wait_on_when_the_turn_is_refused(make: Make, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Buy milk.")
    talk = Talk.in_(make(with_cloud=False), "Noted.")
    talk.chat.attach(tmp_path / "notes.md")
    talk.chat.setup = Setup(forced=Route.CLOUD)
    with pytest.raises(ConfigError):
        talk.say("Read this.")
    assert talk.chat.drop() == 1


# --- retries and branches ------------------------------------------------------


def test_a_retry_asks_the_other_route_and_keeps_both_answers(make: Make) -> None:
    talk = Talk.in_(make(), "From here.", cloud=("From above.",))
    talk.say("one")
    talk.retry()
    assert [(v.text, v.route) for v in talk.chat.versions()] == [
        ("From here.", Route.LOCAL),
        ("From above.", Route.CLOUD),
    ]
    assert talk.texts == [("one", "From above.")]
    assert [v.text for v in talk.again().chat.versions()] == ["From here.", "From above."]


def test_a_retry_is_sent_what_the_first_try_was_sent(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Second.", cloud=("Better.",))
    talk.say("one")
    talk.say("two")
    talk.retry(Route.CLOUD)
    assert sent_to(talk.world.cloud) == sent_to(talk.world.local)
    assert talk.chat.exchanges[-1].logged.place == SessionPlace(1, 1, retry_of=2, history_turns=1)


def test_asking_the_cloud_again_speaks_softly_against_the_local_answer(make: Make) -> None:
    talk = Talk.in_(make(), "From here.", "Again.", cloud=("From above.",))
    talk.say("one")
    talk.retry(Route.CLOUD)
    log = talk.world.runtime.log
    assert log.turn(1).verdict == Verdict(Judgement.BAD, By.RETRY)
    talk.retry(Route.LOCAL)
    assert (log.turn(2).verdict, log.turn(3).verdict) == (None, None)


def test_a_retry_that_fails_leaves_the_answer_that_there_was(make: Make) -> None:
    talk = Talk.in_(make(), "From here.", "Second.", cloud=(UNREACHABLE,))
    talk.say("one")
    with pytest.raises(NoAnswerError):
        talk.retry(Route.CLOUD)
    assert talk.again().texts == talk.texts == [("one", "From here.")]
    talk.say("two")
    assert sent_to(talk.world.local)[1] == ("assistant", "From here.")


def test_the_route_of_a_retry_was_for_that_turn_alone(make: Make) -> None:
    talk = Talk.in_(make(), "From here.", cloud=("From above.",))
    talk.say("one")
    talk.retry(Route.CLOUD)
    assert talk.again().chat.setup == Setup()


def test_an_edit_takes_the_place_of_the_turn(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Better.", "Second.")
    talk.say("oen")
    talk.edit("one")
    talk.say("two")
    assert talk.texts == [("one", "Better."), ("two", "Second.")]
    assert ("user", "oen") not in sent_to(talk.world.local)
    assert talk.again().texts == talk.texts


def test_undo_takes_back_the_last_thing_done(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Second.", "Other.", cloud=("Better.",))
    talk.say("one")
    talk.say("two")
    talk.retry(Route.CLOUD)
    assert talk.chat.undo().text == "Better."
    assert talk.texts == [("one", "First."), ("two", "Second.")]
    assert talk.chat.undo().prompt == "two"
    assert talk.again().texts == [("one", "First.")]
    talk.say("other")
    assert talk.again().texts == [("one", "First."), ("other", "Other.")]
    assert talk.world.runtime.log.turn(2).prompt == "two"


def test_everything_can_be_undone(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Again.")
    talk.say("one")
    talk.chat.undo()
    assert talk.again().texts == []
    with pytest.raises(UsageError, match="nothing has been said"):
        talk.chat.undo()
    talk.say("again")
    assert talk.again(1).texts == [("again", "Again.")]


def test_a_fork_goes_on_by_itself(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Here.", "There.")
    talk.say("one")
    talk.chat.fork()
    talk.say("elsewhere")
    assert talk.chat.session_id == 2
    assert talk.again(2).texts == [("one", "First."), ("elsewhere", "Here.")]
    assert talk.again(1).texts == [("one", "First.")]
    assert talk.world.runtime.log.sessions.get(2).forked_from == 1


def test_a_new_session_knows_nothing_of_the_old_one(make: Make) -> None:
    talk = Talk.in_(make(), "First.", "Second.")
    talk.chat.setup = Setup(system="Be brief.")
    talk.say("one")
    talk.chat.new()
    talk.say("two")
    assert sent_to(talk.world.local) == [("system", "Be brief."), ("user", "two")]
    assert [s.title for s in talk.chat.sessions()] == ["two", "one"]


# --- going on with what the log has --------------------------------------------


def test_a_session_is_gone_on_with_as_it_was_left(make: Make) -> None:
    talk = Talk.in_(make(), ["Half ", "an answer."], "Second.")
    talk.chat.setup = Setup(system="Be brief.", forced=Route.LOCAL)
    talk.interrupt("one", after_pieces=1)
    again = talk.again()
    assert again.chat.setup == talk.chat.setup
    assert (again.texts, again.endings) == ([("one", "Half ")], ["interrupted"])
    again.say("two")
    assert sent_to(talk.world.local)[1:3] == [("user", "one"), ("assistant", "Half ")]


def test_json_by_a_schema_is_shown_again_as_when_it_came(make: Make) -> None:
    talk = Talk.in_(make(), cloud=('```json\n{"name": "Ada"}\n```',))
    talk.chat.setup = Setup(forced=Route.CLOUD, expected=read_schema("name: str"))
    talk.say("one")
    assert [e.shown for e in talk.again().chat.exchanges] == ['{"name": "Ada"}']


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        (
            '{"tool_calls": [{"id": "c1", "name": "f", "arguments": "{\\"a\\": \\"b\\"}"}]}',
            '[{"name": "f", "arguments": {"a": "b"}}]',
        ),
        ("No call is needed.", '"No call is needed."'),
    ],
)
def test_calls_are_shown_again_as_when_they_came(heard: str, shown: str, make: Make) -> None:
    talk = Talk.in_(make(), cloud=(heard,))
    parameters = '{"type": "object", "properties": {"a": {"type": "string"}}}'
    tools = read_toolset('[{"name": "f", "parameters": ' + parameters + "}]")
    talk.chat.setup = Setup(forced=Route.CLOUD, expected=tools)
    talk.say("one")
    again = talk.again().chat.exchanges
    assert [e.shown for e in (*talk.chat.exchanges, *again)] == [shown, shown]
    assert again[0].messages() == talk.chat.exchanges[0].messages()


def test_options_of_the_command_line_stand_above_those_of_the_session() -> None:
    session = Setup(system="Be brief.", expected=read_schema("name: str"), category="work")
    tools = read_toolset('[{"name": "f"}]')
    given = Setup(forced=Route.CLOUD, expected=tools)
    assert given.over(session) == Setup("Be brief.", Route.CLOUD, tools, category="work")


def test_a_prompt_survives_a_killed_process(make: Make) -> None:
    talk = Talk.in_(make(), "Second.")
    log = talk.world.runtime.log
    session_id = log.sessions.open(at=NOON)
    open_attempt(log, open_turn(log, a_turn("one", place=SessionPlace(session_id))), local())
    again = talk.again()
    assert (again.texts, again.endings) == ([("one", "")], ["interrupted"])
    again.retry()
    assert again.texts == [("one", "Second.")]


@pytest.mark.parametrize("kept", ["hash", "off"])
def test_without_texts_in_the_log_a_chat_lives_in_memory(make: Make, kept: str) -> None:
    talk = Talk.in_(make(log={"prompts": kept}), "First.", "Second.", cloud=("Better.",))
    talk.say("one")
    talk.say("two")
    talk.retry(Route.CLOUD)
    assert sent_to(talk.world.cloud) == sent_to(talk.world.local)
    assert [v.text for v in talk.chat.versions()] == ["Second.", "Better."]
    again = talk.again()
    assert (again.chat.missing_texts, again.texts) == (2, [(None, ""), (None, "")])
    assert again.chat.draft("three").messages == (Message.of(Role.USER, "three"),)
    with pytest.raises(UsageError, match="without its text"):
        again.retry()


# --- verdicts -------------------------------------------------------------------


def test_a_verdict_is_on_the_last_answer(make: Make) -> None:
    talk = Talk.in_(make(), "First.")
    with pytest.raises(UsageError, match="nothing has been said"):
        talk.chat.good()
    talk.say("one")
    talk.chat.good()
    judged = talk.chat.bad(Decimal(5))
    assert judged.logged.verdict == Verdict(Judgement.BAD, minutes=Decimal(5))
    assert talk.world.runtime.log.turn(1).verdict == judged.logged.verdict


def test_a_failure_is_not_the_users_to_judge(make: Make) -> None:
    talk = Talk.in_(make(with_cloud=False), CRASH)
    with pytest.raises(NoAnswerError):
        talk.say("one")
    with pytest.raises(UsageError, match="got no answer"):
        talk.chat.bad()


DENSE = "Write a poem in exactly 3 lines, under 40 words, without the letter z, all in lowercase."


def test_a_dismissed_constraint_does_not_count_when_the_turn_is_repeated(make: Make) -> None:
    talk = Talk.in_(make(), "Again.", cloud=("poem", "poem"))
    talk.say(DENSE)
    assert talk.chat.why().decision.rule is Rule.CONSTRAINT_DENSITY
    decision = talk.chat.dismiss(1)
    assert (decision.rule, decision.route) == (Rule.DEFAULT, Route.LOCAL)
    assert talk.chat.last is not None
    again = talk.again()
    assert again.chat.draft("more").options.dismissed == ()
    again.retry(Route.CLOUD)
    assert again.chat.why().signals.constraints.count == 3


def test_a_constraint_that_is_not_there_is_named(make: Make) -> None:
    talk = Talk.in_(make(), "First.")
    talk.say("one")
    with pytest.raises(UsageError, match="0 constraints, none is number 4"):
        talk.chat.dismiss(4)


def test_a_conversation_without_turns_has_nothing_to_repeat(make: Make) -> None:
    chat = Conversation(make().runtime)
    for action in (chat.fork, chat.undo, chat.why, chat.good):
        with pytest.raises(UsageError, match="nothing has been said"):
            action()
