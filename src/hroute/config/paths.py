"""Where hroute keeps its files: one folder under HROUTE_HOME, else the platform's usual places."""

import os
from collections.abc import Mapping
from pathlib import Path

from hroute.core.frozen import frozen


@frozen
class Paths:
    """The files and folders of one user; finding them creates none of them."""

    config_file: Path
    data_dir: Path
    cache_dir: Path
    log_file: Path

    @classmethod
    def find(cls, env: Mapping[str, str]) -> "Paths":
        """HROUTE_CONFIG moves the configuration file alone, HROUTE_HOME everything."""
        home = env.get("HROUTE_HOME")
        found = cls._under(_absolute(home)) if home else cls._of_the_platform()
        config = env.get("HROUTE_CONFIG")
        if not config:
            return found
        return cls(_absolute(config), found.data_dir, found.cache_dir, found.log_file)

    @classmethod
    def _under(cls, home: Path) -> "Paths":
        return cls(home / "config.toml", home / "data", home / "cache", home / "log.sqlite")

    @classmethod
    def _of_the_platform(cls) -> "Paths":
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("hroute", appauthor=False)
        data = dirs.user_data_path
        return cls(dirs.user_config_path / "config.toml", data, dirs.user_cache_path, data / "log.sqlite")


def _absolute(name: str) -> Path:
    # os.path.expanduser leaves `~` alone where no home is known; Path.expanduser raises.
    return Path(os.path.expanduser(name)).absolute()  # noqa: PTH111


def shown(path: Path) -> str:
    """The path as a user would write it, with `~` for the home folder."""
    home = os.path.expanduser("~")  # noqa: PTH111
    text = str(path)
    return "~" + text[len(home) :] if len(home) > 1 and text.startswith(home + os.sep) else text
