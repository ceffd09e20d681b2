"""The line editor, typed into through a pipe."""

import fcntl
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from hroute.app.chat.conversation import Conversation
from hroute.app.chat.views import Gauge
from hroute.cli.chat.complete import SlashCompleter
from hroute.cli.chat.editor import Editor, Keyboard
from hroute.cli.chat.gauge import LiveGauge
from hroute.cli.chat.history import FileHistory, history_at
from tests.support.world import Make

Open = Callable[..., Editor]

ENTER, ALT_ENTER, CTRL_J = "\r", "\x1b\r", "\n"
CTRL_C, CTRL_D, CTRL_R, UP = "\x03", "\x04", "\x12", "\x1b[A"
TO_EDITOR = "\x18\x05"


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


@pytest.fixture
def opened(make: Make, keys: PipeInput, tmp_path: Path) -> Open:
    """An editor whose history is in a file."""

    def build(*, is_kept: bool = True) -> Editor:
        chat = Conversation(make().runtime)
        history = history_at(tmp_path / "data" / "history.jsonl", is_kept=is_kept)
        return Editor(chat, LiveGauge(Gauge(chat)), history, Keyboard(keys, DummyOutput()))

    return build


def later(keys: PipeInput, *texts: str) -> None:
    """Types each when the editor has dealt with everything before, however slow it is to begin."""

    def type_it() -> None:
        for text in texts:
            while _unread_bytes(keys):
                time.sleep(0.01)
            time.sleep(0.3)
            keys.send_text(text)

    threading.Thread(target=type_it, daemon=True).start()


def _unread_bytes(keys: PipeInput) -> int:
    return int.from_bytes(fcntl.ioctl(keys.fileno(), termios.FIONREAD, bytes(4)), sys.byteorder)


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_thirty_pasted_lines_are_one_turn_that_waits_to_be_sent(
    opened: Open, keys: PipeInput, end: str
) -> None:
    lines = [f"line {n}" for n in range(30)]
    keys.send_text(pasted(end.join(lines) + end))
    later(keys, f"and typed{ENTER}")
    assert opened().read() == "\n".join([*lines, "and typed"])


def test_a_paste_that_the_terminal_does_not_mark_is_one_turn_too(opened: Open, keys: PipeInput) -> None:
    keys.send_text("one\rtwo\rthree\r")
    later(keys, f"four{ENTER}")
    assert opened().read() == "one\ntwo\nthree\nfour"


def test_a_command_is_sent_though_more_was_typed_ahead(opened: Open, keys: PipeInput) -> None:
    editor = opened()
    keys.send_text(f"/cost{ENTER}/why 3{ENTER}and then{ENTER}")
    assert [editor.read() for _ in range(3)] == ["/cost", "/why 3", "and then"]


@pytest.mark.parametrize("new_line", [ALT_ENTER, CTRL_J])
def test_a_new_line_is_typed_without_sending(opened: Open, keys: PipeInput, new_line: str) -> None:
    keys.send_text(f"one{new_line}  two{ENTER}")
    assert opened().read() == "one\n  two"


def test_enter_on_nothing_sends_nothing(opened: Open, keys: PipeInput) -> None:
    keys.send_text(f"  {ENTER}")
    later(keys, f"x{ENTER}")
    assert opened().read() == "  x"


def test_ctrl_c_clears_the_line_and_ctrl_d_on_an_empty_one_leaves(opened: Open, keys: PipeInput) -> None:
    editor = opened()
    keys.send_text(f"junk{CTRL_C}{CTRL_C}kept{ENTER}")
    assert editor.read() == "kept"
    keys.send_text(CTRL_D)
    assert editor.read() is None


def test_an_edit_can_be_given_up(opened: Open, keys: PipeInput) -> None:
    editor = opened()
    keys.send_text(f" twice{ENTER}")
    assert editor.read("say it", "edit") == "say it twice"
    keys.send_text(CTRL_C)
    assert editor.read("say it", "edit") == ""


def test_what_was_entered_is_there_in_the_next_chat(opened: Open, keys: PipeInput, tmp_path: Path) -> None:
    for text in ("the first", "the second"):
        keys.send_text(text + ENTER)
        opened().read()
    later(keys, UP + UP + ENTER)
    assert opened().read() == "the first"
    later(keys, f"{CTRL_R}sec{ENTER}", ENTER)
    assert opened().read() == "the second"
    assert (tmp_path / "data" / "history.jsonl").stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_where_the_log_keeps_no_prompts(
    opened: Open, keys: PipeInput, tmp_path: Path
) -> None:
    keys.send_text(f"a secret{ENTER}")
    assert opened(is_kept=False).read() == "a secret"
    assert not (tmp_path / "data").exists()


def test_a_history_that_cannot_be_used_costs_no_turn(tmp_path: Path) -> None:
    history = FileHistory(tmp_path)  # a folder
    history.append_string("x" * 10)
    assert list(history.load_history_strings()) == []


def test_a_damaged_history_keeps_what_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    FileHistory(file).store_string("a line\nand \udcff another")
    with file.open("ab") as stream:
        stream.write(b'{"no": "text"}\n\xff\xfe\n"half a li')
    assert list(FileHistory(file).load_history_strings()) == ["a line\nand \udcff another"]


def test_a_long_prompt_is_written_in_the_users_editor(
    opened: Open, keys: PipeInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[-1], 'a').write(' and\\nthe rest')\n")
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    editor = opened()
    keys.send_text("begun" + TO_EDITOR)
    threading.Thread(target=send_when_edited, args=(editor, keys), daemon=True).start()
    assert editor.read() == "begun and\nthe rest"


def send_when_edited(editor: Editor, keys: PipeInput) -> None:
    while "rest" not in editor.text:
        time.sleep(0.02)
    keys.send_text(ENTER)


def completed(text: str) -> list[str]:
    document = Document(text)
    found = SlashCompleter().get_completions(document, CompleteEvent(completion_requested=True))
    return [text[: len(text) + c.start_position] + c.text for c in found]


def test_commands_their_choices_and_files_are_completed(tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    assert completed("/se") == ["/sessions"]
    assert completed("/s") == ["/system", "/schema", "/save ", "/sessions"]
    assert completed("/route c") == ["/route cloud"]
    assert completed(f"/file {tmp_path}/no") == [f"/file {tmp_path}/notes.md"]
    assert completed("say /se") == completed("/nonsense x") == completed("/why ") == []
