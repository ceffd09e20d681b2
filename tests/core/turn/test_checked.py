"""What callers say wrongly is told with the message that it is in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.errors import UsageError
from hroute.core.turn.checked import checked
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult

ASKED = Message.of(Role.USER, "Weather?")
CALL = ToolCall("1", "look", "{}")
CALLED = Message(Role.ASSISTANT, (CALL,))
TOLD = Message(Role.TOOL, (ToolResult("1", "sun"),))
PIXEL = Image("image/png", b"\x89PNG")


@pytest.mark.parametrize(
    "said",
    [
        [ASKED],
        [Message(Role.USER, (PIXEL,))],
        [ASKED, CALLED, TOLD],
        [ASKED, CALLED, TOLD, CALLED, TOLD],  # ids may occur again in another message
        [ASKED, Message(Role.ASSISTANT, (Text(""), CALL, ToolCall("2", "look", "no JSON")))],
        [Message.of(Role.SYSTEM, ""), Message.of(Role.ASSISTANT, "Hi."), ASKED],
    ],
)
def test_what_can_be_asked_is_as_it_was(said: list[Message]) -> None:
    assert checked(said) == tuple(said)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ([], "the prompt is empty"),
        ([Message.of(Role.USER, " \n")], "the prompt is empty"),
        ([Message.of(Role.SYSTEM, "Be brief.")], "the prompt is empty"),
        ([ASKED, "Weather?"], r"messages\[1\] is a str"),
        ([Message("user", (Text("x"),))], r"messages\[0\]: role is 'user', must be a Role"),  # type: ignore[arg-type]
        ([Message(Role.USER, "x")], r"messages\[0\]: parts are a str, must be a tuple"),  # type: ignore[arg-type]
        ([Message(Role.USER, ("x",))], r"messages\[0\]: a part is a str"),  # type: ignore[arg-type]
        ([ASKED, Message(Role.ASSISTANT, ())], r"messages\[1\] ?: ?says nothing"),
        ([Message(Role.USER, (Text("x"), CALL))], "calls come from the assistant, not from the user"),
        ([ASKED, CALLED, Message(Role.USER, TOLD.parts)], "results come from a tool, not from the user"),
        ([ASKED, CALLED, Message(Role.ASSISTANT, TOLD.parts)], "results come from a tool"),
        ([ASKED, Message(Role.SYSTEM, (PIXEL,))], "images come from the user, not from the system"),
        ([ASKED, Message.of(Role.TOOL, "sun")], "needs the result of a call"),
        ([ASKED, TOLD], r"messages\[1\]: no call before it has the id '1'"),
        ([ASKED, TOLD, CALLED], r"messages\[1\]: no call before it"),
        ([ASKED, Message(Role.ASSISTANT, (CALL, CALL))], r"messages\[1\]: two of its calls have the id '1'"),
        ([Message(Role.USER, (Image("image/png"),))], "either its bytes or a URL"),
        ([Message(Role.USER, (Image("image/png", b"x", "http://x"),))], "either its bytes or a URL"),
        ([Message.of(Role.USER, "a\0b")], r"messages\[0\] has a NUL"),
        ([Message.of(Role.USER, "a\ud800")], r"messages\[0\] has half a character at 1"),
        ([ASKED, CALLED, Message(Role.TOOL, (ToolResult("1", "\0"),))], r"messages\[2\] has a NUL"),
        ([Message.of(Role.USER, 3)], r"messages\[0\] is a int, must be a text"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(said: list[Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        checked(said)


anything = st.none() | st.integers() | st.text() | st.binary() | st.lists(st.text(), max_size=2)
parts = st.one_of(
    st.builds(Text, anything, anything),
    st.builds(Image, anything, anything, anything),
    st.builds(ToolCall, anything, anything, anything),
    st.builds(ToolResult, anything, anything),
    anything,
)
messages = st.builds(Message, st.sampled_from(Role) | anything, st.lists(parts).map(tuple) | anything)


@given(st.lists(messages | anything, max_size=4))
def test_whatever_it_is_it_is_taken_or_refused(said: list[Any]) -> None:
    try:
        found = checked(said)
    except UsageError:
        return
    assert all(text.text.encode() is not None for message in found for text in message.texts)
