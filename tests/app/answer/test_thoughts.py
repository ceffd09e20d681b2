"""What a model says to itself is no answer, whichever engine it comes from and however."""

from collections.abc import AsyncIterator

import pytest

from hroute.app.answer.events import Delta, Event, Rejected, Thinking, Withdrawn
from hroute.core.decision.decision import Route
from hroute.core.errors import NoAnswerError
from hroute.core.turn.attempt import CheckStatus, Outcome
from hroute.core.turn.options import Sampling
from hroute.engines.base import Finish, Piece, ThoughtPiece
from hroute.store.log import Log
from tests.support.scripted import Script, ScriptedEngine, ScriptedGeneration
from tests.support.world import GOOD_CLOUD, LOOP, Make

WEATHER = {"tools": '[{"name": "get_weather", "parameters": {"type": "object"}}]'}
PERSON = {"schema": "name: str, born: int"}
PROSE: dict[str, str] = {}
FINAL = "<|start|>assistant<|channel|>final<|message|>"
TRY = '<think>First try {"name":"Ada","born":1852}. No.</think>'
CALL = '{"name":"get_weather","arguments":{"city":"Paris"}}'


def of(kind: type[Event], events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind) and hasattr(event, "text"))


@pytest.mark.parametrize(
    ("wrote", "bound", "text"),
    [
        (f'{TRY}{{"name":"Ada","born":1815}}', PERSON, '{"name": "Ada", "born": 1815}'),
        ("<think>I could call " + CALL + " but no.</think>Hello!", WEATHER, '"Hello!"'),
        ("I could call " + CALL + " but no.\n</think>\nHello!", WEATHER, '"Hello!"'),
        ("<think>hm, maybe\n\nso.</think>\n\nYes", PROSE, "Yes"),
        ("[THINK]hm, so[/THINK]Yes", PROSE, "Yes"),
        (f"<|channel|>analysis<|message|>hm, so<|end|>{FINAL}Yes", PROSE, "Yes"),
    ],
)
@pytest.mark.parametrize("route", list(Route))
def test_thoughts_are_not_judged_nor_given(
    make: Make, wrote: str, bound: dict[str, str], text: str, route: Route
) -> None:
    script: Script = [wrote[i : i + 5] for i in range(0, len(wrote), 5)]
    world = make(script, script)
    answer = world.answered("Answer with exactly one word", forced=route, **bound)
    given = answer.given
    assert (answer.text, len(answer.attempts), given.outcome) == (text, 1, Outcome.OK)
    assert all(check.status is not CheckStatus.BROKEN for check in given.checks)
    assert given.thoughts
    assert given.thoughts in wrote
    assert given.thought_chars == len(given.thoughts)


def test_the_log_keeps_thoughts_and_their_length_apart_from_the_answer(make: Make) -> None:
    world = make("<think>so and so</think>Yes")
    answer = world.answered()
    logged = world.runtime.log.turn(answer.turn_id).attempts[0].attempt
    assert (logged.text, logged.thoughts, logged.thought_chars) == ("Yes", "so and so", 9)


def test_callers_hear_of_thoughts_as_they_come(make: Make) -> None:
    events = make(["<thi", "nk>so ", "and so</th", "ink>Y", "es"]).ask()
    assert (of(Thinking, events), of(Delta, events)) == ("so and so", "Yes")
    assert not any(isinstance(event, Withdrawn) for event in events)


def test_what_turns_out_to_be_thought_is_taken_back(make: Make) -> None:
    world = make(["so and ", "so\n", "</think>", "Yes"])
    events = world.ask()
    kinds = [type(event) for event in events if isinstance(event, Delta | Withdrawn | Rejected)]
    assert kinds[-2:] == [Withdrawn, Delta]
    assert Rejected not in kinds
    logged = world.runtime.log.turn(1).attempts[0].attempt
    assert (logged.text, logged.thoughts) == ("Yes", "so and so\n")


class Reasoner(ScriptedEngine):
    """Gives its thoughts apart from its text, as servers do."""

    def start(self, request: object) -> ScriptedGeneration:
        generation = super().start(request)  # type: ignore[arg-type]
        return Reasoning(generation.steps, ends_with=self.ends_with)


class Reasoning(ScriptedGeneration):
    async def __aiter__(self) -> AsyncIterator[Piece]:
        for thought in ("so ", "and\x1b[2J so", ""):
            yield ThoughtPiece(thought)
        async for piece in super().__aiter__():
            yield piece


def test_thoughts_that_come_apart_are_kept_too_and_are_safe_to_print(make: Make) -> None:
    world = make()
    world.runtime.model = Reasoner("local", Route.LOCAL, ["\n\nYes"], context_tokens=8192)
    events = world.ask()
    assert (of(Thinking, events), of(Delta, events)) == ("so and so", "Yes")


def test_a_stop_is_of_the_answer_alone(make: Make) -> None:
    answer = make("<think>a STOP b</think>c STOP d").answered(sampling=Sampling(stop=("STOP",)))
    assert (answer.text, answer.given.thoughts) == ("c ", "a STOP b")


def test_a_model_may_think_in_circles(make: Make) -> None:
    answer = make([f"<think>{LOOP}", LOOP, "</think>", "Yes"]).answered()
    assert (answer.text, len(answer.attempts)) == ("Yes", 1)


@pytest.mark.parametrize(
    ("wrote", "ends_with", "says"),
    [
        ("<think>hm", Finish.LENGTH, "still thinking when it was cut at"),
        ("<think>hm</think>", Finish.STOP, "gave no answer"),
        ("hm\n</think>\n", Finish.STOP, "gave no answer"),
    ],
)
@pytest.mark.parametrize("bound", [PROSE, PERSON, WEATHER])
def test_thoughts_alone_are_no_answer(
    make: Make, wrote: str, ends_with: Finish, says: str, bound: dict[str, str]
) -> None:
    world = make(wrote, wrote)
    world.runtime.model.script = [wrote] * 2
    world.runtime.model.ends_with = world.cloud.ends_with = ends_with
    with pytest.raises(NoAnswerError, match=says):
        world.ask(**bound)
    reason = "truncated" if ends_with is Finish.LENGTH else "empty"
    attempts = [one.attempt for one in world.runtime.log.turn(1).attempts]
    assert {one.reason for one in attempts} == {reason}
    limits = [request.sampling.max_tokens for request in world.local.requests]
    is_asked_again = reason == "truncated" and bound != PROSE
    assert limits == ([None, 2] if is_asked_again else [None])


def test_a_conversation_goes_on_without_the_thoughts(make: Make) -> None:
    from hroute.app.chat.conversation import Conversation
    from tests.support.talking import heard, sent_to

    world = make("<think>hm</think>Yes")
    world.local.script = ["<think>hm</think>Yes", "No"]
    chat = Conversation(world.runtime)
    heard(chat.say("one?"))
    assert chat.last is not None
    assert chat.last.thoughts == "hm"
    heard(chat.say("two?"))
    assert sent_to(world.local) == [("user", "one?"), ("assistant", "Yes"), ("user", "two?")]
    again = Conversation(world.runtime)
    again.open()
    assert again.exchanges[0].thoughts == "hm"


def test_both_engines_may_think(make: Make) -> None:
    events = make("<think>hm</think>", [f"<think>well</think>{GOOD_CLOUD}"]).ask()
    assert of(Thinking, events) == "hmwell"
    assert of(Delta, events) == GOOD_CLOUD


def test_where_no_texts_are_kept_only_the_length_is(make: Make) -> None:
    world = make("<think>so and so</think>Yes", log={"prompts": "off"})
    world.runtime.log.close()
    world.runtime.log = Log(world.runtime.log.path, "off")
    answer = world.answered()
    logged = world.runtime.log.turn(answer.turn_id).attempts[0].attempt
    assert (logged.text, logged.thoughts, logged.thought_chars) == ("", "", 9)
