"""Whether a value keeps a schema; if not, where it breaks it and what was wanted there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hroute.core.tools.schema import interpret
from hroute.core.tools.schema.read import Document, Schema
from hroute.core.tools.schema.shapes import adapter_of

_SHOWN_CHARS = 120

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """`path` leads to the offending part of the value; `wanted` completes "wanted: ..."."""

    path: Path
    wanted: str


def complaint(schema: Schema, value: object) -> Complaint | None:
    """None when the value keeps the schema. The value is what JSON gives: dicts, lists, texts, numbers."""
    adapter = adapter_of(schema)
    if adapter is None:
        return _interpreted(schema, value)
    try:
        adapter.validate_python(value)
    except ValidationError as exc:
        error = exc.errors(include_url=False, include_context=False)[0]
        path = _within(value, error["loc"])
        if error["type"] == "missing":
            return Complaint(path, f"the property {_quoted(error['loc'][-1])}, which is missing")
        if error["type"] == "extra_forbidden":
            return Complaint(path, _only_known(schema, path))
        return Complaint(path, wanted_at(schema, path) or str(error["msg"]))
    return None


def _interpreted(schema: Schema, value: object) -> Complaint | None:
    try:
        error = interpret.first_error(schema, value)
    except interpret.TooMuchWorkError:
        return Complaint(
            (), "an answer that can be checked in reasonable time: this schema multiplies the work"
        )
    if error is None:
        return None
    path, message = error
    return Complaint(path, _cut(message))


def _within(value: object, location: Sequence[str | int]) -> Path:
    """The part of an error's location that leads through the value; pydantic adds names of branches."""
    path: list[str | int] = []
    for step in location:
        inside = _inside(value, step)
        if inside is not None:
            [value] = inside
            path.append(step)
    return tuple(path)


def _inside(value: object, step: str | int) -> list[object] | None:
    if isinstance(value, dict) and step in value:
        return [value[step]]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [value[step]]
    return None


def _only_known(schema: Schema, path: Path) -> str:
    parent = _subschema(schema.document, path[:-1])
    known = parent.get("properties", {}) if isinstance(parent, dict) else {}
    names = _cut(", ".join(map(_quoted, known))) or "none"
    return f"no property {_quoted(path[-1])}; the known ones: {names}"


def wanted_at(schema: Schema, path: Path) -> str:
    """The schema's rule for a place, in words; empty when it takes more than a walk to tell."""
    inner = _subschema(schema.document, path)
    return describe(inner) if isinstance(inner, dict) else ""


def _subschema(schema: Document | None, path: Path) -> Document | None:
    for step in path:
        if not isinstance(schema, dict):
            return None
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
    return schema


def describe(schema: Mapping[str, Any]) -> str:
    """A subschema in words, e.g. `an integer of at least 1`."""
    if "enum" in schema:
        return _cut("one of " + ", ".join(map(_quoted, schema["enum"])))
    if "const" in schema:
        return _cut(_quoted(schema["const"]))
    if "anyOf" in schema:
        inner = [describe(option) for option in schema["anyOf"] if isinstance(option, dict)]
        return _cut(" or ".join(filter(None, inner)))
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(_ARTICLES[kind] for kind in kinds)
    return _cut(" ".join(filter(None, [words, *_rules(schema)])))


_ARTICLES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_RULES = {
    "minimum": "of at least {}",
    "maximum": "of at most {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "multipleOf": "that is a multiple of {}",
    "minLength": "of at least {} characters",
    "maxLength": "of at most {} characters",
    "pattern": "matching {}",
    "format": "in the format {}",
    "minItems": "of at least {} items",
    "maxItems": "of at most {} items",
}


def _rules(schema: Mapping[str, Any]) -> list[str]:
    return [text.format(schema[keyword]) for keyword, text in _RULES.items() if keyword in schema]


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"
