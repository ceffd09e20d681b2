"""`hroute bench brackets --apply`: writes the finding to the settings, never without showing the change."""

from difflib import unified_diff
from typing import TYPE_CHECKING

from hroute.bench.brackets.report import report
from hroute.cli.terminal import Terminal
from hroute.config.edit import with_values
from hroute.config.files import read
from hroute.config.paths import shown
from hroute.config.write import replace
from hroute.core.errors import UsageError

if TYPE_CHECKING:
    from hroute.bench.brackets.run import BracketRun
    from hroute.config.paths import Paths

_KEY = "local.tools.model"


def apply_finding(run: "BracketRun", paths: "Paths", terminal: Terminal, *, yes: bool) -> None:
    """Sets the model of the tools slot; asks first."""
    file = paths.config_file
    found = report(run)
    side = found.tools_side
    text = read(file) or ""
    new = with_values(shown(file), text, [(_KEY, run.side(side).path)]).text
    if new == text:
        terminal.note(f"{_KEY} is {side} already")
        return
    terminal.note(f"{side} is to serve tools: {found.tools_reason}")
    name = shown(file)
    for line in unified_diff(text.splitlines(), new.splitlines(), name, name, n=1, lineterm=""):
        terminal.note(line)
    if not yes and not _agrees(terminal):
        terminal.note("nothing is written")
        return
    if (read(file) or "") != text:
        raise UsageError(
            f"{name} was changed by someone else", "run it again with --from, which measures nothing"
        )
    replace(file, new)
    terminal.note(f"wrote {name}")


def refuse_when_nobody_can_be_asked(terminal: Terminal) -> None:
    """Before the run, which takes minutes."""
    if not terminal.stdin.isatty():
        raise UsageError("--apply asks before it writes, and nobody is there to be asked", "add --yes")


def _agrees(terminal: Terminal) -> bool:
    terminal.stderr.write("write it? [y/N] ")
    terminal.stderr.flush()
    return terminal.stdin.readline().strip().lower() in ("y", "yes")
