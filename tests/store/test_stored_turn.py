"""What was asked comes back from the log as it was, whatever it is made of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.errors import UsageError
from hroute.core.tools.definitions import Choice, read_toolset
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.options import Options, SessionPlace
from hroute.core.turn.turn import Turn
from hroute.store.log import Log
from hroute.store.stored_turn import FORM, StoredTurn, read, written
from tests.support.files.old_logs import BAD_TOOLS, TWO, WITH_TOOLS, old_log
from tests.support.logged import open_turn
from tests.support.turns import a_turn

TOOLS = '[{"name": "look", "parameters": {}}, {"name": "act", "parameters": {}}]'
PIXEL = Image("image/png", b"\x89PNG")

texts = st.text(st.characters(codec="utf-8"), max_size=9)
parts = st.one_of(
    st.builds(Text, texts, st.none() | texts),
    st.builds(Image, texts, st.binary(min_size=1, max_size=9)),
    st.builds(Image, texts, url=texts.filter(bool)),
    st.builds(ToolCall, texts, texts, texts),
    st.builds(ToolResult, texts, texts, st.booleans()),
)
messages = st.lists(st.builds(Message, st.sampled_from(Role), st.lists(parts, max_size=3).map(tuple)))


def stored(turn: Turn) -> StoredTurn:
    return read(FORM, turn.ask, json.dumps(written(turn)))


@given(messages)
def test_any_messages_come_back_as_they_were(said: list[Message]) -> None:
    assert stored(Turn(tuple(said))).turn() == Turn(tuple(said))


def test_how_tools_are_to_be_called_comes_back() -> None:
    for tools in (
        read_toolset(TOOLS, choice=Choice.NONE),
        read_toolset(TOOLS, only="act"),
        read_toolset(TOOLS, choice=Choice.REQUIRED, is_parallel=False),
    ):
        assert stored(Turn.of("Go.", expected=tools)).turn().expected == tools


def test_the_named_local_model_comes_back_and_rows_without_one_have_none() -> None:
    assert stored(a_turn(local_model="/m/q8.gguf")).turn().options.local_model == "/m/q8.gguf"
    assert "local_model" not in written(a_turn())["options"]
    assert stored(a_turn()).turn().options.local_model is None


def test_the_ask_is_not_stored_twice() -> None:
    asked = Message(Role.USER, (Text("a page", "page.html"), Text("Why?")))
    assert "Why?" not in json.dumps(written(Turn((asked,))))


def test_in_a_session_only_the_turn_itself_is_stored_with_its_calls_and_results() -> None:
    call = Message(Role.ASSISTANT, (ToolCall("1", "look", "{}"),))
    result = Message(Role.TOOL, (ToolResult("1", "nothing"),))
    before = (Message.of(Role.USER, "one"), Message.of(Role.ASSISTANT, "first"))
    own = (Message.of(Role.SYSTEM, "Be kind."), Message.of(Role.USER, "two"), call, result)
    turn = Turn((own[0], *before, *own[1:]), options=Options(place=SessionPlace(1)))
    assert stored(turn).turn().messages == own


def test_a_large_image_is_known_by_its_size_and_cannot_be_asked_again() -> None:
    large = Image("image/png", b"x" * 300_000)
    kept = stored(Turn((Message(Role.USER, (Text("What is it?"), large)),)))
    assert kept.readable().ask == "What is it?"
    with pytest.raises(UsageError, match="too large"):
        kept.turn()


def test_a_form_of_a_newer_hroute_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="form 4"):
        read(FORM + 1, "Why?", "{}")


@pytest.mark.parametrize("name", WITH_TOOLS)
def test_tools_that_no_parser_takes_any_more_are_refused_when_asked_again_alone(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    with Log(old_log(name, tmp_path_factory.mktemp("log") / "log.sqlite")) as log:
        request = log.turn(BAD_TOOLS).request
    assert request is not None
    assert request.readable() == a_turn("Call a")
    with pytest.raises(UsageError, match="the tools of this turn: two tools are named"):
        request.turn()


def test_what_is_dismissed_is_written_in_the_form_of_the_row(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Log(old_log("v6", tmp_path_factory.mktemp("log") / "log.sqlite")) as log:
        new = open_turn(log, "Write it in “a”.")
        for turn_id in (TWO, new):
            log.dismiss(turn_id, ("short",))
            request = log.turn(turn_id).request
            assert request is not None
            assert request.said.options.dismissed == ("short",)
