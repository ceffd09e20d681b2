"""Keys and values as a user writes them outside the file: in a flag, a variable or `config set`."""

import math
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hroute.config.lines import Loc
from hroute.config.problems import did_you_mean
from hroute.config.reference import Setting, find, settings_reference, table, tables
from hroute.core.errors import ConfigError
from hroute.core.remedies import Remedy, ShowSettings

Tree = dict[str, Any]


def setting_named(key: str) -> tuple[Setting, str]:
    """The setting of a dotted key, and for a list of tables the entry that the key selects.

    The entry's name may hold dots (`cloud.gpt-4.1.model`): it is all between the table and the last dot.
    """
    head, _, leaf = key.rpartition(".")
    for listed in (t.name for t in tables() if t.repeated):
        if head.startswith(f"{listed}."):
            found = find(listed, leaf)
            if found is not None:
                return found, head.removeprefix(f"{listed}.")
    found = find(head, leaf)
    if found is None or found.repeated:
        raise ConfigError(f"unknown setting {key}{did_you_mean(key, known_keys(key))}", _what_there_is(key))
    return found, ""


def known_keys(like: str = "") -> list[str]:
    """Every key; for an entry of a list, with the entry that `like` selects."""
    keys = []
    for setting in settings_reference():
        parts = like.split(".")
        entry = ".".join(parts[1:-1]) or "0"
        keys.append(f"{setting.section}.{entry}.{setting.key}" if setting.repeated else setting.name)
    return keys


def location(setting: Setting, entry: str, tree: Mapping[str, Any]) -> Loc:
    """Where the setting stands in the tree; an index one past the end is a new entry."""
    section: Loc = tuple(setting.section.split(".")) if setting.section else ()
    if not setting.repeated:
        return (*section, setting.key)
    names = entry_names(setting.section, tree)
    place = entry_place(setting.section, entry, tree)
    if place is not None:
        return (*place, setting.key)
    if entry == str(len(names)):
        return (*section, len(names), setting.key)
    raise _no_entry(setting.section, entry, names)


def entry_place(section: str, entry: str, tree: Mapping[str, Any]) -> Loc | None:
    """Where the entry of a list is that goes by this index or name."""
    names = entry_names(section, tree)
    if entry.isdecimal() and int(entry) < len(names):
        return (*section.split("."), int(entry))
    # Environment variables come in capitals, so names are compared without case.
    index = next((i for i, name in enumerate(names) if name.lower() == entry.lower()), None)
    return None if index is None else (*section.split("."), index)


def entry_names(section: str, tree: Mapping[str, Any]) -> list[str]:
    """The names of the entries of a list of tables, as far as it is one."""
    named = find(section, "name")
    default = named.default if named else ""
    entries = at(tree, tuple(section.split(".")))
    if not isinstance(entries, list):
        return []
    return [str(e.get("name", default)) if isinstance(e, dict) else "" for e in entries]


def at(tree: Any, loc: Loc) -> Any:
    """The value there, or None."""
    for part in loc:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def put(tree: Any, loc: Loc, value: object) -> None:
    """Sets a value in place and makes the tables on the way; where a scalar is in the way it stays."""
    for part, following in pairwise(loc):
        if isinstance(tree, list) and part == len(tree):
            tree.append({})
        elif isinstance(tree, dict):
            tree.setdefault(part, [] if isinstance(following, int) else {})
        tree = at(tree, (part,))
    if isinstance(tree, dict):
        tree[str(loc[-1])] = value


def parse(setting: Setting, raw: str) -> object:
    """A TOML scalar where it is one and the setting is not text, else the words themselves."""
    try:
        parsed = tomllib.loads(f"value = {raw}")
    except (ValueError, RecursionError):
        return raw
    value = parsed["value"]
    if len(parsed) > 1 or (setting.type is str and not isinstance(value, str)):
        return raw
    return value if isinstance(value, (str, int, float, setting.type)) else raw


def plain(value: object) -> object:
    """A validated value as TOML writes it: no Decimal, no 5.0 for 5."""
    if isinstance(value, (Decimal, float)) and math.isfinite(value) and value == int(value):
        return int(value)
    return float(value) if isinstance(value, Decimal) else value


def _no_entry(section: str, entry: str, names: list[str]) -> ConfigError:
    if entry.isdecimal():
        return ConfigError(f"there is no {section}.{entry}: the next new entry is {section}.{len(names)}")
    return ConfigError(
        f"there is no {section} entry named {entry}{did_you_mean(entry, names)}",
        f"there are {', '.join(names)}; a new one is {section}.{len(names)}"
        if names
        else f"the first one is {section}.0",
    )


def _what_there_is(key: str) -> Remedy | str:
    section = key.rpartition(".")[0]
    found = table(section)
    if found is not None and found.repeated:
        return f"name the entry by its place or name: {section}.0.{key.rpartition('.')[2]}"
    return ShowSettings()
