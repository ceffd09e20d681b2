import io
import sys
from pathlib import Path

import pytest

from hroute.cli.config.edit import edit_checked
from hroute.cli.terminal import Terminal
from hroute.cli.words.remedies import hint_of
from hroute.core.errors import ConfigError


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def editor_of(folder: Path, *texts: str) -> str:
    """An editor that writes one text after the other, each time it is opened."""
    script = folder / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        f"texts, seen = {texts!r}, pathlib.Path(__file__ + '.seen')\n"
        "n = len(seen.read_text()) if seen.exists() else 0\n"
        "seen.write_text('x' * (n + 1))\n"
        "pathlib.Path(sys.argv[-1]).write_text(texts[n])\n"
    )
    return f"{sys.executable} {script}"


def at_a_terminal(typed: str) -> Terminal:
    return Terminal(Keyboard(typed), io.StringIO(), io.StringIO(), is_rich=False, has_colour=False)


def stderr_of(terminal: Terminal) -> str:
    assert isinstance(terminal.stderr, io.StringIO)
    return terminal.stderr.getvalue()


def test_a_mistake_can_be_edited_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor_of(tmp_path, "offlin = 1\n", "offline = true\n"))
    terminal = at_a_terminal("\n")
    edit_checked(tmp_path / "config.toml", terminal)
    assert (tmp_path / "config.toml").read_text() == "offline = true\n"
    assert "edit again? [Y/n]" in stderr_of(terminal)
    assert list(tmp_path.glob("config.edit-*")) == []


@pytest.mark.parametrize("typed", ["n\n", ""])
def test_who_does_not_edit_again_is_told_where_the_text_is(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", editor_of(tmp_path, "offlin = 1\n"))
    with pytest.raises(ConfigError) as caught:
        edit_checked(tmp_path / "config.toml", at_a_terminal(typed))
    (copy,) = tmp_path.glob("config.edit-*")
    assert hint_of(caught.value.remedies) == f"your text is in {copy}"
    assert copy.read_text() == "offlin = 1\n"


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        f"pathlib.Path({str(file)!r}).write_text('offline = false\\n')\n"
        "pathlib.Path(sys.argv[-1]).write_text('offline = true\\n')\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    with pytest.raises(ConfigError, match="changed by someone else"):
        edit_checked(file, at_a_terminal(""))
    assert file.read_text() == "offline = false\n"
