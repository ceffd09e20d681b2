"""Native calls and schemas against llama_cpp.server, which knows some of the fields and ignores others."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from hroute.core.decision.decision import Need
from hroute.core.errors import Failure
from hroute.core.tools.definitions import Choice
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role, Text
from hroute.engines.server.engine import ServerEngine
from tests.support.asking import ask, local_engine
from tests.support.calling import ASKED, CALLED, TALK, calling, toolset
from tests.support.servers.llamaserver import llama_server

pytestmark = pytest.mark.skipif(find_spec("starlette_context") is None, reason="llama-cpp-python[server]")


@pytest.fixture(scope="module")
def base_url(starter_path: Path) -> Iterator[str]:
    with llama_server(starter_path) as url:
        yield url


@pytest.fixture
def engine(base_url: str) -> ServerEngine:
    return local_engine(base_url, max_tokens=16, temperature=0)


def test_the_tool_that_must_be_called_is_called(engine: ServerEngine) -> None:
    heard = ask(engine, calling(toolset(choice=Choice.REQUIRED, only="get_weather"), max_tokens=48))
    assert heard.error is None
    assert {piece.name for piece in heard.calls} - {""} == {"get_weather"}
    assert "".join(piece.arguments for piece in heard.calls).startswith("{")


def test_a_response_format_that_it_does_not_know_is_left_out_and_told_in_words(engine: ServerEngine) -> None:
    asked = calling(read_schema("name: str, born: int"), Message.of(Role.USER, "Ada Lovelace, 1815"))
    before = engine.request_bytes(asked)
    heard = ask(engine, asked)
    assert (heard.error, heard.text != "") == (None, True)
    assert engine.request_bytes(asked) < before
    assert ask(engine, asked).sent_bytes == engine.request_bytes(asked)


@pytest.mark.parametrize("beside", [(Text("Let me look."),), ()], ids=["with words", "silent"])
def test_a_conversation_with_calls_and_results_is_taken(
    engine: ServerEngine, beside: tuple[Text, ...]
) -> None:
    """Calls, results and the silence beside them; that it then drops the tools is another matter."""
    talk = (ASKED, Message(Role.ASSISTANT, (*beside, CALLED)), TALK[2])
    error = ask(engine, calling(None, *talk)).error
    assert error is not None
    assert error.failure is Failure.UNREAD


def test_tools_that_its_model_has_no_place_for_are_told_in_words(engine: ServerEngine) -> None:
    """The starter's template knows no tools, and nothing says so."""
    assert Need.TOOLS in engine.takes
    heard = ask(engine, calling())
    assert heard.error is not None
    assert Need.TOOLS not in engine.takes
    assert ask(engine, calling()).error is None
