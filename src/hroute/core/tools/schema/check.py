"""Goes through a schema once: every keyword has a value that it can have, every `$ref` leads to a schema."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hroute.core.tools.schema.dialects import Dialect
from hroute.core.tools.schema.keywords import CHECKS, NAMES, SUBSCHEMAS, UNSUPPORTED, is_note, subschemas
from hroute.core.tools.schema.references import SubschemaNode, place_of, pointer
from hroute.core.tools.schema.resolve import Path, References, UnresolvableError


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """A keyword that cannot be enforced, and why; `path` leads to its schema."""

    path: Path
    keyword: str
    what: str
    hint: str = ""

    @property
    def place(self) -> str:
        return ".".join(self.path) if self.path else "the schema"

    @property
    def note(self) -> str:
        return f"{self.keyword} at {self.place}"


@dataclass
class Check:
    """Changes `document` in place: a keyword that `on_fault` lets pass is left out, and so are names.

    Afterwards every `$ref` is a pointer from the root, so that nobody else needs to know names and addresses.
    `unknown` are the keywords that mean nothing in this dialect.
    """

    document: Any
    dialect: Dialect
    on_fault: Callable[[SchemaFault], None]
    unknown: list[SchemaFault] = field(default_factory=list)
    _seen: dict[Path, Any] = field(default_factory=dict)

    def run(self) -> dict[str, SubschemaNode]:
        """The subschemas by their pointers, parents first. Raises what `on_fault` does."""
        if not isinstance(self.document, dict | bool):
            self.on_fault(SchemaFault((), "schema", f"is {shown(self.document)}, {_MUST_BE}"))
            self.document = {}
        self._schema(self.document, ())
        targets = self._targets()
        for path, target in targets.items():
            _refer(self._seen[path], target)
        for schema in self._seen.values():
            _remove(schema, NAMES)
        return {pointer(path): place_of(schema, path) for path, schema in self._all().items()}

    def _all(self) -> dict[Path, Any]:
        """What was seen, and what came instead of references to false."""
        forbid_all = [path for path, schema in self._seen.items() if _rules(schema).get("not") == {}]
        return {**self._seen, **{(*path, "not"): {} for path in forbid_all}}

    def _schema(self, schema: Any, path: Path) -> None:
        self._seen[path] = schema
        if isinstance(schema, bool):
            return
        for keyword in [*schema]:
            self._keyword(schema, keyword, path)
        for inner_path, inner in [*subschemas(schema)]:
            there = (*path, *inner_path)
            if not isinstance(inner, dict | bool):
                self.on_fault(SchemaFault(there, inner_path[0], f"is {shown(inner)}, {_MUST_BE}"))
                inner = _put_anything(schema, inner_path)  # noqa: PLW2901
            self._schema(inner, there)

    def _keyword(self, schema: dict[str, Any], keyword: str, path: Path) -> None:
        value = schema[keyword]
        fault = self._fault(keyword, value, path)
        if fault is not None:
            self.on_fault(fault)
            del schema[keyword]
        elif not self.dialect.knows(keyword) or not (
            keyword in CHECKS or keyword in SUBSCHEMAS or keyword in NAMES or is_note(keyword)
        ):
            self.unknown.append(SchemaFault(path, keyword, "means nothing"))

    def _fault(self, keyword: str, value: Any, path: Path) -> SchemaFault | None:
        if keyword in UNSUPPORTED:
            return SchemaFault(path, keyword, f"{keyword} is not supported", "use $ref")
        problem = CHECKS[keyword](value) if keyword in CHECKS else None
        if keyword == "items" and isinstance(value, list) and self.dialect is Dialect.D2020:
            problem = "a schema; a list of them is called prefixItems since draft 2020-12"
        if problem is None:
            return None
        return SchemaFault(path, keyword, f"{keyword} is {shown(value)}, must be {problem}")

    def _targets(self) -> dict[Path, Path | bool]:
        """What each `$ref` leads to, by the path of its schema. Sees what only references lead to."""
        references = References(self.document, self.dialect)
        targets: dict[Path, Path | bool] = {}
        pending = [*self._seen]
        while pending:
            path = pending.pop()
            if "$ref" not in _rules(self._seen[path]):
                continue
            found = self._target(references, path)
            if isinstance(found, tuple) and found[0] not in self._seen:
                before = len(self._seen)
                self._schema(found[1], found[0])
                pending += [*self._seen][before:]
            targets[path] = found[0] if isinstance(found, tuple) else found
        return targets

    def _target(self, references: References, path: Path) -> tuple[Path, Any] | bool:
        reference = self._seen[path]["$ref"]
        around = [self._seen[path[:n]] for n in range(len(path) + 1) if path[:n] in self._seen]
        try:
            there, found = references.target(reference, around)
        except UnresolvableError:
            found = None
        if isinstance(found, bool):
            return found
        if isinstance(found, dict):
            return there, found
        self.on_fault(_dangling(path, reference))
        return True


_PLAIN = "/~!$&'()*+,;=:@"  # what stands for itself in a URI's fragment
_MUST_BE = "must be a schema: an object, true or false"


def _dangling(path: Path, reference: str) -> SchemaFault:
    if reference.startswith("#"):
        return SchemaFault(path, "$ref", f"$ref to {reference[:80]!r} leads to no schema")
    return SchemaFault(
        path, "$ref", f"$ref to {reference[:80]!r} is outside of this schema", "copy it to $defs"
    )


def _rules(schema: Any) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}


def _refer(schema: dict[str, Any], target: Path | bool) -> None:
    """A reference to true says nothing, one to false forbids all."""
    if isinstance(target, tuple):
        schema["$ref"] = "#" + quote(pointer(target)[1:], safe=_PLAIN)
        return
    del schema["$ref"]
    if target is False:
        schema["not"] = {}


def _remove(schema: Any, keywords: frozenset[str]) -> None:
    for keyword in keywords & _rules(schema).keys():
        del schema[keyword]


def _put_anything(schema: dict[str, Any], path: Path) -> dict[str, Any]:
    """Puts a schema that allows anything in the place of what is none."""
    anything: dict[str, Any] = {}
    keyword, *name = path
    if not name:
        schema[keyword] = anything
    elif isinstance(schema[keyword], list):
        schema[keyword][int(name[0])] = anything
    else:
        schema[keyword][name[0]] = anything
    return anything


def shown(value: object) -> str:
    """The value as JSON, cut to what fits a message."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
