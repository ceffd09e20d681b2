"""What travels between a runner and its parent: all that is said arrives, and nonsense ends the line."""

import socket
import struct
from collections.abc import Iterator
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.confidence.tokens import ScoredToken
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.tools.definitions import Choice, Toolset, read_tools
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult
from hroute.engines.base import Finish
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.runner.frames import BrokenLineError, Frame, Line, error_in, of_error
from hroute.engines.llama.runner.order import AnswerOrder
from hroute.engines.llama.runner.told import Told

Ends = tuple[Line, Line, socket.socket]
ZONES = '{"properties": {"zone": {"enum": ["utc"]}}}'
TOOLS = f'[{{"name": "clock", "description": "the time", "parameters": {ZONES}}}]'


def framed(raw: bytes) -> bytes:
    return struct.pack("<I", len(raw)) + raw


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A line's two ends, and the socket under the first."""
    one, other = socket.socketpair()
    yield Line(one, 0.05), Line(other, 0.05), one
    one.close()
    other.close()


def across(frame: Frame) -> Frame:
    one, other = socket.socketpair()
    with one, other:
        Thread(target=Line(one).send, args=(frame,)).start()
        received = Line(other).receive()
    assert received is not None
    return received


@given(st.text(st.characters(), max_size=50), st.floats(allow_nan=False))
def test_texts_and_numbers_arrive_as_they_are(text: str, number: float) -> None:
    assert across({"text": text, "number": number}) == {"text": text, "number": number}


def test_a_frame_larger_than_what_a_socket_holds_arrives() -> None:
    assert across({"text": "🦜" * 1_000_000}) == {"text": "🦜" * 1_000_000}


def test_nothing_is_no_frame_and_the_end_is_said(ends: Ends) -> None:
    one, other, raw = ends
    assert other.receive() is None
    raw.sendall(struct.pack("<I", 20) + b'{"half"')
    assert other.receive() is None
    one.close()
    with pytest.raises(BrokenLineError):
        other.receive()


@pytest.mark.parametrize(
    "nonsense",
    [struct.pack("<I", 2**32 - 1), *map(framed, (b"{", b"[1]", b"\xff\xff", b"", b"[" * 200_000))],
    ids=["huge", "cut", "no object", "no text", "empty", "deep"],
)
def test_nonsense_breaks_the_line(ends: Ends, nonsense: bytes) -> None:
    _, other, raw = ends
    Thread(target=raw.sendall, args=(nonsense,), daemon=True).start()
    with pytest.raises(BrokenLineError):
        next(filter(None, iter(other.receive, Ellipsis)))


def test_an_order_arrives_whole() -> None:
    toolset = Toolset(read_tools(TOOLS), Choice.REQUIRED, "clock", is_parallel=False)
    said = (
        Message.of(Role.SYSTEM, "\udc80 lone"),
        Message(Role.USER, (Text("a file", "a.txt"), Text("and words"))),
        Message(Role.ASSISTANT, (Text(""), ToolCall("1", "clock", '{"zone": "utc"}'))),
        Message(Role.TOOL, (ToolResult("1", "noon", is_error=True),)),
    )
    recipe = Recipe(7, 0.3, 0.9, 1.1, None)
    for expected in (None, toolset, read_schema("name: str, age: int")):
        order = AnswerOrder(said[:1], recipe, expected, 3, said)
        assert AnswerOrder.of(across(order.frame())) == order


def test_an_image_leaves_its_bytes_behind() -> None:
    order = AnswerOrder(
        (Message(Role.USER, (Image("image/png", b"raw"), Text("what?"))),), Recipe(1, 0, 1, 1, 1)
    )
    assert AnswerOrder.of(across(order.frame())).messages[0].parts == (Image("image/png"), Text("what?"))


def test_an_error_arrives_with_its_advice() -> None:
    error = LocalInferenceError(Failure.CONTEXT, "too long", "shorten it", "or not")
    found = error_in(across({"error": of_error(error)}))
    assert found is not None
    assert (found.failure, found.message, found.remedies) == (error.failure, error.message, error.remedies)


def test_what_is_told_adds_up() -> None:
    told = Told()
    assert told.hear({"input_tokens": 3, "text": "a", "scored": [["a", -0.5, 0.25, None]]}) == "a"
    assert told.hear({"output_tokens": 2, "scored": [["b", None, None, None]], "finish": "stop"}) == ""
    assert (told.input_tokens, told.output_tokens, told.finish) == (3, 2, Finish.STOP)
    assert told.scored == [ScoredToken("a", -0.5, 0.25), ScoredToken("b")]


@pytest.mark.parametrize(
    "frame",
    [{"input_tokens": -1}, {"output_tokens": True}, {"cached_tokens": 1.0}, {"input_tokens": 10**20},
     {"text": 1}, {"opening": []}, {"finish": "soon"}, {"finish": {}}, {"scored": {}}, {"scored": [["a"]]},
     {"scored": [["a", "b", 1, 1]]}, {"scored": [[1, None, None, None]]}, {"sampled": "a"},
     {"sampled": [1]}],
    ids=str,
)  # fmt: skip
def test_what_no_runner_says_breaks_the_line(frame: Frame) -> None:
    with pytest.raises(BrokenLineError):
        Told().hear(frame)


@pytest.mark.parametrize("told", [1, [], {}, {"failure": "hunger", "message": "", "advice": []}], ids=str)
def test_an_error_that_is_none_breaks_the_line(told: object) -> None:
    with pytest.raises(BrokenLineError):
        error_in({"error": told})
