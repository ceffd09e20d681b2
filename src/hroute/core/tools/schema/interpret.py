"""Validation by jsonschema, for what pydantic cannot say; it cannot hang, whatever the schema."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hroute.core.tools.schema.formats import keeps
from hroute.core.tools.schema.keywords import matcher
from hroute.core.tools.schema.read import Schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MAX_STEPS = 100_000  # keywords looked at for one answer, about one second
_ENUM_STEP = 20  # enum values compared in the time of one step

_Check = Callable[["Validator", Any, Any, Any], Iterator[Any] | None]


class TooMuchWorkError(Exception):
    """A schema and an answer that go on together: allOf in a recursive schema doubles with every level."""


class _Budget:
    def __init__(self) -> None:
        self.steps_left = _MAX_STEPS

    def counted(self, check: _Check) -> _Check:
        def counting(validator: "Validator", rule: Any, value: Any, schema: Any) -> Iterator[Any]:
            self.steps_left -= 1 + (len(rule) // _ENUM_STEP if isinstance(rule, list) else 0)
            if self.steps_left < 0:
                raise TooMuchWorkError
            yield from check(validator, rule, value, schema) or ()

        return counting


def first_error(schema: Schema, value: Any) -> tuple[tuple[str | int, ...], str] | None:
    """Where and why the value breaks the schema, the most telling error first. Raises TooMuchWorkError."""
    from jsonschema.exceptions import best_match

    budget, validator = _validator(schema)
    budget.steps_left = _MAX_STEPS
    try:
        error = best_match(validator.iter_errors(value))
    except RecursionError as exc:
        raise TooMuchWorkError from exc
    return None if error is None else (tuple(error.absolute_path), error.message)


@lru_cache(maxsize=32)
def _validator(schema: Schema) -> tuple[_Budget, "Validator"]:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend
    from referencing import Registry

    ours: dict[str, _Check] = {
        **Draft202012Validator.VALIDATORS,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "format": _format,
    }
    budget = _Budget()
    checks = {name: budget.counted(check) for name, check in ours.items()}
    counted: Any = extend(Draft202012Validator, checks)  # type: ignore[no-untyped-call]  # so in its stubs
    # An empty registry: no $ref may ever fetch anything.
    return budget, counted(schema.document, registry=Registry(), format_checker=FormatChecker(()))


def _error(message: str) -> Iterator[Any]:
    from jsonschema import ValidationError

    yield ValidationError(message)


def _pattern(_validator: "Validator", pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, str) and not matcher(pattern)(value):
        yield from _error(f"{value!r} does not match {pattern!r}")


def _format(_validator: "Validator", name: str, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, str) and not keeps(name, value):
        yield from _error(f"{value!r} is not a {name}")


def _pattern_properties(validator: Any, patterns: Any, value: Any, _schema: Any) -> Iterator[Any]:
    if not isinstance(value, dict):
        return
    for pattern, schema in patterns.items():
        for name in filter(matcher(pattern), value):
            yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, rule: Any, value: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(value, dict):
        return
    patterns = [matcher(pattern) for pattern in schema.get("patternProperties", ())]
    known = schema.get("properties", {})
    extra = [name for name in value if name not in known and not any(matches(name) for matches in patterns)]
    if rule is False and extra:
        yield from _error(f"{', '.join(map(repr, extra))} is not among the properties")
    elif isinstance(rule, dict):
        for name in extra:
            yield from validator.descend(value[name], rule, path=name)
