"""`hroute bench confidence --apply`: installs the calibrator, never without showing what it would do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.bench.confidence.report import CALIBRATED, HIGH, report
from hroute.cli.terminal import Terminal
from hroute.config.measured import calibrations
from hroute.config.paths import shown
from hroute.core.confidence.calibrator import LEAST_ROWS, CalibratorOrigin, calibrated, is_enough
from hroute.core.errors import UsageError

if TYPE_CHECKING:
    from hroute.bench.confidence.report import ConfidenceReport
    from hroute.bench.confidence.run import ConfidenceRun
    from hroute.config.paths import Paths


def install_calibrator(run: "ConfidenceRun", paths: "Paths", terminal: Terminal, *, yes: bool) -> None:
    """Raises UsageError where the run does not show that the model's sureness says anything."""
    found = report(run)
    telling = found.telling(CALIBRATED).all
    rows = [answer.graded for answer in run.answers]
    if not is_enough(row.is_right for row in rows):
        raise UsageError(
            f"{found.n} answers, {found.right.value or 0:.0%} of them right: a calibrator needs {LEAST_ROWS}"
            f" right and {LEAST_ROWS} wrong ones",
            "raise --n, or add --hard" if _is_too_easy(run, found) else "raise --n",
        )
    if telling.value is None or telling.low is None or telling.low <= 0.5:
        raise UsageError(
            "how sure this model is does not tell its wrong answers from its right ones"
            f" (AUROC {telling.value or 0:.2f}, from {telling.low or 0:.2f}): nothing is installed",
            "raise --n, or keep routing by the prompt alone",
        )
    kept = found.proposal
    terminal.note(
        f"with routing.min_confidence = {kept.threshold:g}, {kept.escalated:.0%} of these answers fail over,"
        f" and of the others {kept.accuracy.value or 0:.0%} are right instead of {found.right.value or 0:.0%}"
    )
    if not yes and not _agrees(terminal):
        terminal.note("nothing is installed")
        return
    file = calibrations.install(calibrated(rows, _origin(run), telling.value), paths.data_dir)
    terminal.note(f"wrote {shown(file)}; it decides nothing until you set a threshold:")
    terminal.note(f"hroute config set routing.min_confidence {kept.threshold:g}")


def _is_too_easy(run: "ConfidenceRun", found: "ConfidenceReport") -> bool:
    return not run.plan.hard and (found.right.value or 0) > HIGH


def _origin(run: "ConfidenceRun") -> CalibratorOrigin:
    try:
        about = Path(run.model.path).stat()
    except OSError as exc:
        raise UsageError(f"{run.model.path}: {exc.strerror or exc}", "the model must be there") from exc
    return CalibratorOrigin(
        run.model.sha256,
        about.st_size,
        about.st_mtime_ns,
        run.model.quantization,
        datetime.now(UTC).strftime("%Y-%m-%d"),
    )


def _agrees(terminal: Terminal) -> bool:
    terminal.stderr.write("install it? [y/N] ")
    terminal.stderr.flush()
    return terminal.stdin.readline().strip().lower() in ("y", "yes")
