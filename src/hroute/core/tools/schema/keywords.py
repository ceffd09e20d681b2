"""The JSON Schema keywords (draft 2020-12) that hroute understands, and what their values must be."""

import math
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

from hroute.core.tools.schema.limits import MAX_ENUM_VALUES, MAX_PATTERN_CHARS

TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class Holds(Enum):
    """Where a keyword keeps subschemas."""

    NOTHING = auto()
    ONE = auto()
    LIST = auto()
    BY_NAME = auto()


# Applied to the same value that the schema itself judges: a cycle through these never ends.
IN_PLACE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})

SUBSCHEMAS: Mapping[str, Holds] = {
    **dict.fromkeys(
        ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"), Holds.ONE
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), Holds.LIST),
    **dict.fromkeys(
        ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), Holds.BY_NAME
    ),
}

# Known, and beyond what is checked here: better an error than a rule that nobody enforces.
UNSUPPORTED: Mapping[str, str] = {
    "$dynamicRef": "use $ref",
    "$recursiveRef": "use $ref",
    "$anchor": "use $defs and a $ref to '#/$defs/...'",
    "$dynamicAnchor": "use $defs and a $ref to '#/$defs/...'",
    "unevaluatedProperties": "use additionalProperties",
    "unevaluatedItems": "use items",
    "additionalItems": "use prefixItems and items",
    "dependencies": "use dependentRequired or dependentSchemas",
}

ANNOTATIONS = frozenset(
    {
        *("title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "$schema", "$id", "contentEncoding", "contentMediaType"),
    }
)

_LARGEST_COUNT = 2**31

KeywordProblem = str | None  # what the value must be; None when it is that


def _count(value: object) -> KeywordProblem:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT
    return None if is_count else "a whole number from 0 to 2^31"


def _number(value: object) -> KeywordProblem:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "a number"
    try:
        return None if math.isfinite(value) else "a finite number"
    except OverflowError:
        return "a number of at most 300 digits"


def _positive(value: object) -> KeywordProblem:
    problem = _number(value)
    return problem or (None if isinstance(value, int | float) and value > 0 else "a number above 0")


def _flag(value: object) -> KeywordProblem:
    return None if isinstance(value, bool) else "true or false"


def _text(value: object) -> KeywordProblem:
    return None if isinstance(value, str) else "a text"


def _names(value: object) -> KeywordProblem:
    is_names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return None if is_names else "a list of property names"


def _names_by_name(value: object) -> KeywordProblem:
    is_map = isinstance(value, dict) and not any(map(_names, value.values()))
    return None if is_map else "an object with a list of property names for each property"


def _type(value: object) -> KeywordProblem:
    names = value if isinstance(value, list) and value else [value]
    return None if all(name in TYPES for name in names) else "one or a list of " + ", ".join(TYPES)


def _enum(value: object) -> KeywordProblem:
    if not isinstance(value, list) or not value:
        return "a list with at least one value"
    return None if len(value) <= MAX_ENUM_VALUES else f"at most {MAX_ENUM_VALUES:,} values"


def pattern_problem(value: object) -> KeywordProblem:
    """Patterns run on Rust's engine, whose time is linear: no (a+)+ can hang it, nor Python's `re`."""
    if not isinstance(value, str):
        return "a regular expression"
    if len(value) > MAX_PATTERN_CHARS:
        return f"a regular expression of at most {MAX_PATTERN_CHARS} characters"
    error = _compile_error(value)
    return (
        None
        if error is None
        else f"a regular expression in Rust's syntax, which runs in linear time ({error})"
    )


@lru_cache(maxsize=256)
def _compile_error(pattern: str) -> str | None:
    try:
        matcher(pattern)
    except SchemaError as exc:
        return str(exc).strip().splitlines()[-1].strip().removeprefix("error: ").removeprefix("SchemaError: ")
    return None


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether the pattern is found anywhere in a text, as JSON Schema means it. Raises SchemaError."""
    return SchemaValidator(core_schema.str_schema(pattern=pattern, strict=True)).isinstance_python


CHECKS: Mapping[str, Callable[[Any], KeywordProblem]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda _value: None,
    "required": _names,
    "dependentRequired": _names_by_name,
    "format": _text,
    "pattern": pattern_problem,
    "$ref": _text,
    "uniqueItems": _flag,
    "multipleOf": _positive,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
}
