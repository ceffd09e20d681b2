"""Reads the settings: defaults, then the file, then the environment, then flags."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hroute.config.outside import Assignment, from_environment
from hroute.config.paths import Paths, shown
from hroute.core.errors import ConfigError
from hroute.core.frozen import frozen
from hroute.core.remedies import InitConfig
from hroute.core.settings import Settings

if TYPE_CHECKING:
    from hroute.config.lines import Loc
    from hroute.config.problems import Origin

MAX_BYTES = 1_000_000
GIVEN = "settings"  # the origin of what a program says itself


@frozen
class ConfigSource:
    """The file as it was read; `outside` says which keys were then set from elsewhere, and where."""

    name: str
    text: str = ""
    tree: dict[str, Any] = field(default_factory=dict)
    outside: "dict[Loc, str]" = field(default_factory=dict)

    def settings(self) -> Settings:
        """The settings; raises ConfigError that names file and line, variable or flag."""
        if not self.tree:
            return Settings.model_construct()  # nothing to validate, so no validator is built

        from pydantic import ValidationError

        try:
            settings = Settings.model_validate(self.tree)
        except ValidationError as error:
            from hroute.config.problems import config_error

            # Not chained: pydantic's own text repeats the values, and one of them may be a key.
            raise config_error(error, self.origin_finder()) from None
        self._refuse_keys(settings)
        return settings

    def origin_finder(self) -> "Callable[[Loc], Origin]":
        """Tells where the value at a place was set, or else the nearest table around it."""
        from hroute.config.lines import lines_of, nearest_line
        from hroute.config.problems import Origin

        lines = lines_of(self.text)

        def origin_of(loc: "Loc") -> Origin:
            for length in range(len(loc), 0, -1):
                if loc[:length] in self.outside:
                    return Origin(self.outside[loc[:length]])
            return Origin(self.name, nearest_line(lines, loc))

        return origin_of

    def origins(self) -> "dict[Loc, Origin]":
        """Where each value that is not a default was set."""
        origin_of = self.origin_finder()
        return {loc: origin_of(loc) for loc in _leaves(self.tree, ())}

    def _refuse_keys(self, settings: Settings) -> None:
        """The name of a variable and a command are shown; a key put there instead must not be."""
        given: dict[Loc, str | None] = {("local", "chat", "api_key_env"): settings.local.chat.api_key_env}
        for i, cloud in enumerate(settings.cloud):
            given["cloud", i, "api_key_env"] = cloud.api_key_env
            given["cloud", i, "api_key_cmd"] = cloud.api_key_cmd
        for loc, value in given.items():
            if value:
                self._refuse_key(loc, value)

    def _refuse_key(self, loc: "Loc", value: str) -> None:
        from hroute.config.secrecy import has_key

        if has_key(value):
            from hroute.config.problems import KEY_HINT, Problem, as_error, dotted

            where = self.origin_finder()(loc)
            raise as_error([Problem(where, f"{dotted(loc)} holds a key itself", KEY_HINT)])


def load(paths: Paths, env: Mapping[str, str], overrides: Sequence[Assignment] = ()) -> Settings:
    """The effective settings. Raises ConfigError."""
    return merged(paths, env, overrides).settings()


def overlaid(paths: Paths, env: Mapping[str, str], over: Mapping[str, Any]) -> Settings:
    """The effective settings with those of a tree such as {"routing": {"min_lead": 0.2}} over them.

    A list, as of clouds, replaces the one before it. Raises ConfigError.
    """
    source = merged(paths, env)
    _lay_over(source, source.tree, over, ())
    return source.settings()


def _lay_over(source: ConfigSource, tree: dict[str, Any], over: Mapping[str, Any], loc: "Loc") -> None:
    for key, value in over.items():
        place = (*loc, key)
        if isinstance(value, Mapping):
            if not isinstance(tree.get(key), dict):
                tree[key], source.outside[place] = {}, GIVEN
            _lay_over(source, tree[key], value, place)
        else:
            tree[key] = value
            source.outside[place] = GIVEN


def merged(paths: Paths, env: Mapping[str, str], overrides: Sequence[Assignment] = ()) -> ConfigSource:
    """File, environment and flags in one tree, not yet validated."""
    text = read(paths.config_file)
    if text is None and env.get("HROUTE_CONFIG"):
        raise ConfigError(
            f"HROUTE_CONFIG names {shown(paths.config_file)}, which does not exist",
            InitConfig(),
        )
    source = parsed(shown(paths.config_file), text or "")
    _assign(source, from_environment(env))
    _assign(source, overrides)
    return source


def read(file: Path) -> str | None:
    """The text of a configuration file; None when there is none. Raises ConfigError."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise ConfigError(f"{shown(file)} is a folder, not a file") from None
    except OSError as error:
        raise ConfigError(f"cannot read {shown(file)}: {os.strerror(error.errno or 0)}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{shown(file)} is larger than 1 MB: this is no configuration file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{shown(file)}:{line}: not UTF-8 text", "save the file as UTF-8") from error


def parsed(name: str, text: str) -> ConfigSource:
    """The text as a tree; raises ConfigError with line and column where it is not TOML."""
    if not text:
        return ConfigSource(name)
    import tomllib

    try:
        return ConfigSource(name, text, tomllib.loads(text))
    except RecursionError:
        raise ConfigError(f"{name}: nested too deeply") from None
    except ValueError as error:
        from hroute.config.syntax import syntax_error

        raise syntax_error(name, text, error) from None


def _assign(source: ConfigSource, assignments: Iterable[Assignment]) -> None:
    for given in assignments:
        from hroute.config.values import at, location, parse, put, setting_named

        try:
            setting, entry = setting_named(given.key)
            loc = location(setting, entry, source.tree)
        except ConfigError as error:
            raise ConfigError(f"{given.source}: {error.message}", *error.remedies) from None
        new_tables = [loc[:n] for n in range(1, len(loc)) if at(source.tree, loc[:n]) is None]
        put(source.tree, loc, parse(setting, given.raw))
        source.outside.update(dict.fromkeys((*new_tables, loc), given.source))


def _leaves(tree: Any, loc: "Loc") -> "Iterable[Loc]":
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else None
    if inner is None:
        yield loc
    else:
        for part, value in inner:
            yield from _leaves(value, (*loc, part))
