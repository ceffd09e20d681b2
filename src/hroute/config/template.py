"""The commented configuration file, written from the settings themselves."""

from collections.abc import Mapping, Sequence

from hroute.config.presets import BLOCKS, Preset
from hroute.config.reference import ConfigTable, Setting, settings_reference, tables
from hroute.config.values import plain

HEAD = """\
# Settings of hroute. A line "# key = value" shows a default: to change it, remove the "# ".
"""


def commented_file(presets: Sequence[Preset] = (), how_else: str = "") -> str:
    """Every setting with its description, range and default in comments; what the presets set is active.

    Lists of tables come last: that is where an entry is added. `how_else`: a line of how to change it but by
    hand.
    """
    blocks = [BLOCKS[preset] for preset in dict.fromkeys(presets)]
    head = f"{HEAD}# {how_else}\n" if how_else else HEAD
    parts = [head, *(_lines(s, {}) for s in settings_reference() if not s.section)]
    for table in sorted(tables(), key=lambda t: t.repeated):
        chosen = [block.values for block in blocks if block.section == table.name]
        parts.append(f"\n# {table.description}\n{_table(table, chosen)}")
    return "\n".join(parts)


def toml_value(value: object) -> str:
    """A value as TOML writes it, a table on one line."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {toml_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(toml_value(inner) for inner in value)}]"
    from tomli_w import dumps

    return dumps({"": plain(value)}).partition(" = ")[2].rstrip("\n")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else toml_value(key)


def default_line(setting: Setting) -> str:
    """`key = default`, or `key =` where nothing is the default."""
    return (
        f"{setting.key} = {toml_value(setting.default)}"
        if setting.default is not None
        else f"{setting.key} ="
    )


def _table(table: ConfigTable, chosen: Sequence[Mapping[str, str]]) -> str:
    settings = [s for s in settings_reference() if s.section == table.name]
    if not table.repeated:
        return "\n".join([f"[{table.name}]", *(_lines(s, chosen[0] if chosen else {}) for s in settings)])
    if not chosen:
        return "\n".join([f"# [[{table.name}]]", *(_lines(s, {}) for s in settings)])
    heading = f"[[{table.name}]]"
    first = "\n".join([heading, *(_lines(s, chosen[0]) for s in settings)])
    others = ["\n".join([heading, *_active(values), ""]) for values in chosen[1:]]
    return "\n".join([first, *others])


def _lines(setting: Setting, values: Mapping[str, str]) -> str:
    """Description and range, then the key: active with its preset, else its default as a comment."""
    is_plain = setting.allowed in ("text", "text, not empty", "true or false")
    notes = ", ".join(
        note for note in ("" if is_plain else setting.allowed, "required" if setting.required else "") if note
    )
    about = f"# {setting.description}" + (f" ({notes})" if notes else "")
    value = values.get(setting.key)
    line = f"# {default_line(setting)}" if value is None else f"{setting.key} = {toml_value(value)}"
    return f"{about}\n{line}\n"


def _active(values: Mapping[str, str]) -> list[str]:
    return [f"{key} = {toml_value(value)}" for key, value in values.items()]
