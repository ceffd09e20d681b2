"""Runs the user's editor on a copy of the configuration file until the copy is valid."""

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from hroute import disk
from hroute.cli.terminal import Terminal
from hroute.cli.words.errors import reported
from hroute.config.files import parsed, read
from hroute.config.paths import shown
from hroute.config.template import commented_file
from hroute.config.write import replace
from hroute.core.errors import ConfigError, UsageError

HOW_ELSE = (
    "`hroute config set KEY VALUE` does the same and keeps your comments; `hroute config check` checks."
)


def edit_checked(file: Path, terminal: Terminal) -> None:
    """Replaces the file by what the user made of it, once that is valid; else says where the copy is."""
    command = _editor()
    old = read(file)
    before = commented_file((), HOW_ELSE) if old is None else old
    copy = _copy_beside(file, before)
    while True:
        _run(command, copy, before)
        text = read(copy) or ""
        if text == before:
            copy.unlink()
            terminal.note("nothing changed")
            return
        try:
            parsed(shown(copy), text).settings()
            break
        except ConfigError as error:
            if not _again(error, copy, terminal):
                raise ConfigError("the file is as it was", f"your text is in {shown(copy)}") from None
    if read(file) != old:
        raise ConfigError(f"{shown(file)} was changed by someone else", f"your text is in {shown(copy)}")
    replace(file, text)
    copy.unlink()
    terminal.note(f"wrote {shown(file)}")


def _editor() -> list[str]:
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    try:
        words = shlex.split(wanted) if wanted else [e for e in ("nano", "vi", "notepad") if shutil.which(e)]
    except ValueError:
        raise UsageError(f"the editor {wanted} has an unclosed quotation", "export EDITOR=nano") from None
    if not words:
        raise UsageError("no editor found", "export EDITOR=nano")
    if shutil.which(words[0]) is None:
        raise UsageError(f"the editor {words[0]} is not found", "export EDITOR=nano")
    return words if wanted else words[:1]


def _copy_beside(file: Path, text: str) -> Path:
    """A copy in the same folder, where it outlives a restart. It is not read by anything."""
    try:
        disk.make_private_folder(file.parent)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.stem}.edit-", suffix=".toml")
    except OSError as error:
        raise ConfigError(f"cannot write in {shown(file.parent)}: {os.strerror(error.errno or 0)}") from error
    with os.fdopen(handle, "wb") as stream:
        stream.write(text.encode())
    return Path(name)


def _run(command: list[str], copy: Path, before: str) -> None:
    ended = subprocess.run([*command, str(copy)], check=False).returncode
    if ended == 0:
        return
    if read(copy) == before:
        copy.unlink()
        raise UsageError(f"the editor ended with {ended}; nothing changed")
    raise UsageError(
        f"the editor ended with {ended}; the file is as it was", f"your text is in {shown(copy)}"
    )


def _again(error: ConfigError, copy: Path, terminal: Terminal) -> bool:
    terminal.error(*reported(error))
    if not terminal.stdin.isatty():
        return False
    terminal.note(f"your text is in {shown(copy)}")
    terminal.stderr.write("edit again? [Y/n] ")
    terminal.stderr.flush()
    answer = terminal.stdin.readline()
    return answer != "" and answer.strip().lower() in ("", "y", "yes")
