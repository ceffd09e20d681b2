"""What a grammar can be asked to enforce of a schema; the rest is left to the contract, and named."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from hroute.core.tools.schema.keywords import ANNOTATIONS, CHECKS, IN_PLACE, SUBSCHEMAS, Holds
from hroute.core.tools.schema.read import Document, Schema

# What llguidance 1.9 enforces: its docs/json_schema.md.
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"}
)
_BEYOND_GRAMMARS = frozenset(
    {
        *("not", "if", "then", "else", "uniqueItems", "contains", "minContains", "maxContains"),
        *("dependentRequired", "dependentSchemas", "propertyNames", "minProperties", "maxProperties"),
    }
)
_LARGEST_COUNT = 10_000  # no answer is that long; its length is checked afterwards
_LARGEST_FACTOR = 100  # llguidance took 80 ms for a factor of 7919
# Bounds become a regular expression over digits, which llguidance gives up on for the extremes.
_LARGEST_BOUND, _SMALLEST_BOUND = 1e15, 1e-6
# Where these meet `properties`, what else is allowed depends on more than one object schema.
_OPENERS = IN_PLACE - {"$ref", "anyOf", "oneOf"}


@dataclass(frozen=True, slots=True)
class Relaxed:
    """`document` is for the grammar; `left_out` names what it does not enforce, as "keyword at place"."""

    document: Document
    left_out: tuple[str, ...]


@lru_cache(maxsize=256)
def relaxed(schema: Schema) -> Relaxed:
    """The schema for a grammar. It allows all that the schema allows, but for undeclared properties:

    an object that says nothing about them is closed, or the model would fill it with inventions.
    """
    document = schema.document
    relaxing = _Relaxing(closes=not any(_opens(inner) for inner in _dicts(document)))
    return Relaxed(relaxing.schema(document, ""), tuple(relaxing.left_out))


def _opens(schema: dict[str, Any]) -> bool:
    return bool(schema.keys() & _OPENERS) or ("$ref" in schema and len(schema) > 1 and "properties" in schema)


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the schema; some are no schemas, which only makes the answer more careful."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _dicts(child)


@dataclass
class _Relaxing:
    closes: bool
    left_out: list[str] = field(default_factory=list)

    def schema(self, schema: Document, place: str) -> Document:
        if isinstance(schema, bool):
            return schema
        kept: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in ANNOTATIONS or (keyword not in CHECKS and keyword not in SUBSCHEMAS):
                continue
            if keyword in _BEYOND_GRAMMARS or self._is_too_much(keyword, value):
                self.left_out.append(f"{keyword} at {place or 'the top'}")
                continue
            kept[keyword] = self._value(keyword, value, f"{place}.{keyword}" if place else keyword)
        if "patternProperties" in schema and "patternProperties" not in kept:
            kept.pop("additionalProperties", None)  # it would now forbid what the patterns allow
            return kept
        if "oneOf" in kept:  # enforced as anyOf
            self.left_out.append(f"oneOf at {place or 'the top'}")
        if (
            self.closes
            and "properties" in kept
            and not kept.keys() & {"additionalProperties", "patternProperties"}
        ):
            kept["additionalProperties"] = False
        return kept

    def _value(self, keyword: str, value: Any, place: str) -> Any:
        holds = SUBSCHEMAS.get(keyword, Holds.NOTHING)
        if holds is Holds.ONE:
            return self.schema(value, place)
        if holds is Holds.LIST:
            return [self.schema(inner, f"{place}.{i}") for i, inner in enumerate(value)]
        if holds is Holds.BY_NAME:
            return {name: self.schema(inner, f"{place}.{name}") for name, inner in value.items()}
        return value

    def _is_too_much(self, keyword: str, value: Any) -> bool:
        check = _TOO_MUCH.get(keyword)
        return check is not None and check(value)


def _is_extreme(bound: float) -> bool:
    return bound != 0 and not _SMALLEST_BOUND <= abs(bound) <= _LARGEST_BOUND


_TOO_MUCH: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems"), lambda count: bool(count > _LARGEST_COUNT)
    ),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_extreme),
    "multipleOf": lambda factor: factor != int(factor) or factor > _LARGEST_FACTOR,
    "format": lambda name: name not in _FORMATS,
    "patternProperties": lambda patterns: len(patterns) > 1,  # llguidance wants them disjoint
}
