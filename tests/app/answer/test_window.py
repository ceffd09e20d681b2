from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.app.answer.window import FILLED, fitted, left_out
from hroute.core.decision.decision import Route
from hroute.core.settings import Routing
from hroute.core.turn.groups import earlier_groups
from hroute.core.turn.message import Message, Role, ToolCall, ToolResult
from hroute.core.turn.options import NO_OPTIONS, Sampling, SessionPlace
from hroute.core.turn.turn import Turn
from tests.support.scripted import ScriptedEngine
from tests.support.turns import a_turn

ROUTING = Routing(answer_tokens=1000)
ROOM = 1000  # of an engine that holds 2000


def talk(turns: int, *, bytes_each: int = 100, planned: int | None = None, ask: str = "p" * 50) -> Turn:
    """A turn after this many others; an engine here reads a byte as a token."""
    pair = (
        Message.of(Role.USER, "u" * (bytes_each // 2)),
        Message.of(Role.ASSISTANT, "a" * (bytes_each // 2)),
    )
    place = SessionPlace(1, history_turns=turns if planned is None else planned)
    return a_turn(ask, history=pair * turns, place=place)


def engine(context_tokens: int | None = 2000) -> ScriptedEngine:
    return ScriptedEngine("local", Route.LOCAL, [], context_tokens=context_tokens)


def along(turn: Turn, context_tokens: int | None = 2000) -> int:
    fits = fitted(turn, engine(context_tokens), ROUTING)
    assert fits.options.place is not None
    assert fits.options.place.history_turns == earlier_groups(fits)
    assert fits.messages == turn.messages[len(turn.messages) - len(fits.messages) :]
    return fits.options.place.history_turns


@pytest.mark.parametrize(("turns", "context_tokens"), [(0, 2000), (9, 2000), (90, None), (90, 100_000)])
def test_all_of_it_goes_along_where_it_fits(turns: int, context_tokens: int | None) -> None:
    turn = talk(turns)
    assert fitted(turn, engine(context_tokens), ROUTING) == turn


def test_the_oldest_whole_turns_are_left_out() -> None:
    turn = talk(10)
    fits = fitted(turn, engine(), ROUTING)
    assert (along(turn), left_out(turn, fits)) == (7, 3)
    assert fits.messages[0].role is Role.USER


def test_the_beginning_moves_in_steps_and_stays_between_them() -> None:
    first_of = []
    planned = 0
    for turns in range(40):
        went = along(talk(turns, planned=planned))
        first_of.append(turns - went)
        planned = went + 1
    moves = sum(one != other for one, other in pairwise(first_of))
    assert first_of[-1] >= 30
    assert moves <= 40 * 100 / (ROOM * (1 - FILLED)) + 1
    assert first_of == sorted(first_of)


def test_what_was_left_out_comes_back_where_there_is_plenty_of_room() -> None:
    assert along(talk(10, planned=3), context_tokens=100_000) == 10
    assert along(talk(9, planned=3)) == 3  # it would fit, but fill the context anew at once


def test_a_long_prompt_takes_along_what_fits_beside_it() -> None:
    assert along(talk(10, ask="p" * 850)) == 1
    assert along(talk(10, ask="p" * 5000)) == 0


def test_the_users_own_limit_of_the_answer_leaves_the_rest_to_the_prompt() -> None:
    turn = talk(10)
    long_answer = Sampling(max_tokens=1500)
    assert along(turn.with_options(replace(turn.options, sampling=long_answer))) == 3


def test_a_turn_outside_of_a_session_is_shortened_too() -> None:
    turn = talk(10).with_options(NO_OPTIONS)
    fits = fitted(turn, engine(), ROUTING)
    assert (fits.options.place, left_out(turn, fits)) == (None, 3)


@given(st.lists(st.booleans(), max_size=12), st.integers(400, 4000))
def test_whatever_fits_has_every_result_with_its_call(has_loop: list[bool], context_tokens: int) -> None:
    history: list[Message] = []
    for number, loops in enumerate(has_loop):
        history.append(Message.of(Role.USER, "u" * 50))
        if loops:
            history.append(Message(Role.ASSISTANT, (ToolCall(str(number), "look", "{}"),)))
            history.append(Message(Role.TOOL, (ToolResult(str(number), "seen " * 20),)))
        history.append(Message.of(Role.ASSISTANT, "a" * 50))
    turn = a_turn("p" * 50, history=history)
    fits = fitted(turn, engine(context_tokens), ROUTING)
    assert fits.messages == turn.messages[len(turn.messages) - len(fits.messages) :]
    assert fits.messages[0].role is Role.USER
    assert left_out(turn, fits) == len(has_loop) - earlier_groups(fits)
