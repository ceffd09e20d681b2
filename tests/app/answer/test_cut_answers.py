"""Answers that their server cut, withheld or refused are given with that said, or not at all."""

import pytest

from hroute.core.decision.signals import Label
from hroute.core.errors import NoAnswerError
from hroute.core.turn.attempt import Answer, Outcome
from hroute.core.turn.options import Sampling
from hroute.engines.base import Finish
from tests.support.world import GOOD_CLOUD, GOOD_LOCAL, Make, World

TOOLS = '[{"name": "add", "parameters": {"properties": {"a": {"type": "integer"}}, "required": ["a"]}}]'
SORRY = "I'm sorry, I can't help with that."


def ending(make: Make, finish: Finish, text: str = GOOD_CLOUD) -> World:
    world = make(cloud=text, label=Label.COMPLEX)
    world.cloud.ends_with = finish
    return world


def reported(answer: Answer) -> tuple[str, Outcome, str | None, str]:
    return answer.text, answer.given.outcome, answer.given.reason, answer.warning


@pytest.mark.parametrize(
    ("finish", "reason", "warning"),
    [
        (Finish.LENGTH, "truncated", "sky: the answer was cut at 1 tokens"),
        (Finish.FILTERED, "filtered", "sky: the server withheld the rest of the answer"),
        (Finish.REFUSED, "refused", f"sky: the model refused: {GOOD_CLOUD}"),
    ],
)
def test_cloud_prose_that_is_not_whole_is_given_and_told_and_logged(
    make: Make, finish: Finish, reason: str, warning: str
) -> None:
    world = ending(make, finish)
    answer = world.answered()

    assert reported(answer) == (GOOD_CLOUD, Outcome.OK, reason, warning)
    logged = world.runtime.log.turn(answer.turn_id)
    assert (logged.outcome, logged.warning) == ("ok", warning)
    assert logged.attempts[-1].attempt.reason == reason


@pytest.mark.parametrize("finish", [Finish.STOP, Finish.TOOL_CALLS])
def test_a_whole_answer_has_no_warning(make: Make, finish: Finish) -> None:
    assert reported(ending(make, finish).answered()) == (GOOD_CLOUD, Outcome.OK, None, "")


def test_the_users_own_limit_is_no_news(make: Make) -> None:
    answer = ending(make, Finish.LENGTH).answered(sampling=Sampling(max_tokens=1))

    assert reported(answer) == (GOOD_CLOUD, Outcome.OK, None, "")


def test_a_lower_limit_of_the_server_is_told_in_spite_of_the_users(make: Make) -> None:
    answer = ending(make, Finish.LENGTH).answered(sampling=Sampling(max_tokens=4000))

    assert answer.given.reason == "truncated"


@pytest.mark.parametrize(
    ("finish", "reason"),
    [(Finish.FILTERED, "filtered"), (Finish.REFUSED, "refused"), (Finish.LENGTH, "truncated")],
)
def test_a_cloud_that_gives_nothing_fails_over(make: Make, finish: Finish, reason: str) -> None:
    answer = ending(make, finish, "").answered()

    assert (answer.text, answer.attempts[0].reason) == (GOOD_LOCAL, reason)


@pytest.mark.parametrize(("finish", "reason"), [(Finish.FILTERED, "filtered"), (Finish.REFUSED, "refused")])
def test_what_a_local_server_withholds_falls_over(make: Make, finish: Finish, reason: str) -> None:
    answer = make(local_ends_with=finish).answered()

    assert (answer.text, answer.attempts[0].reason) == (GOOD_CLOUD, reason)


def test_a_refusal_is_no_word_that_no_call_was_needed(make: Make) -> None:
    world = ending(make, Finish.REFUSED, SORRY)
    world.local.script = ["no call is needed {"]

    with pytest.raises(NoAnswerError, match="the model refused: I'm sorry"):
        make(SORRY, SORRY, local_ends_with=Finish.REFUSED, with_cloud=False).ask(tools=TOOLS)
    assert all(a.reason == "refused" for a in world.answered(tools=TOOLS).attempts if a.engine == "sky")


def test_prose_beside_tools_that_a_cloud_cut_is_told(make: Make) -> None:
    world = ending(make, Finish.LENGTH, "No call is needed, since")
    answer = world.answered(tools=TOOLS)

    assert (answer.given.engine, answer.given.reason) == ("sky", "truncated")
    assert "cut" in answer.warning
