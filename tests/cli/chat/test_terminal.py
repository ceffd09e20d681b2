"""`hroute chat` as a whole program on a pseudo-terminal, against a real server on loopback."""

import re
from pathlib import Path

import pytest

from hroute.store.log import Log
from tests.support.program import CLOUD, Program
from tests.support.servers.loopback import Cut, Fail, Hang, LoopbackServer, Reply
from tests.support.typist import Typist

ENTER, CTRL_C, CTRL_D = "\r", "\x03", "\x04"
TO_CLOUD = ("chat", "--route", "cloud")
USAGE = {"prompt_tokens": 10, "completion_tokens": 5}
READY = "today $"  # the gauge stands below a prompt


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def with_cloud(program: Program, server: LoopbackServer) -> Program:
    program.configure(CLOUD.format(base_url=server.base_url))
    return program


def sent(server: LoopbackServer) -> list[str]:
    return [request.body["messages"][-1]["content"] for request in server.requests]


def test_a_conversation_takes_its_history_along_and_ends_with_0(program: Program) -> None:
    with (
        LoopbackServer(Reply("It is **blue**.", usage=USAGE), Reply("Or green.")) as server,
        Typist(with_cloud(program, server), *TO_CLOUD) as user,
    ):
        user.wait_for(READY)
        user.type(f"Which colour?{ENTER}")
        assert "It is blue." in user.wait_for("forced")
        assert re.search(r"#1 · cloud sky · big · 5 tokens · \S+ s · \$0.00002 ", user.shown())
        user.wait_for(READY)
        user.type(f"Another?{ENTER}")
        user.wait_for("Or green.")
        user.wait_for(READY)
        user.type(CTRL_D)
        assert user.wait_for_end() == 0
        history = [message["content"] for message in server.requests[1].body["messages"]]
    assert history == ["Which colour?", "It is **blue**.", "Another?"]


@pytest.mark.parametrize("end", ["\r", "\n"])
def test_thirty_pasted_lines_are_one_turn(program: Program, end: str) -> None:
    lines = [f"line {n}" for n in range(30)]
    with LoopbackServer() as server, Typist(with_cloud(program, server), *TO_CLOUD) as user:
        user.wait_for(READY)
        user.type(f"\x1b[200~{end.join(lines)}\x1b[201~")
        user.wait_for("line 29")
        assert server.requests == []
        user.type(ENTER)
        user.wait_for("#1 ·")
        assert sent(server) == ["\n".join(lines)]


def test_ctrl_c_stops_the_answer_and_leaves_the_session_alive(program: Program) -> None:
    with (
        LoopbackServer(Hang(["first words\n\nand"]), Reply("Alive.")) as server,
        Typist(with_cloud(program, server), *TO_CLOUD) as user,
    ):
        user.wait_for(READY)
        user.type(f"Talk{ENTER}")
        user.wait_for("first words")
        user.type(CTRL_C)
        user.wait_for("stopped, 4 tokens kept · #1 · cloud sky")
        assert server.wait_for_disconnect()
        user.wait_for(READY)
        user.type(f"Go on{ENTER}")
        user.wait_for("Alive.")
        history = [message["content"] for message in server.requests[1].body["messages"]]
    assert history == ["Talk", "first words\n\nand", "Go on"]


def test_ctrl_c_before_the_first_token_stops_too(program: Program) -> None:
    with LoopbackServer(Hang()) as server, Typist(with_cloud(program, server), *TO_CLOUD) as user:
        user.wait_for(READY)
        user.type(f"Talk{ENTER}")
        user.wait_for("cloud …")
        user.type(CTRL_C * 3)
        user.wait_for("stopped, nothing kept")
        user.wait_for(READY)
        user.type(CTRL_D)
        assert user.wait_for_end() == 0
    assert Log(program.home / "log.sqlite").turn(1).outcome == "interrupted"


def test_ctrl_c_on_an_empty_line_says_how_to_leave(program: Program) -> None:
    with Typist(program, "chat") as user:
        user.wait_for(READY)
        user.type(f"junk{CTRL_C}{CTRL_C}")
        user.wait_for("Ctrl-D or /quit leaves")
        user.type(f"/quit{ENTER}")
        assert user.wait_for_end() == 0
    assert not (program.home / "log.sqlite").exists()


def test_a_killed_chat_goes_on_with_the_turn_that_it_was_killed_in(program: Program) -> None:
    with LoopbackServer(Reply("Kept."), Hang(["half"]), Reply("Whole.")) as server:
        with Typist(with_cloud(program, server), *TO_CLOUD) as user:
            user.wait_for(READY)
            user.type(f"one{ENTER}")
            user.wait_for(READY)
            user.type(f"two{ENTER}")
            while len(server.requests) < 2:
                pass
            user.kill()
        with Typist(program, "chat", "--continue") as user:
            user.wait_for("session 1, 2 turns")
            user.wait_for("#1 one")
            user.wait_for("#2 two (stopped)")
            user.wait_for(READY)
            user.type(f"/retry{ENTER}")
            user.wait_for("Whole.")
        assert sent(server) == ["one", "two", "two"]


def test_a_failover_wipes_what_is_rejected_and_says_from_to_and_why(program: Program) -> None:
    two = CLOUD + CLOUD.replace('"sky"', '"sun"')
    with LoopbackServer(Cut(["REJECTED\n\n"]), Reply("Given.")) as server:
        program.configure(two.format(base_url=server.base_url))
        with Typist(program, *TO_CLOUD) as user:
            user.wait_for(READY)
            user.type(f"Talk{ENTER}")
            user.wait_for("Given.")
            rejected, _, after = user.raw.partition("REJECTED")
            assert "\x1b[1F\x1b[J" in after
            assert "sky -> sun: " in after
            assert "Given." not in rejected


def test_a_turn_that_fails_can_be_repeated_when_the_cloud_is_back(program: Program) -> None:
    with (
        LoopbackServer(Fail(500, "down"), Reply("Back.")) as server,
        Typist(with_cloud(program, server), *TO_CLOUD) as user,
    ):
        user.wait_for(READY)
        user.type(f"Talk{ENTER}")
        user.wait_for("no engine could answer")
        user.wait_for("/retry asks again")
        user.wait_for(READY)
        user.type(f"/retry{ENTER}")
        user.wait_for("Back.")
        assert sent(server) == ["Talk", "Talk"]


def test_a_server_cannot_send_control_codes_to_the_terminal(program: Program) -> None:
    hostile = Reply(["a\x1b]52;c;ZXZpbA==\x07b\x1b[2J", "\u202ec\u009b31md [x](http://y.z)\n"])
    with LoopbackServer(hostile) as server, Typist(with_cloud(program, server), *TO_CLOUD) as user:
        user.wait_for(READY)
        user.type(f"Talk{ENTER}")
        user.wait_for("#1 ·")
        shown = user.raw.partition("Talk")[2]
        assert "abcd x (http://y.z)" in user.shown()
    assert not any(code in shown for code in ("\x1b]", "\x1b[2J", "\u202e", "\u009b"))


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_no_colour_where_none_is_wanted(program: Program, env: dict[str, str]) -> None:
    code = Reply("```python\nprint(1)\n```\n")
    with LoopbackServer(code) as server, Typist(with_cloud(program, server), *TO_CLOUD, env=env) as user:
        user.wait_for("> " if "TERM" in env else READY)
        user.type("Code\n" if "TERM" in env else f"Code{ENTER}")
        user.wait_for("print(1)")
        user.wait_for("#1 ·")
        assert not re.search(r"\x1b\[[0-9;]*(3|4|9)[0-7][;m]", user.raw)
        if "TERM" in env:
            assert "\x1b" not in user.raw


def test_a_narrow_terminal_that_is_resized_keeps_its_gauge_in_one_line(program: Program) -> None:
    text = "one two three four five six seven eight nine ten " * 3
    with (
        LoopbackServer(Reply(text)) as server,
        Typist(with_cloud(program, server), *TO_CLOUD, size=(20, 40)) as user,
    ):
        user.wait_for("0/7.2k")
        user.type("Write under 20 words")
        assert "constraints" not in user.wait_for("1/3 · 15/7.2k")  # which would take a second line
        user.resize(20, 100)
        user.wait_for("constraints 1/3")
        user.type(ENTER)
        user.wait_for("#1 ·")


def test_what_is_typed_during_an_answer_waits_for_the_next_prompt(program: Program) -> None:
    slow = Reply(["One.\n\n", "Two.\n\n", "Three."], delay_s=0.3)
    with LoopbackServer(slow, Reply("Next.")) as server:
        with Typist(with_cloud(program, server), *TO_CLOUD) as user:
            user.wait_for(READY)
            user.type(f"Talk{ENTER}")
            user.wait_for("One.")
            user.type(f"typed ahead{ENTER}")
            assert "typed" not in user.wait_for("Three.")
            user.wait_for("Next.")
        assert sent(server) == ["Talk", "typed ahead"]


def test_a_terminal_that_is_closed_amid_an_answer_loses_nothing_of_it(program: Program) -> None:
    with (
        LoopbackServer(Hang(["first words\n\nand"])) as server,  # in one piece: what is shown has come whole
        Typist(with_cloud(program, server), *TO_CLOUD) as user,
    ):
        user.wait_for(READY)
        user.type(f"Talk{ENTER}")
        user.wait_for("first words")
        user.hang_up()
    attempt = Log(program.home / "log.sqlite").turn(1).attempts[0].attempt
    assert (attempt.outcome, attempt.text) == ("interrupted", "first words\n\nand")


def test_piped_text_is_answered_plainly_also_on_a_terminal(program: Program) -> None:
    with LoopbackServer(Reply("**Plain.**")) as server:
        with_cloud(program, server)
        shell = f"printf 'one\\n/nonsense\\n' | {' '.join(program.command(*TO_CLOUD))}"
        with Typist.of(program, "sh", "-c", shell) as user:
            assert user.wait_for_end() == 0
            assert user.raw.replace("\r", "").startswith("**Plain.**\nhroute: no command /nonsense\n")
            assert "\x1b" not in user.raw
