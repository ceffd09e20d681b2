"""Every setting as a row: the source of the commented file, of hroute.toml(5) and of error messages."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hroute.core.settings import Settings

KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    str: "text",
    dict: "a table of JSON values",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the file. `section` is its table, "" at the top; `default` None means: not set."""

    section: str
    key: str
    type: type
    allowed: str
    default: object
    required: bool
    repeated: bool  # the section is a list of tables, [[section]]
    description: str
    choices: tuple[str, ...] = ()  # the values, where they are few

    @property
    def name(self) -> str:
        """The key as `config set` takes it; an entry of a list is named by its place."""
        return ".".join(part for part in (self.section, "0" if self.repeated else "", self.key) if part)

    @property
    def kind(self) -> str:
        return KINDS.get(self.type, "text")


@dataclass(frozen=True, slots=True)
class ConfigTable:
    """One table of the file."""

    name: str
    repeated: bool
    description: str


@cache
def settings_reference() -> tuple[Setting, ...]:
    """All settings, those of the top level first, then table by table."""
    return tuple(_settings_of(Settings, "", repeated=False))


@cache
def tables() -> tuple[ConfigTable, ...]:
    """All tables that hold settings of their own."""
    return tuple(_tables_of(Settings, ""))


def find(section: str, key: str) -> Setting | None:
    return next((s for s in settings_reference() if (s.section, s.key) == (section, key)), None)


def table(name: str) -> ConfigTable | None:
    return next((t for t in tables() if t.name == name), None)


def _settings_of(model: type[BaseModel], section: str, *, repeated: bool) -> Iterator[Setting]:
    for key, info in model.model_fields.items():
        if _table_of(info.annotation) is None:
            yield _setting(section, key, info, repeated=repeated)
    for key, inner, is_list in _inner_tables(model):
        yield from _settings_of(inner, _join(section, key), repeated=is_list)


def _tables_of(model: type[BaseModel], section: str) -> Iterator[ConfigTable]:
    for key, inner, is_list in _inner_tables(model):
        name = _join(section, key)
        if any(_table_of(info.annotation) is None for info in inner.model_fields.values()):
            yield ConfigTable(name, is_list, model.model_fields[key].description or "")
        yield from _tables_of(inner, name)


def _inner_tables(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel], bool]]:
    for key, info in model.model_fields.items():
        found = _table_of(info.annotation)
        if found is not None:
            yield key, found[0], found[1]


def _table_of(annotation: Any) -> tuple[type[BaseModel], bool] | None:
    """The model that an annotation names, and whether it is a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    if get_origin(annotation) is tuple:
        first = get_args(annotation)[0]
        return (first, True) if isinstance(first, type) and issubclass(first, BaseModel) else None
    return None


def _setting(section: str, key: str, info: FieldInfo, *, repeated: bool) -> Setting:
    base, marks = _unwrap(info.annotation, info.metadata)
    return Setting(
        section=section,
        key=key,
        type=type(get_args(base)[0]) if get_origin(base) is Literal else get_origin(base) or base,
        allowed=_allowed(base, marks),
        default=None if info.is_required() else info.default,
        required=info.is_required(),
        repeated=repeated,
        description=info.description or "",
        choices=_choices(base),
    )


def _choices(base: Any) -> tuple[str, ...]:
    if get_origin(base) is Literal:
        return tuple(map(str, get_args(base)))
    return ("true", "false") if base is bool else ()


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The type under Optional and Annotated, with every mark found on the way."""
    if isinstance(annotation, FieldInfo):
        return _unwrap(annotation.annotation, [*metadata, *annotation.metadata])
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        flat = [m for mark in marks for m in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
        return _unwrap(inner, [*metadata, *flat])
    if get_origin(annotation) in (Union, types.UnionType):
        some = next(arg for arg in get_args(annotation) if arg is not type(None))
        return _unwrap(some, metadata)
    return annotation, metadata


def _allowed(base: Any, marks: list[Any]) -> str:
    """What a value may be, in words that fit after "must be"."""
    if get_origin(base) is Literal:
        return alternatives([f'"{choice}"' for choice in get_args(base)])
    # A mark that is plain text says in words what a pattern allows: see core/settings.
    words = next((mark for mark in marks if isinstance(mark, str)), "")
    if words:
        return words
    if base is str:
        return "text, not empty" if any(isinstance(m, MinLen) for m in marks) else "text"
    return _range(marks) or KINDS.get(base, "text")


def _range(marks: list[Any]) -> str:
    low = next((f"{m.ge:,}" for m in marks if isinstance(m, Ge)), None)
    above = next((f"{m.gt:,}" for m in marks if isinstance(m, Gt)), None)
    high = next((f"{m.le:,}" for m in marks if isinstance(m, Le)), None)
    if above is not None:
        return f"more than {above}" + (f", up to {high}" if high else "")
    if low is not None:
        return f"{low} to {high}" if high else f"{low} or more"
    return f"up to {high}" if high else ""


def alternatives(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _join(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key
