"""All that the user's files and environment say, read once: what is below takes it as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hroute.config.files import load, overlaid
from hroute.config.outside import Assignment
from hroute.config.paths import Paths
from hroute.core.settings import Settings

PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy")


@dataclass(frozen=True)
class Configuration:
    """`environment` is for keys, which are named by a variable and fetched when they are needed."""

    settings: Settings
    paths: Paths
    environment: Mapping[str, str] = field(repr=False)

    @property
    def has_proxy(self) -> bool:
        return any(self.environment.get(name) for name in PROXY_VARIABLES)


def configuration(environment: Mapping[str, str], overrides: Sequence[Assignment] = ()) -> Configuration:
    """Raises ConfigError."""
    paths = Paths.find(environment)
    return Configuration(load(paths, environment, overrides), paths, environment)


def configured(
    environment: Mapping[str, str],
    *,
    settings: Settings | Mapping[str, Any] | None = None,
    home: Path | None = None,
    log_file: Path | None = None,
) -> Configuration:
    """The same for a program that says some of it itself. Raises ConfigError.

    `settings`: all of them, so that no file and no variable counts; or a tree of those that are to differ.
    `home` holds all files, as HROUTE_HOME does; `log_file` is the log's place alone.
    """
    if home is not None:
        kept = {name: value for name, value in environment.items() if name != "HROUTE_CONFIG"}
        environment = {**kept, "HROUTE_HOME": str(home)}
    paths = Paths.find(environment)
    wanted = settings if isinstance(settings, Settings) else overlaid(paths, environment, settings or {})
    if log_file is not None:
        paths = replace(paths, log_file=log_file.absolute())
    return Configuration(wanted, paths, environment)
