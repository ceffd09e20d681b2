"""Whether a value keeps a schema; if not, where it breaks it and what was wanted there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hroute.core.tools.schema import interpret
from hroute.core.tools.schema.read import Document, Schema

if TYPE_CHECKING:
    from jsonschema import ValidationError

_SHOWN_CHARS = 120
_TOO_MUCH_WORK = "an answer that can be checked in reasonable time: this schema multiplies the work"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """`path` leads to the offending part of the value; `wanted` completes "wanted: ..."."""

    path: Path
    wanted: str


def complaint(schema: Schema, value: object) -> Complaint | None:
    """None when the value keeps the schema. The value is what JSON gives: dicts, lists, texts, numbers."""
    try:
        error = interpret.first_error(schema, value)
    except interpret.TooMuchWorkError:
        return Complaint((), _TOO_MUCH_WORK)
    return None if error is None else Complaint(tuple(error.absolute_path), _wanted(error))


def _wanted(error: "ValidationError") -> str:
    """The rule that was broken, in words; jsonschema's own message where a rule takes more than that."""
    rule: Any = error.schema
    if error.validator == "required" and isinstance(error.instance, dict):
        name = next(name for name in rule["required"] if name not in error.instance)
        return f"the property {_quoted(name)}, which is missing"
    if error.validator == "additionalProperties" and rule["additionalProperties"] is False:
        names = _cut(", ".join(map(_quoted, rule.get("properties", ())))) or "none"
        return f"no property {_quoted(error.absolute_path[-1])}; the known ones: {names}"
    words = describe(rule) if isinstance(rule, dict) and error.validator in _DESCRIBED else ""
    return words or _cut(error.message)


def wanted_at(schema: Schema, path: Path) -> str:
    """The schema's rule for a place, in words; empty when it takes more than a walk to tell."""
    inner = _subschema(schema.document, path)
    return describe(inner) if isinstance(inner, dict) else ""


def _subschema(schema: Document | None, path: Path) -> Document | None:
    for step in path:
        if not isinstance(schema, dict):
            return None
        inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        schema = inner if isinstance(inner, dict) else None
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


_DESCRIBED = {"type", "enum", "const", "anyOf", *_RULES}


def _rules(schema: Mapping[str, Any]) -> list[str]:
    return [text.format(schema[keyword]) for keyword, text in _RULES.items() if keyword in schema]


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"
