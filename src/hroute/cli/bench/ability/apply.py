"""`hroute bench ability --apply`: installs the ability, never without showing what it would do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.bench.ability.measured import measured_by
from hroute.bench.ability.report import report
from hroute.cli.terminal import Terminal
from hroute.config.measured import abilities
from hroute.config.paths import shown
from hroute.core.errors import UsageError

if TYPE_CHECKING:
    from hroute.bench.ability.report import DifficultyReader
    from hroute.bench.ability.run import AbilityRun
    from hroute.config.paths import Paths


def install_ability(
    run: "AbilityRun", reading: "DifficultyReader", paths: "Paths", terminal: Terminal, *, yes: bool
) -> None:
    """Raises UsageError where the model file is gone."""
    found = report(run, reading)
    terminal.note(
        f"P(local) of {run.model.name} will be by ability {found.ability.value:+.2f}, give or take"
        f" {found.ability.spread:.2f} on a new kind of prompt;"
        f" by its size it was {found.prior.value:+.2f}"
    )
    if not yes and not _agrees(terminal):
        terminal.note("nothing is installed")
        return
    file = abilities.install(
        measured_by(run, found, _mtime_ns(run), datetime.now(UTC).date()), paths.data_dir
    )
    terminal.note(f"wrote {shown(file)}; local.chat.ability overrides it")


def _mtime_ns(run: "AbilityRun") -> int:
    if run.model.path is None:
        return 0
    try:
        return Path(run.model.path).stat().st_mtime_ns
    except OSError as exc:
        raise UsageError(f"{run.model.path}: {exc.strerror or exc}", "the model must be there") from exc


def _agrees(terminal: Terminal) -> bool:
    terminal.stderr.write("install it? [y/N] ")
    terminal.stderr.flush()
    return terminal.stdin.readline().strip().lower() in ("y", "yes")
