"""Looks whether everything that hroute needs is there and works: one finding after the other."""

import os
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from hroute import __version__
from hroute.app.doctor.clouds import cloud_checks
from hroute.app.doctor.finding import DoctorFinding, Health
from hroute.app.doctor.models import local_checks
from hroute.app.doctor.scout import scout
from hroute.config.files import load
from hroute.config.paths import Paths, shown
from hroute.core.abilities.ability import Basis
from hroute.core.errors import ConfigError, LogError
from hroute.core.remedies import Advice, Measure
from hroute.core.settings import LocalModel, Settings

# A package without which commands fail, and one without which a part of them does.
_NEEDED = ("llama-cpp-python", "openai")
_WANTED = ("huggingface-hub", "tiktoken", "genai-prices")


def examine(paths: Paths, env: Mapping[str, str], *, online: bool) -> Iterator[DoctorFinding]:
    """Checks as they are made. Nothing is sent anywhere unless `online`; nothing but caches is written."""
    yield packages()
    settings, check = configuration(paths, env)
    yield check
    if settings is not None:
        yield from local_checks(settings, paths.data_dir, env)
        yield scout(settings, paths.data_dir)
        yield constraints()
        yield ability(settings.local.chat, paths.data_dir)
        yield from cloud_checks(settings, paths.cache_dir, env)
    if settings is not None and online:
        from hroute.app.doctor.online import online_checks

        yield from online_checks(settings, env)
    yield calibration(paths.data_dir)
    yield log(paths.log_file)


def packages() -> DoctorFinding:
    found = {name: _version(name) for name in (*_NEEDED, *_WANTED)}
    detail = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    missing = [name for name, version in found.items() if version is None]
    health = Health.OK
    if missing:
        health = Health.FAIL if set(missing) & set(_NEEDED) else Health.WARN
        detail += f"; not installed: {', '.join(missing)}"
    detail = f"Python {platform.python_version()}, hroute {__version__}, {detail}"
    return DoctorFinding(
        "python", health, detail, (Advice(f"pip install {' '.join(missing)}"),) if missing else ()
    )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def configuration(paths: Paths, env: Mapping[str, str]) -> tuple[Settings | None, DoctorFinding]:
    """The settings; None where they are wrong."""
    try:
        settings = load(paths, env)
    except ConfigError as error:
        return None, DoctorFinding("config", Health.FAIL, error.message, error.remedies)
    where = shown(paths.config_file) if paths.config_file.exists() else "no file, all defaults"
    return settings, DoctorFinding("config", Health.OK, f"valid ({where})")


def calibration(data_dir: Path) -> DoctorFinding:
    """What was learnt from verdicts; a file that cannot be used is not, and says so here alone."""
    from hroute.config.measured.installed_calibration import read_calibration

    try:
        found = read_calibration(data_dir)
    except ConfigError as error:
        return DoctorFinding("calibration", Health.WARN, f"{error.message}; it is not used", error.remedies)
    if found is None:
        return DoctorFinding("calibration", Health.OK, "none: the scout speaks for itself")
    n = found.facts.local.n + found.facts.cloud.n
    made = f"{found.facts.fitted_at:%Y-%m-%d} from {n:,} verdicts"
    return DoctorFinding(
        "calibration", Health.OK, f"{found.version}, made {made} for scout {found.scout_model}"
    )


def constraints() -> DoctorFinding:
    """Whether what finds the constraints can be read."""
    from hroute.app.own_files import check_tagger
    from hroute.core.constraints.tagger import shipped

    try:
        check_tagger()
    except ConfigError as error:
        return DoctorFinding("constraints", Health.FAIL, error.message, error.remedies)
    return DoctorFinding("constraints", Health.OK, f"{shipped().card.model} finds them")


def ability(model: LocalModel, data_dir: Path) -> DoctorFinding:
    """How able the local model is held to be, and what that rests on."""
    from hroute.app.learn.abilities import damaged, local_ability, measured_of

    found, measured = local_ability(model, data_dir), measured_of(model, data_dir)
    damage = damaged(data_dir)
    if damage:
        more = f"; and {len(damage) - 1} more file{'s' * (len(damage) > 2)}" if len(damage) > 1 else ""
        detail = f"{damage[0].message}{more}; not used, the ability is {found.words}"
        return DoctorFinding("ability", Health.WARN, detail, damage[0].remedies)
    detail = f"{found.value:+.1f} (an 8B at q4 has 0), {found.words}"
    if found.basis is Basis.SET:
        return DoctorFinding("ability", Health.OK, f"{detail} in local.chat.ability")
    detail += f", give or take {found.spread:.1f}"
    if measured is None or found.basis is Basis.ASSUMED:
        is_measured = found.basis is Basis.MEASURED
        return DoctorFinding(
            "ability", Health.OK, detail, () if is_measured else (Measure("ability", "measure it"),)
        )
    return _measured(f"{detail}, {measured.created:%Y-%m-%d}", measured.scout)


def _measured(detail: str, by: str) -> DoctorFinding:
    from hroute.app.own_files import builtin_scout

    try:
        now = builtin_scout().artefact.card.model
    except ConfigError:  # the scout's line says so
        return DoctorFinding("ability", Health.OK, detail)
    if by in (now, ""):
        return DoctorFinding("ability", Health.OK, detail)
    detail = f"{detail}; for the scout {by}, and {now} reads now"
    return DoctorFinding("ability", Health.WARN, detail, (Measure("ability", is_saved=True),))


def log(path: Path) -> DoctorFinding:
    from hroute.store.health import inspect

    if not path.exists():
        return _absent_log(path)
    try:
        health = inspect(path)
    except LogError as error:
        return DoctorFinding("log", Health.FAIL, error.message, error.remedies)
    size = f"{health.turns:,} turns, {health.size_bytes / 1e6:.1f} MB, schema {health.version}"
    return DoctorFinding("log", Health.OK, f"{shown(path)}: {size}, writable")


def _absent_log(path: Path) -> DoctorFinding:
    folder = next((folder for folder in path.parents if folder.exists()), path.parent)
    if os.access(folder, os.W_OK | os.X_OK):
        return DoctorFinding("log", Health.OK, f"{shown(path)}: the first turn makes it")
    return DoctorFinding(
        "log", Health.FAIL, f"{folder} cannot be written", (Advice("set HROUTE_HOME to a folder of yours"),)
    )
