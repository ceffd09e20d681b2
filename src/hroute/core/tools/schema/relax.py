"""What a grammar can be asked to enforce of a schema; the rest is left to the contract, and named."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from hroute.core.tools.schema.keywords import CHECKS, SUBSCHEMAS, Holds, applies_others, is_note
from hroute.core.tools.schema.patterns import translated
from hroute.core.tools.schema.read import Document, Schema
from hroute.core.tools.schema.references import pointer

# What llguidance 1.9 enforces: its docs/json_schema.md.
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"}
)
_BEYOND_GRAMMARS = frozenset(
    {
        *("not", "if", "then", "else", "uniqueItems", "contains", "minContains", "maxContains"),
        *("dependentRequired", "dependentSchemas", "dependencies", "propertyNames"),
        *("minProperties", "maxProperties", "unevaluatedItems", "unevaluatedProperties"),
    }
)
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems")
_LARGEST_COUNT = 10_000  # no answer is that long; its length is checked afterwards
_LARGEST_FACTOR = 100  # llguidance took 80 ms for a factor of 7919
# Bounds become a regular expression over digits, which llguidance gives up on for the extremes.
_LARGEST_BOUND, _SMALLEST_BOUND = 1e15, 1e-6


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
    closes = not any(_opens(inner) for inner in _dicts(document))
    relaxing = _Relaxing(closes=closes, ref_is_alone=schema.dialect.ignores_beside_ref)
    plain = relaxing.schema(document, "")
    relaxing.drop_lost_references(plain)
    return Relaxed(plain, tuple(relaxing.left_out))


def _opens(schema: dict[str, Any]) -> bool:
    """Whether an object may have more properties than this schema itself declares."""
    others = schema.keys() - {"$ref", "anyOf", "oneOf"}
    if applies_others({keyword: schema[keyword] for keyword in others}):
        return True
    if "properties" not in schema:
        return False
    options = [*(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())]
    return "$ref" in schema or any(_adds(option) for option in options)


def _adds(schema: Any) -> bool:
    return isinstance(schema, dict) and bool(schema.keys() & {"properties", "$ref"})


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the schema; some are no schemas, which only makes the answer more careful."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _dicts(child)


@dataclass
class _Relaxing:
    closes: bool
    ref_is_alone: bool
    left_out: list[str] = field(default_factory=list)
    _references: list[tuple[dict[str, Any], str]] = field(default_factory=list)

    def schema(self, schema: Document, place: str) -> Document:
        if isinstance(schema, bool):
            return schema
        if "$ref" in schema and self.ref_is_alone:
            schema = {key: schema[key] for key in ("$ref", "$defs", "definitions") if key in schema}
        kept: dict[str, Any] = {}
        for keyword, value in _with_prefix(schema).items():
            if is_note(keyword) or (keyword not in CHECKS and keyword not in SUBSCHEMAS):
                continue
            if keyword in _BEYOND_GRAMMARS or self._is_too_much(keyword, value):
                self._leave_out(keyword, place)
                continue
            kept[keyword] = self._value(keyword, value, f"{place}.{keyword}" if place else keyword)
        if "$ref" in kept:
            self._references.append((kept, place))
        return self._object(schema, kept, place)

    def _object(self, schema: dict[str, Any], kept: dict[str, Any], place: str) -> dict[str, Any]:
        if "patternProperties" in schema and "patternProperties" not in kept:
            kept.pop("additionalProperties", None)  # it would now forbid what the patterns allow
            return kept
        if "oneOf" in kept:  # enforced as anyOf
            self._leave_out("oneOf", place)
        if (
            self.closes
            and "properties" in kept
            and not kept.keys() & {"additionalProperties", "patternProperties"}
            and kept["properties"].keys() >= {*kept.get("required", ())}
        ):
            kept["additionalProperties"] = False
        return kept

    def _value(self, keyword: str, value: Any, place: str) -> Any:
        holds = SUBSCHEMAS.get(keyword, Holds.NOTHING)
        if holds is Holds.ONE:
            return self.schema(value, place)
        if holds is Holds.LIST:
            return [self.schema(inner, f"{place}.{i}") for i, inner in enumerate(value)]
        if keyword == "patternProperties":
            return {
                translated(name).grammar or "": self.schema(inner, f"{place}.{name}")
                for name, inner in value.items()
            }
        if holds is Holds.BY_NAME:
            return {name: self.schema(inner, f"{place}.{name}") for name, inner in value.items()}
        if keyword == "pattern":
            return self._pattern(value, place.rpartition(".")[0])
        return int(value) if keyword in _COUNTS else value

    def _pattern(self, pattern: str, place: str) -> str | None:
        if not translated(pattern).is_whole:
            self._leave_out("pattern", place)
        return translated(pattern).grammar

    def _is_too_much(self, keyword: str, value: Any) -> bool:
        check = _TOO_MUCH.get(keyword)
        return check is not None and check(value)

    def _leave_out(self, keyword: str, place: str) -> None:
        self.left_out.append(f"{keyword} at {place or 'the top'}")

    def drop_lost_references(self, document: Document) -> None:
        """Those to what was left out; the document has no others."""
        there = {pointer(path) for path in _paths(document, ())}
        for schema, place in self._references:
            if unquote(schema["$ref"]) not in there:
                del schema["$ref"]
                self._leave_out("$ref", place)


def _paths(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*path, name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _paths(inner, (*path, str(i)))


def _with_prefix(schema: dict[str, Any]) -> dict[str, Any]:
    """The list of `items` of older drafts in the words of the newest."""
    if not isinstance(schema.get("items"), list):
        return {keyword: value for keyword, value in schema.items() if keyword != "additionalItems"}
    lists = {"prefixItems": schema["items"], "items": schema.get("additionalItems", True)}
    return {keyword: value for keyword, value in (schema | lists).items() if keyword != "additionalItems"}


def _is_extreme(bound: float) -> bool:
    return bound != 0 and not _SMALLEST_BOUND <= abs(bound) <= _LARGEST_BOUND


_TOO_MUCH: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_COUNTS, lambda count: bool(count > _LARGEST_COUNT)),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_extreme),
    "multipleOf": lambda factor: factor != int(factor) or factor > _LARGEST_FACTOR,
    "format": lambda name: name not in _FORMATS,
    "pattern": lambda pattern: translated(pattern).grammar is None,
    # llguidance wants them disjoint; and a pattern that matches more names forbids more.
    "patternProperties": lambda patterns: (
        len(patterns) > 1 or not all(translated(one).is_whole and translated(one).grammar for one in patterns)
    ),
    "enum": lambda values: not values,
}
