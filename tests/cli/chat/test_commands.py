"""The slash commands, through the whole loop, with engines that answer on cue and the real log."""

import asyncio
import base64
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hroute.app.chat.conversation import Conversation
from hroute.cli.chat import slash
from hroute.cli.chat.commands import COMMANDS, Talk
from hroute.cli.chat.loop import Chat
from hroute.cli.terminal import Terminal
from hroute.core.decision.decision import Route
from hroute.core.turn.verdict import Judgement
from tests.support.scripted import Script
from tests.support.world import CRASH, UNREACHABLE, Make, World, another_local

DENSE = "Write a limerick as JSON, under 40 words, in French, without the letter q."


@dataclass
class Lines:
    """Somebody who enters these texts one after the other."""

    texts: list[str]
    takes_default: bool = True
    offered: list[tuple[str, str]] = field(default_factory=list)  # for editing, with their labels

    def read(self, default: str = "", label: str = "") -> str | None:
        if default or label:
            self.offered.append((default, label))
        return self.texts.pop(0) if self.texts else None


@dataclass
class Held:
    """What a chat left behind."""

    world: World
    conversation: Conversation
    out: str
    err: str
    reader: Lines

    @property
    def sent(self) -> list[str]:
        return [r.messages[-1].text for r in (*self.world.local.requests, *self.world.cloud.requests)]


Hold = Callable[..., Held]


@pytest.fixture
def hold(make: Make) -> Hold:
    def run(
        *texts: str,
        local: tuple[Script, ...] = (),
        cloud: tuple[Script, ...] = (),
        has_editor: bool = True,
        others: Sequence[str] = (),
        **sections: object,
    ) -> Held:
        world = make(**sections)
        for name in others:
            world.runtime.others[name] = another_local(name)
        world.local.script = list(local or ["A local answer."] * 9)
        world.cloud.script = list(cloud or ["A cloud answer."] * 9)
        conversation = Conversation(world.runtime)
        terminal = Terminal(
            io.StringIO(), io.StringIO(), io.StringIO(), is_rich=False, has_colour=False
        ).plain()
        reader = Lines(list(texts), takes_default=has_editor)
        with asyncio.Runner() as runner:
            Chat(Talk(conversation, terminal, has_editor=has_editor), reader, runner).run()
        assert isinstance(terminal.stdout, io.StringIO)
        assert isinstance(terminal.stderr, io.StringIO)
        return Held(world, conversation, terminal.stdout.getvalue(), terminal.stderr.getvalue(), reader)

    return run


def test_every_command_of_the_table_does_something() -> None:
    assert list(COMMANDS) == [command.name for command in slash.COMMANDS]


def test_answers_go_to_stdout_and_nothing_else_does(hold: Hold) -> None:
    held = hold("one", "", "  ", "two", local=("First.", "Second."))
    assert held.out == "First.\nSecond.\n"
    assert held.sent == ["one", "two"]


def test_the_thoughts_before_an_answer_are_shown_on_request(hold: Hold) -> None:
    held = hold("/thoughts", "one", "/thoughts", "two", "/thoughts", local=("<think>so\nso</think>A.", "B."))
    assert held.out == "A.\nso\nso\nB.\n"
    assert held.err.count("without thoughts") == 2


def test_a_mistyped_command_is_not_sent_to_anybody(hold: Hold) -> None:
    held = hold("/rout cloud", "/why x", "//help me")
    assert "did you mean /route?" in held.err
    assert held.sent == ["/help me"]


def test_a_route_holds_until_it_is_changed(hold: Hold) -> None:
    held = hold("/route cloud", "one", "/route auto", "/new", "two")
    assert [len(e.requests) for e in (held.world.cloud, held.world.local)] == [1, 1]
    assert "every turn goes to the cloud" in held.err


def test_a_refused_turn_comes_back_to_the_line(hold: Hold) -> None:
    held = hold("/route cloud", "keep me", **{"privacy": {"local_only": True}})
    assert "privacy.local_only forbids the cloud" in held.err
    assert (held.sent, held.reader.offered) == ([], [("keep me", "")])


def test_a_failed_turn_leaves_the_chat_alive_and_can_be_repeated(hold: Hold) -> None:
    held = hold("one", "/retry", local=(CRASH, "Back."), cloud=(UNREACHABLE, "Up."))
    assert "no engine could answer" in held.err
    assert "/retry asks again" in held.err
    assert held.out == "Back.\n"


def test_retry_goes_to_the_other_route_and_compares_both_answers(hold: Hold) -> None:
    held = hold("one", "/retry", local=("The sky is blue",), cloud=("The sky is very blue",))
    assert held.out.startswith("The sky is blue\nThe sky is very blue\nanswers to this turn\n")
    assert "#1 and #2: 89% of their words in common" in held.out
    assert held.conversation.last is not None
    assert held.conversation.last.route is Route.CLOUD


def test_undo_goes_back_to_the_answer_before(hold: Hold) -> None:
    held = hold("one", "/retry", "/undo", "/undo", "/undo")
    assert held.conversation.exchanges == ()
    assert "took back #2; the last turn is #1" in held.err
    assert "took back #1; nothing is left of it" in held.err
    assert "nothing has been said yet" in held.err


def test_an_edited_turn_takes_the_place_of_the_last_one(hold: Hold) -> None:
    held = hold("one", "/edit", "one, better")
    assert held.reader.offered == [("one", "edit")]
    assert [e.prompt for e in held.conversation.exchanges] == ["one, better"]


def test_an_edit_that_is_given_up_changes_nothing(hold: Hold) -> None:
    held = hold("one", "/edit", "", "two")
    assert [e.prompt for e in held.conversation.exchanges] == ["one", "two"]
    assert "/undo, then say it anew" in hold("one", "/edit", has_editor=False).err


def test_verdicts_reach_the_log(hold: Hold) -> None:
    held = hold("one", "/good", "two", "/bad 2.5", "/why 1")
    verdicts = [held.world.runtime.log.turn(n).verdict for n in (1, 2)]
    assert [v.judgement for v in verdicts if v] == [Judgement.GOOD, Judgement.BAD]
    assert "noted: #2 was wrong and took 2.5 minutes" in held.err


def test_a_constraint_that_was_none_no_longer_counts(hold: Hold) -> None:
    held = hold(DENSE, "/not 1", "/not 9", cloud=("Once.",))
    assert "constraint 1 no longer counts" in held.err
    assert "none is number 9" in held.err


def test_why_shows_the_signals_and_what_became_of_the_turn(hold: Hold) -> None:
    held = hold("one", "/why", "/why 7")
    assert "constraints" in held.out
    assert "answered" in held.out
    assert "no turn 7 in the log" in held.err


def test_why_names_what_can_be_typed_into_a_chat(hold: Hold) -> None:
    held = hold("/route local", "one", "/why")
    assert "the route was chosen with /route" in held.out
    assert "/route auto" in held.out
    assert "--route" not in held.out


def test_files_go_along_once(hold: Hold, tmp_path: Path) -> None:
    file = tmp_path / "notes of may.md"
    file.write_text("the notes")
    held = hold(f"/file {file}", "one", "two", f"/file {file}", "/drop", "three", "/file /no/such")
    assert ["the notes" in text for text in held.sent] == [True, False, False]
    assert "forgot 1 file" in held.err
    assert "/no/such: No such file" in held.err


def test_the_system_prompt_is_shown_set_and_removed(hold: Hold) -> None:
    held = hold("/system", "/system Be brief.\nBe kind.", "/system", "one", "/system off", "two")
    assert held.out.startswith("no system prompt\nBe brief.\nBe kind.\n")
    systems = [r.messages[0].text for r in held.world.local.requests]
    assert systems[0] == "Be brief.\nBe kind."
    assert systems[1] != systems[0]


def test_a_schema_binds_answers_until_it_is_off(hold: Hold) -> None:
    held = hold(
        "/schema name: str", "one", "/schema", "/schema off", "two", local=('{"name": "Ada"}', "Prose.")
    )
    assert held.out == '{"name": "Ada"}\nname: str\nProse.\n'


def test_tools_of_a_file_are_offered(hold: Hold, tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text(
        '[{"name": "now", "parameters": {"type": "object", "properties": {}}}]'
    )
    call = '[{"name": "now", "arguments": {}}]'
    held = hold(f"/tools {tmp_path}/tools.json", "one", "/tools off", "/tools nowhere.json", local=(call,))
    assert json.loads(held.out) == json.loads(call)
    assert "nowhere.json" in held.err


def test_what_is_not_enforced_is_said_when_it_is_set_and_not_again(hold: Hold, tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text(
        '{"tools": [{"name": "odd", "inputSchema": {"properties": {"a": {"requierd": true}}}},'
        ' {"type": "web_search"}]}'
    )
    call = '[{"name": "odd", "arguments": {}}]'
    held = hold(f"/tools {tmp_path}/tools.json", "one", "two", local=(call, call))
    assert held.err.count("tool odd: not enforced: requierd at properties.a") == 1
    assert held.err.count("tool 2: type is 'web_search'") == 1
    schema = hold('/schema {"minimun": 1}', "one", local=("1",))
    assert schema.err.count("not enforced: minimun at the schema") == 1


def test_cost_context_and_models_can_be_looked_at(hold: Hold) -> None:
    held = hold("one", "two", "/cost", "/context", "/model")
    assert "session  $0 for 2 turns" in held.out
    assert "2 earlier turns of the conversation" in held.out
    assert "#2    local" in held.out
    assert "cloud sky  scripted at http://127.0.0.1:9/v1" in held.out


def test_another_local_model_goes_on_with_the_conversation(hold: Hold) -> None:
    held = hold("one", "/model bigger", "two", "/model nowhere.gguf", "three", others=["bigger"])
    models = [exchange.attempt.model for exchange in held.conversation.exchanges if exchange.attempt]
    assert models == ["scripted", "bigger", "bigger"]
    assert "hroute config set local.chat.model" in held.err
    assert "nowhere.gguf: no such model file" in held.err
    assert "local  bigger, for chat" in held.out


def test_a_turn_is_asked_again_of_the_local_model_that_the_chat_has_now(hold: Hold) -> None:
    held = hold("one", "/model bigger", "/retry down", "/open 1", "two", others=["bigger"])
    assert [turn.attempts[0].attempt.model for turn in held.world.runtime.log.export()] == [
        "scripted",
        "bigger",
        "bigger",
    ]


@pytest.mark.parametrize("name", ["talk.md", "talk.json"])
def test_a_conversation_is_saved_for_its_owner_alone(hold: Hold, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    held = hold("one", f"/save {file}", "two", f"/save {file}", local=("First.", "Second."))
    assert held.err.count("wrote") == 2
    assert "Second." in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_of_others_is_never_overwritten(hold: Hold, tmp_path: Path) -> None:
    file = tmp_path / "talk.md"
    file.write_text("mine")
    held = hold(f"/save {file}", "one", f"/save {file}", "/save talk.txt", "/save /no/such/talk.md")
    assert file.read_text() == "mine"
    for words in ("nothing has been said yet", "is there already", "in which form", "cannot write"):
        assert words in held.err


def test_sessions_are_listed_opened_and_forked(hold: Hold) -> None:
    held = hold(
        "one", "/new", "two", "/sessions", "/open 1", "three", "/fork", "four", "/sessions", "/open 99"
    )
    listed = [line.split()[0] for line in held.out.splitlines() if line.split()[-1] in ("one", "two")]
    assert listed == ["*", "1", "1", "2"]
    assert "session 1, 1 turn" in held.err
    assert "a new session goes on from here" in held.err
    assert [e.prompt for e in held.conversation.exchanges] == ["one", "three", "four"]
    assert "no session 99" in held.err


def test_help_names_every_command(hold: Hold) -> None:
    out = hold("/help").out
    assert [line.split()[0] for line in out.splitlines()[:-1]] == [f"/{c.name}" for c in slash.COMMANDS]


def test_quit_leaves_what_comes_after_it_unread(hold: Hold) -> None:
    held = hold("/quit", "one")
    assert (held.sent, held.reader.texts) == ([], ["one"])


def test_without_a_desktop_the_terminal_is_asked_to_copy(
    hold: Hold, monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    from hroute.cli.chat.clipboard import copy

    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", "")
    out = io.StringIO()
    terminal = Terminal(io.StringIO(), out, io.StringIO(), is_rich=True, has_colour=True)
    assert "OSC 52" in copy("naïve", terminal)
    assert base64.b64decode(out.getvalue()[len("\x1b]52;c;") : -1]).decode() == "naïve"
    held = hold("/copy", "one", "/copy")
    assert "there is no answer yet" in held.err
    assert "no clipboard was found" in held.err
