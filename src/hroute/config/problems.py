"""Turns what pydantic finds into sentences: where, which key, which value, what is allowed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from hroute.config.reference import Setting, find, settings_reference, table, tables
from hroute.config.secrecy import has_key, without_keys
from hroute.core.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from hroute.config.lines import Loc

KEY_HINT = (
    'keys do not belong here: name a variable, api_key_env = "OPENAI_API_KEY", or a command, api_key_cmd'
)

SECRET_WORDS = ("key", "api_key", "apikey", "api-key", "token", "api_token", "secret", "password")
MAX_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was set: a line of the file, an environment variable or a flag."""

    source: str
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    origin: Origin
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.origin}: {self.text}" if self.origin.source else self.text


def config_error(error: "ValidationError", origin_of: "Callable[[Loc], Origin]") -> ConfigError:
    """One error for all that is wrong: the first in the message, the others in the hint."""
    found = [(origin_of(e["loc"]), e) for e in error.errors(include_url=False)]
    found.sort(key=lambda pair: pair[0].line or 0)
    return as_error([_problem(e, origin) for origin, e in found[:MAX_SHOWN]], len(found))


def as_error(problems: list[Problem], total: int = 1) -> ConfigError:
    """The error for the first of `total` problems."""
    first, *others = problems
    more = [f"and {total - 1} more:", *(f"  {p}" for p in others)] if others else []
    hints = dict.fromkeys(p.hint for p in (first, *(p for p in others if p.hint == KEY_HINT)) if p.hint)
    return ConfigError(str(first), "\n  ".join([*hints, *more]))


def dotted(loc: "Loc") -> str:
    """The key as the user would write it."""
    return without_keys(".".join(_part(part) for part in loc))


def shown_value(value: object, key: str = "") -> str:
    """The value as it would stand in TOML, short, and without anything that may be a key."""
    if key.startswith("api_key"):
        return "(hidden)"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = json.dumps(value) if isinstance(value, (str, bool)) else str(value)
    text = without_keys(text)
    return text if len(text) <= 80 else f"{text[:76]}..."


def did_you_mean(word: str, possible: list[str]) -> str:
    """`; did you mean ...?` or nothing."""
    close = get_close_matches(word, possible, n=1, cutoff=0.7)
    return f"; did you mean {close[0]}?" if close else ""


def _part(part: str | int) -> str:
    text = str(part)
    return text if text.replace("-", "").replace("_", "").isalnum() and text.isascii() else json.dumps(text)


def _problem(error: Any, origin: Origin) -> Problem:
    loc: Loc = error["loc"]
    kind: str = error["type"]
    if kind == "extra_forbidden":
        return _unknown(loc, error["input"], origin)
    if kind == "missing":
        return Problem(origin, f"{dotted(loc)} is missing")
    if kind == "value_error":
        where = f"{dotted(loc)}: " if loc else ""
        return Problem(origin, f"{where}{error['ctx']['error']}")
    return _wrong_value(loc, error, origin)


def _unknown(loc: "Loc", value: object, origin: Origin) -> Problem:
    word = str(loc[-1])
    what = "table" if isinstance(value, Mapping) else "key"
    section = _section(loc)
    guess = did_you_mean(word, _siblings(section))
    homes = [s.section for s in settings_reference() if s.key == word and s.section != section]
    if not guess and homes:
        guess = f"; it belongs {f'in {_heading(homes[0])}' if homes[0] else 'above the first [table]'}"
    is_secret = word.lower() in SECRET_WORDS or (isinstance(value, str) and has_key(value))
    return Problem(origin, f"unknown {what} {dotted(loc)}{guess}", KEY_HINT if is_secret else "")


def _wrong_value(loc: "Loc", error: Any, origin: Origin) -> Problem:
    setting = _setting_at(loc)
    if setting is None:
        heading = _heading(_section((*loc, "")))
        what = "a list of tables, each under" if heading.startswith("[[") else "a table,"
        return Problem(origin, f"{dotted(loc)} must be {what} {heading}")
    is_range = error["type"].startswith(("greater", "less"))
    value = shown_value(error["input"], setting.key)
    hint = KEY_HINT if setting.key.startswith("api_key") else ""
    return Problem(origin, f"{dotted(loc)} is {value}, must be {_must_be(setting, is_range=is_range)}", hint)


def _must_be(setting: Setting, *, is_range: bool) -> str:
    if is_range or setting.type in (str, bool) or setting.allowed == setting.kind:
        return setting.allowed
    return f"{setting.kind}, {setting.allowed}"


def _setting_at(loc: "Loc") -> Setting | None:
    return find(_section(loc), str(loc[-1])) if loc else None


def _section(loc: "Loc") -> str:
    return ".".join(part for part in loc[:-1] if isinstance(part, str))


def _siblings(section: str) -> list[str]:
    """The keys and tables that may stand in a table."""
    prefix = f"{section}." if section else ""
    inner = [t.name.removeprefix(prefix).split(".")[0] for t in tables() if t.name.startswith(prefix)]
    return [*(s.key for s in settings_reference() if s.section == section), *dict.fromkeys(inner)]


def _heading(section: str) -> str:
    found = table(section)
    return f"[[{section}]]" if found and found.repeated else f"[{section}]"
