"""All that the user's files and environment say, read once: what is below takes it as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hroute.config.files import load
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


def configuration(environment: Mapping[str, str], overrides: Sequence[str] = ()) -> Configuration:
    """`overrides` are "routing.max_constraints=4" strings from flags. Raises ConfigError."""
    paths = Paths.find(environment)
    return Configuration(load(paths, environment, overrides), paths, environment)
