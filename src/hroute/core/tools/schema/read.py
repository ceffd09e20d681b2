"""A JSON Schema as a checked, frozen value; every fault of a definition names its place and keyword."""

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NoReturn

from hroute.core.errors import UsageError
from hroute.core.tools.schema.check import Check, SchemaFault
from hroute.core.tools.schema.dialects import Dialect, dialect_of
from hroute.core.tools.schema.limits import check_size
from hroute.core.tools.schema.older import modernized
from hroute.core.tools.schema.references import check_references
from hroute.core.tools.schema.short_form import parse_short_form

Document = dict[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Schema:
    """`text` is the schema as JSON; a text is frozen, and the key of every cache.

    `unenforced` names what is not checked, as "keyword at place". `source` is the text that it was read
    from, maybe in the short form.
    """

    text: str
    dialect: Dialect = Dialect.D2020
    unenforced: tuple[str, ...] = ()
    source: str = field(default="", compare=False, repr=False)

    @property
    def binds(self) -> bool:
        return True

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of it."""
        return (f"not enforced: {listed(self.unenforced)}",) if self.unenforced else ()

    @property
    def document(self) -> Document:
        document: Document = json.loads(self.text)
        return document


def listed(unenforced: tuple[str, ...]) -> str:
    """A few of them in words."""
    rest = len(unenforced) - _MOST_LISTED
    return ", ".join(unenforced[:_MOST_LISTED]) + (f" and {rest:,} more" if rest > 0 else "")


_MOST_LISTED = 6


@lru_cache(64)
def read_schema(text: str, where: str = "schema") -> Schema:
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
    """Checks a schema that was read from JSON. Raises UsageError for all that could not be enforced."""

    def refuse(fault: SchemaFault) -> NoReturn:
        raise UsageError(f"{where}: {fault.place}: {fault.what}", fault.hint)

    check_size(document, where)
    return _checked(Check(modernized(document), dialect_of(document), refuse), where)


def tolerant_schema_of(document: object, where: str) -> Schema:
    """As `schema_of`, but a keyword that cannot be enforced is left out, and named in `unenforced`.

    `document` is no larger than is allowed. Raises UsageError for what no keyword alone is to blame for.
    """
    faults: list[SchemaFault] = []
    schema = _checked(Check(document, dialect_of(document), faults.append), where)
    return replace(schema, unenforced=(*(fault.note for fault in faults), *schema.unenforced))


def _checked(check: Check, where: str) -> Schema:
    check_references(check.run(), where)
    text = json.dumps(check.document, ensure_ascii=False, allow_nan=False)
    return Schema(text, check.dialect, tuple(fault.note for fault in check.unknown))
