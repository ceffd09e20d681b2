"""Sets and removes keys in the text of a configuration file; all the user's own lines stay as they are."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from hroute.config.files import ConfigSource, parsed
from hroute.config.lines import Loc, statements
from hroute.config.problems import dotted
from hroute.config.template import toml_value
from hroute.config.values import at, entry_names, location, parse, plain, put, setting_named
from hroute.core.errors import ConfigError
from hroute.core.remedies import EditConfig

if TYPE_CHECKING:
    from hroute.config.reference import Setting


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key's value in the file before and after; None is not set."""

    key: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Edited:
    """The whole new text, and what is different in it."""

    text: str
    changes: tuple[KeyChange, ...]


def with_values(name: str, text: str, pairs: Sequence[tuple[str, str]]) -> Edited:
    """The text with the keys set. The result is valid as a whole, or ConfigError says why it is not.

    `cloud.NAME.model` with a new name adds an entry of that name.
    """
    old = parsed(name, text)
    tree = deepcopy(old.tree)
    keys: dict[Loc, str] = {}
    for key, raw in pairs:
        for loc, value in _assignments(key, raw, tree):
            put(tree, loc, value)
            keys[loc] = key if key.endswith(f".{loc[-1]}") or key == loc[-1] else dotted(loc)
    # The values come from the command line, so an error about them names no line.
    settings = replace(old, tree=tree, outside=dict.fromkeys(keys, "")).settings()
    for loc in keys:
        value = plain(_attribute(settings, loc))
        put(tree, loc, value)
        text = _written(name, text, loc, value)
    _confirm(name, text, tree)
    return Edited(text, tuple(KeyChange(keys[loc], at(old.tree, loc), at(tree, loc)) for loc in keys))


def without(name: str, text: str, keys: Sequence[str]) -> Edited:
    """The text without the keys, so that their defaults count again. Raises ConfigError."""
    tree = parsed(name, text).tree
    changes = []
    for key in keys:
        loc = location(*setting_named(key), tree)
        changes.append(KeyChange(key, at(tree, loc), None))
        if changes[-1].before is not None:
            del at(tree, loc[:-1])[loc[-1]]
            text = _by_tomlkit(name, text, loc, None)
    ConfigSource(name, text, tree).settings()
    _confirm(name, text, tree)
    return Edited(text, tuple(changes))


def _assignments(key: str, raw: str, tree: dict[str, Any]) -> Iterator[tuple[Loc, object]]:
    setting, entry = setting_named(key)
    if _is_new_entry(setting, entry, tree):
        new = len(entry_names(setting.section, tree))
        yield (*setting.section.split("."), new, "name"), entry
    yield location(setting, entry, tree), parse(setting, raw)


def _is_new_entry(setting: "Setting", entry: str, tree: dict[str, Any]) -> bool:
    if not setting.repeated or setting.key != "model" or entry.isdecimal():
        return False
    names = [name.lower() for name in entry_names(setting.section, tree)]
    # A name close to one that is there is more likely misspelt than new.
    return not get_close_matches(entry.lower(), names, n=1, cutoff=0.8)


def _attribute(value: Any, loc: Loc) -> Any:
    for part in loc:
        value = value[part] if isinstance(part, int) else getattr(value, part)
    return value


def _written(name: str, text: str, loc: Loc, value: object) -> str:
    tree = tomllib.loads(text)
    place = None if at(tree, loc) is not None else _place_for(text, loc)
    new = f"{loc[-1]} = {toml_value(value)}\n"
    if place is None and at(tree, loc[:-1]) is None:
        place, new = len(text), f"\n{_heading(loc)}\n{new}"
    return _by_tomlkit(name, text, loc, value) if place is None else _inserted(text, place, new)


def _inserted(text: str, place: int, new: str) -> str:
    before, after = text[:place], text[place:]
    gap = "\n" if before and not before.endswith("\n") else ""
    new = f"{gap}{new}" if before else new.lstrip("\n")
    return before + (new.replace("\n", "\r\n") if "\r\n" in text else new) + after


def _heading(loc: Loc) -> str:
    name = ".".join(part for part in loc[:-1] if isinstance(part, str))
    return f"[[{name}]]" if isinstance(loc[-2], int) else f"[{name}]"


def _place_for(text: str, loc: Loc) -> int | None:
    """Where a new line for the key belongs; None when its table has no header of its own.

    That is after the line that shows its default in a comment, else after the last key of its table.
    (tomlkit would put it after the comments that introduce the next table.)
    """
    *section, key = loc
    start, end, last = (0, len(text), 0) if not section else (None, len(text), 0)
    for statement in statements(text):
        if statement.is_header and start is not None:
            end = statement.start
            break
        if statement.is_header and statement.loc == tuple(section):
            start = last = statement.end
        elif start is not None:
            last = statement.end
    if start is None:
        return None
    shown = re.compile(rf"^[ \t]*#[ \t]*{re.escape(str(key))}[ \t]*=.*\n?", re.MULTILINE).search(
        text, start, end
    )
    if shown is not None:
        return shown.end()
    return last or None


def _by_tomlkit(name: str, text: str, loc: Loc, value: object) -> str:
    """The text with the value set, or with None removed."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        table: Any = document
        for part in loc[:-1]:
            table = table[part]
        if value is None:
            del table[loc[-1]]
        else:
            # A table stays on the line of its key.
            table[loc[-1]] = tomlkit.value(toml_value(value)) if isinstance(value, dict) else value
        return tomlkit.dumps(document)
    except (TOMLKitError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise _cannot_change(name) from error


def _confirm(name: str, text: str, expected: dict[str, Any]) -> None:
    """Refuses an edit that changed anything else: files can be written in ways no editor foresees."""
    try:
        is_right = _pruned(tomllib.loads(text)) == _pruned(expected)
    except ValueError:
        is_right = False
    if not is_right:
        raise _cannot_change(name)


def _cannot_change(name: str) -> ConfigError:
    return ConfigError(f"{name} is written in a way that hroute cannot change", EditConfig())


def _pruned(tree: Any) -> Any:
    """The tree without empty tables, which say nothing."""
    if not isinstance(tree, dict):
        return [_pruned(inner) for inner in tree] if isinstance(tree, list) else tree
    inner = {key: _pruned(value) for key, value in tree.items()}
    return {key: value for key, value in inner.items() if value != {}}
