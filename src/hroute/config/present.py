"""The settings as text: TOML with the origin of each value beside it, JSON, or one value."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hroute.config.lines import Loc
from hroute.config.problems import Origin, dotted
from hroute.config.reference import find, settings_reference, tables
from hroute.config.secrecy import without_keys
from hroute.config.template import toml_value
from hroute.config.values import at, entry_place, location, plain, setting_named
from hroute.core.errors import ConfigError
from hroute.core.remedies import AddEntry
from hroute.core.settings import Settings


def as_toml(settings: Settings, origins: Mapping[Loc, Origin], under: Loc = ()) -> str:
    """The effective settings as TOML that loads again, or those of one table.

    What is not set is a comment, `# key =`; a value that is not a default names its origin.
    """
    tree = tree_of(settings)
    blocks = [
        _block(heading, loc, tree, origins) for heading, loc in _tables(tree) if loc[: len(under)] == under
    ]
    return "\n".join(blocks)


def as_record(settings: Settings, origins: Mapping[Loc, Origin]) -> dict[str, Any]:
    """For --json: all settings, unset ones as null, and the origins by dotted key."""
    return {
        "settings": settings.model_dump(mode="json"),
        "origins": {dotted(loc): str(origin) for loc, origin in origins.items()},
    }


def sent_besides(settings: Settings) -> list[str]:
    """What is added to the requests of each server, one line each."""
    servers = {f"cloud.{cloud.name}": cloud.extra_body for cloud in settings.cloud}
    servers |= {"local.chat": settings.local.chat.extra_body, "local.tools": settings.local.tools.extra_body}
    return [
        f"{where}: every request has {without_keys(toml_value(extra))}"
        for where, extra in servers.items()
        if extra
    ]


def tree_of(settings: Settings) -> dict[str, Any]:
    return {key: list(v) if isinstance(v, tuple) else v for key, v in settings.model_dump().items()}


def place_of(key: str, tree: dict[str, Any]) -> Loc:
    """Where a setting, a table or an entry of a list is. Raises ConfigError when there is none."""
    if any(f"{t.name}.".startswith(f"{key}.") for t in tables()):
        return tuple(key.split("."))
    for listed in (t.name for t in tables() if t.repeated):
        entry = key.removeprefix(f"{listed}.")
        place = entry_place(listed, entry, tree)
        if entry != key and place is not None:
            return place
    setting, entry = setting_named(key)
    loc = location(setting, entry, tree)
    if at(tree, loc[:-1]) is None:
        raise ConfigError(f"there is no {dotted(loc[:-1])}", AddEntry())
    return loc


def is_setting(place: Loc) -> bool:
    """Whether it is a setting's, and not a table's or a list's."""
    *section, key = place
    return find(".".join(part for part in section if isinstance(part, str)), str(key)) is not None


def as_text(value: object) -> str:
    """A scalar bare, for scripts; an empty line when it is not set."""
    if value is None:
        return "\n"
    if isinstance(value, dict):
        return f"{toml_value(value)}\n"
    return f"{str(value).lower() if isinstance(value, bool) else plain(value)}\n"


def as_json(value: object) -> str:
    return json.dumps(value, default=str, indent=2) + "\n"


def _tables(tree: dict[str, Any]) -> Iterator[tuple[str, Loc]]:
    """The heading and the place of each table that is there, the top level first."""
    yield "", ()
    for table in tables():
        loc: Loc = tuple(table.name.split("."))
        if table.repeated:
            yield from ((f"[[{table.name}]]", (*loc, i)) for i in range(len(at(tree, loc))))
        else:
            yield f"[{table.name}]", loc


def _block(heading: str, loc: Loc, tree: dict[str, Any], origins: Mapping[Loc, Origin]) -> str:
    section = ".".join(part for part in loc if isinstance(part, str))
    lines = [heading] if heading else []
    for setting in settings_reference():
        if setting.section == section:
            place = (*loc, setting.key)
            value = at(tree, place)
            line = f"# {setting.key} =" if value is None else f"{setting.key} = {toml_value(value)}"
            origin = next((set_at for loc, set_at in origins.items() if loc[: len(place)] == place), None)
            lines.append(line if origin is None else f"{line}  # {origin}")
    return "\n".join([*lines, ""])
