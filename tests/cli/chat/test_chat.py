"""`hroute chat` as a whole program without a terminal, and once with the real model on one."""

import json
from pathlib import Path

import pytest

from hroute.store.log import Log
from tests.support.program import CLOUD, Program
from tests.support.servers.loopback import LoopbackServer, Reply
from tests.support.typist import Typist

TO_CLOUD = ("chat", "--route", "cloud")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_each_line_of_a_pipe_is_a_turn_and_the_answers_are_plain(program: Program) -> None:
    with LoopbackServer(Reply("**First.**"), Reply("\x1b[31mSecond.")) as server:
        program.configure(CLOUD.format(base_url=server.base_url))
        ended = program.run(*TO_CLOUD, stdin="one\n\n/nonsense\ntwo")
        history = [message["content"] for message in server.requests[1].body["messages"]]
    assert (ended.code, ended.out) == (0, "**First.**\nSecond.\n")
    assert ended.err == "hroute: no command /nonsense\n  /help lists them; as a prompt: //nonsense\n"
    assert history == ["one", "**First.**", "two"]


def test_continue_takes_up_the_last_session_and_its_system_prompt(program: Program) -> None:
    with LoopbackServer(Reply("First."), Reply("Second.")) as server:
        program.configure(CLOUD.format(base_url=server.base_url))
        program.run(*TO_CLOUD, "--system", "Be brief.", stdin="one")
        ended = program.run("chat", "--continue", stdin="two\n/sessions")
        messages = [message["content"] for message in server.requests[1].body["messages"]]
    assert messages == ["Be brief.", "one", "First.", "two"]
    assert "session 1, 1 turn" in ended.err
    assert ended.out.splitlines()[1].endswith("one")


def test_files_schema_and_settings_come_from_the_command_line(program: Program, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("the notes")
    with LoopbackServer(Reply('{"name": "Ada"}')) as server:
        program.configure(CLOUD.format(base_url=server.base_url))
        options = ("-f", str(tmp_path / "notes.md"), "--schema", "name: str", "--set", "log.prompts=off")
        ended = program.run(*TO_CLOUD, *options, stdin="who?")
        assert "the notes" in server.requests[0].body["messages"][-1]["content"]
    assert json.loads(ended.out) == {"name": "Ada"}
    assert Log(program.home / "log.sqlite").turn(1).prompt is None


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("--session", "7"), 5, "no session 7"),
        (("--continue",), 5, "no session to go on with"),
        (("--continue", "--session", "1"), 2, "do not go together"),
        (("--schema", "name: strr"), 2, "strr"),
        (("-f", "/no/such"), 2, "/no/such"),
    ],
)
def test_what_cannot_be_begun_is_said_at_once(
    program: Program, args: tuple[str, ...], code: int, says: str
) -> None:
    ended = program.run("chat", *args)
    assert ended.code == code
    assert says in ended.err


def test_a_line_that_is_no_text_is_refused_and_the_next_is_not(program: Program) -> None:
    with LoopbackServer(Reply("Yes.")) as server:
        program.configure(CLOUD.format(base_url=server.base_url))
        ended = program.run(*TO_CLOUD, stdin=b"\xff\xfe\x00\xd8\nreally?\n")
    assert (ended.code, ended.out) == (0, "Yes.\n")
    assert "stdin" in ended.err


def test_the_embedded_model_is_loaded_stopped_and_keeps_what_it_has_read(program: Program) -> None:
    with Typist(program, "chat", "--set", "local.chat.max_tokens=400") as user:
        user.wait_for("today $")
        user.type("Tell me a very long story about a fox and a crow.\r")
        user.wait_for("loading local model starter")
        user.wait_for("\n")  # the first line of the answer
        user.type("\x03")
        user.wait_for("tokens kept")
        user.wait_for("today $")
        user.type("Name a colour.\r")
        user.wait_for("#2 ·")
        user.wait_for("today $")
        user.type("\x04")
        assert user.wait_for_end() == 0
    first, second = (Log(program.home / "log.sqlite").turn(n).attempts[0].attempt for n in (1, 2))
    assert first.outcome == "interrupted"
    assert first.text
    assert first.usage.input_tokens is not None
    assert second.usage.cached_tokens >= first.usage.input_tokens
