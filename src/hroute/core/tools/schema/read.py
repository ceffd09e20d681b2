"""A JSON Schema as a checked, frozen value; every fault of a definition names its place and keyword."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from hroute.core.errors import UsageError
from hroute.core.tools.schema.keywords import (
    ANNOTATIONS,
    CHECKS,
    SUBSCHEMAS,
    UNSUPPORTED,
    Holds,
    pattern_problem,
)
from hroute.core.tools.schema.limits import MAX_NAME_CHARS, MAX_PROPERTIES, check_size
from hroute.core.tools.schema.references import SubschemaNode, check_references, pointer
from hroute.core.tools.schema.short_form import parse_short_form

Document = dict[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Schema:
    """`text` is the schema as JSON; a text is frozen, and the key of every cache.

    `unknown` names the keywords that mean nothing here, as "keyword at place": they are not enforced.
    `source` is the text that it was read from, maybe in the short form.
    """

    text: str
    unknown: tuple[str, ...] = ()
    source: str = field(default="", compare=False, repr=False)

    @property
    def binds(self) -> bool:
        return True

    @property
    def document(self) -> Document:
        document: Document = json.loads(self.text)
        return document


@lru_cache(64)
def read_schema(text: str, where: str = "--schema") -> Schema:
    """A JSON Schema, or the short form `name: str, age: int`. Raises UsageError."""
    is_json = text.lstrip()[:1] in ("{", "[") or text.strip() in ("true", "false")
    document = read_json(text, where) if is_json else parse_short_form(text, where)
    return replace(schema_of(document, where), source=text)


def read_json(text: str, where: str) -> object:
    """Plain JSON; a text that Python cannot read for its depth or a number's length is refused as well."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise UsageError(f"{where}: not JSON: {exc.msg} at line {exc.lineno}, column {exc.colno}") from exc
    except RecursionError as exc:
        raise UsageError(f"{where}: nested too deep to be read", "flatten it") from exc
    except ValueError as exc:
        raise UsageError(f"{where}: not JSON: {exc}") from exc


def schema_of(document: object, where: str) -> Schema:
    """Checks a schema that was read from JSON. Raises UsageError."""
    check_size(document, where)
    check = _Check(where)
    check.schema(document, ())
    check_references(check.places, where)
    if document is False or document == {"not": {}}:
        raise UsageError(f"{where}: false allows no answer at all")
    plain = _without_identity(document)
    return Schema(json.dumps(plain, ensure_ascii=False, allow_nan=False), tuple(check.unknown))


def _without_identity(document: object) -> object:
    """The schema has one name here, '#': an $id would move what its $refs are relative to."""
    if not isinstance(document, dict):
        return document
    return {key: value for key, value in document.items() if key not in ("$id", "$schema")}


@dataclass
class _Check:
    """Walks a schema once and remembers where subschemas are."""

    where: str
    unknown: list[str] = field(default_factory=list)
    places: dict[str, SubschemaNode] = field(default_factory=dict)

    def schema(self, schema: object, path: tuple[str, ...]) -> None:
        if not isinstance(schema, dict | bool):
            raise self._error(path, f"is {_shown(schema)}, must be a schema: an object, true or false")
        place = SubschemaNode()
        self.places[pointer(path)] = place
        if isinstance(schema, bool):
            return
        for keyword, value in schema.items():
            self._keyword(keyword, value, path)
            for child, inner in self._subschemas(keyword, value, path):
                place.add(keyword, pointer(child))
                self.schema(inner, child)
        place.require(schema, path)
        if isinstance(target := schema.get("$ref"), str):
            place.refer(target)

    def _keyword(self, keyword: str, value: object, path: tuple[str, ...]) -> None:
        if keyword in UNSUPPORTED:
            raise self._error(path, f"{keyword} is not supported", UNSUPPORTED[keyword])
        if keyword == "$id" and path:
            raise self._error(path, "$id inside a schema is not supported", "use $ref to '#/$defs/...'")
        if keyword not in CHECKS and keyword not in SUBSCHEMAS:
            if keyword not in ANNOTATIONS:
                self.unknown.append(f"{keyword} at {_spoken(path)}")
            return
        problem = CHECKS[keyword](value) if keyword in CHECKS else None
        if problem:
            raise self._error(path, f"{keyword} is {_shown(value)}, must be {problem}")

    def _subschemas(
        self, keyword: str, value: object, path: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], object]]:
        holds = SUBSCHEMAS.get(keyword, Holds.NOTHING)
        if holds is Holds.ONE:
            yield (*path, keyword), value
        elif holds is Holds.LIST:
            if not isinstance(value, list) or not value:
                raise self._error(path, f"{keyword} is {_shown(value)}, must be a list of schemas")
            yield from (((*path, keyword, str(i)), inner) for i, inner in enumerate(value))
        elif holds is Holds.BY_NAME:
            if not isinstance(value, dict):
                raise self._error(path, f"{keyword} is {_shown(value)}, must be an object of schemas")
            self._names(keyword, value, path)
            yield from (((*path, keyword, name), inner) for name, inner in value.items())

    def _names(self, keyword: str, named: Mapping[str, object], path: tuple[str, ...]) -> None:
        if len(named) > MAX_PROPERTIES:
            raise self._error(
                path, f"{keyword} has {len(named):,} entries, at most {MAX_PROPERTIES} are allowed"
            )
        for name in named:
            if keyword == "patternProperties" and (problem := pattern_problem(name)):
                raise self._error(path, f"patternProperties has {_shown(name)}, must be {problem}")
            if len(name) > MAX_NAME_CHARS:
                raise self._error(path, f"{keyword} has a name of {len(name):,} characters")
            if any(ord(c) < 32 or ord(c) == 127 for c in name):
                raise self._error(path, f"{keyword} has the name {_shown(name)} with a control character")

    def _error(self, path: tuple[str, ...], what: str, hint: str = "") -> UsageError:
        return UsageError(f"{self.where}: {_spoken(path)}: {what}", hint)


def _spoken(path: tuple[str, ...]) -> str:
    return ".".join(path) if path else "the schema"


def _shown(value: object) -> str:
    """The value as JSON, cut to what fits a message."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
