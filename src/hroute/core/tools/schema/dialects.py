"""The drafts of JSON Schema, which differ in what their keywords mean."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hroute.core.tools.schema.keywords import subschemas

if TYPE_CHECKING:
    from referencing import Specification


class Dialect(StrEnum):
    """Draft 4 is read as draft 6, after its bounds were rewritten: the rest of the difference is in names."""

    D6 = "6"
    D7 = "7"
    D2019 = "2019-09"
    D2020 = "2020-12"

    @property
    def validator(self) -> Any:
        """jsonschema's class for it."""
        import jsonschema

        return {
            Dialect.D6: jsonschema.Draft6Validator,
            Dialect.D7: jsonschema.Draft7Validator,
            Dialect.D2019: jsonschema.Draft201909Validator,
            Dialect.D2020: jsonschema.Draft202012Validator,
        }[self]

    @property
    def specification(self) -> "Specification[Any]":
        """What tells where its `$ref`s lead."""
        from referencing import jsonschema

        return {
            Dialect.D6: jsonschema.DRAFT6,
            Dialect.D7: jsonschema.DRAFT7,
            Dialect.D2019: jsonschema.DRAFT201909,
            Dialect.D2020: jsonschema.DRAFT202012,
        }[self]

    @property
    def ignores_beside_ref(self) -> bool:
        """Whether what stands beside a `$ref` says nothing."""
        return self in (Dialect.D6, Dialect.D7)

    def knows(self, keyword: str) -> bool:
        return keyword not in _MEAN_NOTHING[self]


_SINCE_2019 = frozenset(
    {
        *("dependentRequired", "dependentSchemas", "minContains", "maxContains", "prefixItems"),
        *("unevaluatedItems", "unevaluatedProperties"),
    }
)
_MEAN_NOTHING = {
    Dialect.D6: _SINCE_2019 | {"if", "then", "else"},
    Dialect.D7: _SINCE_2019,
    Dialect.D2019: frozenset({"prefixItems"}),
    Dialect.D2020: frozenset({"additionalItems"}),
}
_DECLARED = re.compile(r"https?://json-schema\.org/(?:draft/|draft-)([0-9-]+)/schema#?")
_DRAFTS = {
    "04": Dialect.D6,
    "06": Dialect.D6,
    "07": Dialect.D7,
    "2019-09": Dialect.D2019,
    "2020-12": Dialect.D2020,
}


def dialect_of(document: object) -> Dialect:
    """The draft that a schema declares; else the newest, or the last one with lists of `items`."""
    declared = document.get("$schema") if isinstance(document, dict) else None
    found = _DECLARED.fullmatch(declared) if isinstance(declared, str) else None
    if found and found[1] in _DRAFTS:
        return _DRAFTS[found[1]]
    lists = any(isinstance(schema.get("items"), list) for schema in _schemas(document))
    return Dialect.D2019 if lists else Dialect.D2020


def _schemas(document: object) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for _, inner in subschemas(document):
            yield from _schemas(inner)
