"""Pydantic types built from a schema, for the schemas that pydantic can express exactly."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, Union

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    create_model,
)

from hroute.core.tools.schema.formats import keeps
from hroute.core.tools.schema.keywords import ANNOTATIONS
from hroute.core.tools.schema.read import Document, Schema

_MAX_MODELS = 100  # a model takes 0.3 ms to build: schemas with more are interpreted
_MAX_DEPTH = 16  # pydantic builds nested types with 15 Python frames a level
_BOUNDS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}


class _BeyondPydanticError(Exception):
    """The schema says something that no pydantic type says."""


@lru_cache(maxsize=128)
def adapter_of(schema: Schema) -> TypeAdapter[Any] | None:
    """What validates exactly the values that the schema allows; None when pydantic cannot say it."""
    try:
        return TypeAdapter(_Builder().type_of(schema.document))
    except _BeyondPydanticError:
        return None


class _Builder:
    def __init__(self) -> None:
        self._models = self._depth = 0

    def type_of(self, schema: Document) -> Any:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _BeyondPydanticError
        built = self._type_of(schema)
        self._depth -= 1
        return built

    def _type_of(self, schema: Document) -> Any:
        if schema is True:
            return Any
        if schema is False:
            raise _BeyondPydanticError
        rules = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
        if "enum" in rules or "const" in rules:
            return _one_of(rules)
        if "anyOf" in rules:
            return self._any_of(rules)
        kind = rules.pop("type", None)
        if isinstance(kind, list):
            return self._union({"type": one, **_about(one, rules)} for one in kind)
        if kind is None and not rules:
            return Any
        return self._of_kind(kind, rules)

    def _of_kind(self, kind: str | None, rules: dict[str, Any]) -> Any:
        if kind == "object":
            return self._object(rules)
        if kind == "array":
            inner = self.type_of(rules.pop("items", True))
            limits = _renamed(rules, {"minItems": "min_length", "maxItems": "max_length"})
            return Annotated[list[inner], Field(strict=True, **limits)]  # type: ignore[valid-type]  # made at run time
        return _scalar(kind, rules)

    def _any_of(self, rules: dict[str, Any]) -> Any:
        if rules.keys() != {"anyOf"}:
            raise _BeyondPydanticError
        return self._union(rules["anyOf"])

    def _union(self, schemas: Any) -> Any:
        return Union[tuple(self.type_of(schema) for schema in schemas)]  # noqa: UP007  made of a list

    def _object(self, rules: dict[str, Any]) -> Any:
        properties, required = rules.pop("properties", {}), set(rules.pop("required", ()))
        extra = rules.pop("additionalProperties", True)
        if rules or required - properties.keys() or not isinstance(extra, bool):
            raise _BeyondPydanticError
        self._models += 1
        if self._models > _MAX_MODELS:
            raise _BeyondPydanticError
        fields: dict[str, Any] = {}
        for number, (name, schema) in enumerate(properties.items()):
            default = ... if name in required else None
            fields[f"field_{number}"] = (self.type_of(schema), Field(default, alias=name))
        config = ConfigDict(strict=True, extra="allow" if extra else "forbid")
        return create_model("Arguments", __config__=config, **fields)


def _about(kind: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """Of the rules beside a list of types, those that speak of this one; the others are refused elsewhere."""
    about = {
        "string": {"minLength", "maxLength", "pattern", "format"},
        "array": {"items", "minItems", "maxItems"},
        "object": {"properties", "required", "additionalProperties"},
        "integer": _BOUNDS.keys(),
        "number": _BOUNDS.keys(),
    }
    if rules.keys() - set().union(*about.values()):
        raise _BeyondPydanticError
    return {key: value for key, value in rules.items() if key in about.get(kind, ())}


def _one_of(rules: dict[str, Any]) -> Any:
    """An enumeration of plain values; its `type` adds nothing when all of them have it."""
    values = rules.pop("enum", None) or [rules.pop("const", None)]
    kinds = rules.pop("type", None)
    if rules or not all(value is None or isinstance(value, str | bool | int) for value in values):
        raise _BeyondPydanticError
    if kinds is not None and not all(
        _kind(value) in ([kinds] if isinstance(kinds, str) else kinds) for value in values
    ):
        raise _BeyondPydanticError
    # 1 and true are one key of a dict, and one Literal: told apart by their own branch.
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    others = [value for value in values if value not in numbers or isinstance(value, bool)]
    branches = [Annotated[Literal[tuple(numbers)], BeforeValidator(_whole)]] if numbers else []
    branches += [Annotated[Literal[tuple(others)], BeforeValidator(_no_number)]] if others else []
    return Union[tuple(branches)]  # noqa: UP007  made of a list


def _kind(value: object) -> str:
    names = {str: "string", bool: "boolean", int: "integer"}
    return "null" if value is None else names[type(value)]


def _scalar(kind: str | None, rules: dict[str, Any]) -> Any:
    if kind == "string":
        wanted = rules.pop("format", None)
        limits = _renamed(rules, {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"})
        text = Annotated[str, StringConstraints(strict=True, **limits)]
        return Annotated[text, AfterValidator(_format_check(wanted))] if wanted else text
    if kind == "integer":
        bounds = _renamed(rules, _BOUNDS)
        return Annotated[int, BeforeValidator(_whole), Field(strict=True, **bounds)]
    if kind == "number" and "multipleOf" not in rules:  # of floats, it is a question of exact fractions
        return Annotated[float, BeforeValidator(_no_flag), Field(strict=True, **_renamed(rules, _BOUNDS))]
    if kind in ("boolean", "null") and not rules:
        return Annotated[bool, Field(strict=True)] if kind == "boolean" else None
    raise _BeyondPydanticError


def _renamed(rules: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    if rules.keys() - names.keys():
        raise _BeyondPydanticError
    return {names[key]: value for key, value in rules.items()}


def _whole(value: object) -> object:
    """JSON knows one kind of number: 5.0 is an integer (draft 2020-12, 4.2.3)."""
    if isinstance(value, bool):
        raise ValueError("a number, not a truth value")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_flag(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a number, not a truth value")
    return value


def _no_number(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError("not a number")
    return value


def _format_check(name: str) -> Any:
    def check(text: str) -> str:
        if not keeps(name, text):
            raise ValueError(f"a text in the format {name}")
        return text

    return check
