"""Validation by jsonschema. It cannot hang, whatever the schema and the answer are: see `_Budget`.

What jsonschema alone would do without a limit is replaced: patterns run on Python's `re`, unique items are
compared in pairs, and a message shows a whole answer for every fault in it.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from hroute.core.tools.schema import patterns
from hroute.core.tools.schema.formats import keeps
from hroute.core.tools.schema.read import Document, Schema

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

_MAX_CPU_S = 1.0  # for one answer: some 100,000 keywords
_MAX_ERRORS = 20  # of which the most telling one is said
_MAX_MESSAGE_CHARS = 300
_MAX_UNEVALUATED_ITEMS = 5_000  # jsonschema compares them in pairs

_Errors = Iterator["ValidationError"]
_Check = Callable[["Validator", Any, Any, Any], _Errors | None]


class TooMuchWorkError(Exception):
    """A schema and an answer that go on together: allOf in a recursive schema doubles with every level."""


class _Budget(threading.local):
    """What is left for the answer that this thread looks at. CPU time: another program's work is no fault."""

    ends_at = 0.0

    def begin(self) -> None:
        self.ends_at = time.thread_time() + _MAX_CPU_S

    def check(self) -> None:
        if time.thread_time() > self.ends_at:
            raise TooMuchWorkError


_budget = _Budget()


def first_error(schema: Schema, value: Any) -> "ValidationError | None":
    """The most telling one of the faults of the value, by the schema. Raises TooMuchWorkError."""
    from jsonschema.exceptions import best_match

    validator = _validator(schema)
    _budget.begin()
    try:
        error: ValidationError | None = best_match(islice(validator.iter_errors(value), _MAX_ERRORS))
    except (RecursionError, TimeoutError) as exc:
        raise TooMuchWorkError from exc
    return error


@lru_cache(maxsize=64)
def _validator(schema: Schema) -> "Validator":
    from jsonschema import Draft7Validator, FormatChecker
    from jsonschema.validators import extend
    from referencing import Registry

    document, standard = schema.document, schema.dialect.validator
    checks: dict[str, _Check] = {
        **standard.VALIDATORS,
        "dependencies": Draft7Validator.VALIDATORS["dependencies"],
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "format": _format,
        "multipleOf": _multiple_of,
        "uniqueItems": _unique_items,
    }
    if "unevaluatedItems" in checks:
        checks["unevaluatedItems"] = partial(_unevaluated_items, checks["unevaluatedItems"])
        checks["unevaluatedProperties"] = partial(_unevaluated_properties, document)
    bounded = {keyword: _bounded(check) for keyword, check in checks.items()}
    validator: Any = extend(standard, bounded)  # type: ignore[no-untyped-call]  # so in its stubs
    # An empty registry: no $ref may ever fetch anything.
    built: Validator = validator(document, registry=Registry(), format_checker=FormatChecker(()))
    return built


def _bounded(check: _Check) -> _Check:
    def bounded(validator: "Validator", rule: Any, value: Any, schema: Any) -> _Errors:
        _budget.check()
        for error in check(validator, rule, value, schema) or ():
            error.message = error.message[:_MAX_MESSAGE_CHARS]
            yield error

    return bounded


def _error(message: str, *path: str) -> _Errors:
    from jsonschema import ValidationError

    yield ValidationError(message, path=path)


def _found(pattern: str, text: str) -> bool:
    _budget.check()
    return patterns.matches(pattern, text)


def _pattern(_validator: "Validator", pattern: str, value: Any, _schema: Any) -> _Errors:
    if isinstance(value, str) and not _found(pattern, value):
        yield from _error(f"{value!r} does not match {pattern!r}")


def _format(_validator: "Validator", name: str, value: Any, _schema: Any) -> _Errors:
    if isinstance(value, str) and not keeps(name, value):
        yield from _error(f"{value!r} is not a {name}")


def _multiple_of(_validator: "Validator", factor: Any, value: Any, _schema: Any) -> _Errors:
    """In decimals, as both are written: 12.34567891 is a multiple of 1e-8."""
    if isinstance(value, int | float) and not isinstance(value, bool) and _exact(value) % _exact(factor):
        yield from _error(f"{value!r} is not a multiple of {factor!r}")


def _exact(number: float) -> Fraction:
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def _unique_items(_validator: "Validator", rule: Any, value: Any, _schema: Any) -> _Errors:
    if rule and isinstance(value, list) and len({_identity(item) for item in value}) < len(value):
        yield from _error("two of the items are equal")


def _identity(value: Any) -> Any:
    """Equal for equal JSON: 1 is 1.0, and not true."""
    if isinstance(value, dict):
        return frozenset((name, _identity(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(map(_identity, value))
    return ("flag", value) if isinstance(value, bool) else value


def _pattern_properties(validator: Any, by_pattern: Any, value: Any, _schema: Any) -> _Errors:
    if not isinstance(value, dict):
        return
    for pattern, schema in by_pattern.items():
        for name in value:
            if _found(pattern, name):
                yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, rule: Any, value: Any, schema: Any) -> _Errors:
    if isinstance(value, dict):
        yield from _of_the_rest(validator, rule, value, _declared(value, schema))


def _declared(value: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    by_pattern = schema.get("patternProperties", ())
    matching = {name for name in value if any(_found(pattern, name) for pattern in by_pattern)}
    return matching.union(name for name in value if name in schema.get("properties", ()))


def _of_the_rest(validator: Any, rule: Any, value: Mapping[str, Any], known: set[str]) -> _Errors:
    for name in [name for name in value if name not in known]:
        if rule is False:
            yield from _error(f"{name!r} is not among the properties", name)
        else:
            yield from validator.descend(value[name], rule, path=name)


# --- what other schemas of the same value have looked at ---------------------------


def _unevaluated_items(check: _Check, validator: Any, rule: Any, value: Any, schema: Any) -> _Errors:
    if isinstance(value, list) and len(value) > _MAX_UNEVALUATED_ITEMS:
        raise TooMuchWorkError
    yield from check(validator, rule, value, schema) or ()


def _unevaluated_properties(root: Document, validator: Any, rule: Any, value: Any, schema: Any) -> _Errors:
    if isinstance(value, dict):
        others = {keyword: inner for keyword, inner in schema.items() if keyword != "unevaluatedProperties"}
        yield from _of_the_rest(validator, rule, value, _evaluated(root, validator, value, others))


def _evaluated(root: Document, validator: Any, value: Mapping[str, Any], schema: Any) -> set[str]:
    """The properties that a schema looks at, with all that it applies to the same value."""
    if not isinstance(schema, dict):
        return set()
    if schema.keys() & {"additionalProperties", "unevaluatedProperties"}:
        return {*value}
    names = _declared(value, schema)
    for inner in _applied(root, validator, value, schema):
        names |= _evaluated(root, validator, value, inner)
    return names


def _applied(root: Document, validator: Any, value: Mapping[str, Any], schema: Any) -> Iterator[Any]:
    def holds(inner: Any) -> bool:
        return bool(validator.evolve(schema=inner).is_valid(value))

    if "$ref" in schema:
        yield _at(root, schema["$ref"])
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from filter(holds, schema.get(keyword, ()))
    if "if" in schema:
        is_so = holds(schema["if"])
        yield from [schema["if"], schema.get("then", True)] if is_so else [schema.get("else", True)]
    for keyword in ("dependentSchemas", "dependencies"):
        yield from (inner for name, inner in schema.get(keyword, {}).items() if name in value)


def _at(root: Any, reference: str) -> Any:
    """What a checked `$ref` leads to."""
    for part in unquote(reference).split("/")[1:]:
        root = root[int(part) if isinstance(root, list) else part.replace("~1", "/").replace("~0", "~")]
    return root
