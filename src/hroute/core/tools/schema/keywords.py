"""The keywords of JSON Schema that hroute understands, in all drafts, and what their values must be."""

import math
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from typing import Any

from hroute.core.tools.schema.limits import MAX_ENUM_VALUES, MAX_NAME_CHARS, MAX_PROPERTIES
from hroute.core.tools.schema.patterns import pattern_problem

TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class Holds(Enum):
    """Where a keyword keeps subschemas."""

    NOTHING = auto()
    ONE = auto()  # `items`: or a list of them, until draft 2019-09
    LIST = auto()
    BY_NAME = auto()  # `dependencies`: or a list of names


# Applied to the same value that the schema itself judges: a cycle through these never ends.
IN_PLACE = frozenset(
    {
        *("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
        *("dependentSchemas", "dependencies"),
    }
)

SUBSCHEMAS: Mapping[str, Holds] = {
    **dict.fromkeys(
        ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"), Holds.ONE
    ),
    **dict.fromkeys(("additionalItems", "unevaluatedItems", "unevaluatedProperties"), Holds.ONE),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), Holds.LIST),
    **dict.fromkeys(
        ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies"),
        Holds.BY_NAME,
    ),
}

# What these lead to is known only while a value is judged.
UNSUPPORTED = frozenset({"$dynamicRef", "$recursiveRef"})

ANNOTATIONS = frozenset(
    {
        *("title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "id", "$vocabulary", "contentEncoding", "contentMediaType", "contentSchema"),
    }
)
# They name places, for references; a checked schema has none of them.
NAMES = frozenset({"$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})

_LARGEST_COUNT = 2**31

KeywordProblem = str | None  # what the value must be; None when it is that


def subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What stands where a schema keeps its subschemas, with the path to it; whatever it is."""
    for keyword, value in schema.items():
        holds = SUBSCHEMAS.get(keyword, Holds.NOTHING)
        if isinstance(value, list) and (holds is Holds.LIST or keyword == "items"):
            yield from (((keyword, str(i)), inner) for i, inner in enumerate(value))
        elif isinstance(value, dict) and holds is Holds.BY_NAME:
            for name, inner in value.items():
                if keyword != "dependencies" or not isinstance(inner, list):
                    yield (keyword, name), inner
        elif holds is Holds.ONE:
            yield (keyword,), value


def applies_others(schema: Mapping[str, Any]) -> bool:
    """Whether other schemas say more of the same value, such as further properties."""
    dependencies = schema.get("dependencies")
    by_name = dependencies.values() if isinstance(dependencies, dict) else ()
    return bool(schema.keys() & _APPLY_OTHERS) or any(isinstance(inner, dict) for inner in by_name)


_APPLY_OTHERS = IN_PLACE - {"not", "dependencies"}


def is_note(keyword: str) -> bool:
    """Whether the keyword tells people or programs something, and forbids nothing."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def _count(value: object) -> KeywordProblem:
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    is_count = is_whole and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT  # type: ignore[operator]
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
    if not isinstance(value, list):
        return "a list of values"
    return None if len(value) <= MAX_ENUM_VALUES else f"at most {MAX_ENUM_VALUES:,} values"


def _pattern(value: object) -> KeywordProblem:
    problem = pattern_problem(value) if isinstance(value, str) else "it is no text"
    return f"a regular expression of ECMA-262 ({problem})" if problem else None


def _schemas(value: object) -> KeywordProblem:
    return None if isinstance(value, list) and value else "a list of schemas"


def _schemas_by_name(value: object) -> KeywordProblem:
    if not isinstance(value, dict):
        return "an object of schemas"
    if len(value) > MAX_PROPERTIES:
        return f"at most {MAX_PROPERTIES} schemas, not {len(value):,}"
    if any(len(name) > MAX_NAME_CHARS for name in value):
        return f"of names with at most {MAX_NAME_CHARS} characters"
    return None


def _by_pattern(value: object) -> KeywordProblem:
    problem = _schemas_by_name(value)
    return problem or next(filter(None, map(_pattern, value)), None)  # type: ignore[call-overload]


def _dependencies(value: object) -> KeywordProblem:
    problem = _schemas_by_name(value)
    lists = [one for one in value.values() if isinstance(one, list)] if isinstance(value, dict) else []
    return problem or next(filter(None, map(_names, lists)), None)


CHECKS: Mapping[str, Callable[[Any], KeywordProblem]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda _value: None,
    "required": _names,
    "dependentRequired": _names_by_name,
    "format": _text,
    "pattern": _pattern,
    "uniqueItems": _flag,
    "multipleOf": _positive,
    **dict.fromkeys(("$ref", "$id", "$anchor", "$dynamicAnchor"), _text),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
    **dict.fromkeys((name for name, holds in SUBSCHEMAS.items() if holds is Holds.LIST), _schemas),
    **dict.fromkeys((name for name, holds in SUBSCHEMAS.items() if holds is Holds.BY_NAME), _schemas_by_name),
    "patternProperties": _by_pattern,
    "dependencies": _dependencies,
}
