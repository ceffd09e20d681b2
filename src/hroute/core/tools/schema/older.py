"""What older drafts, OpenAPI and programs that write null say otherwise, in the words of the newest draft."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hroute.core.tools.schema.keywords import ANNOTATIONS, IN_PLACE, SUBSCHEMAS, Holds

_ASIDE = ANNOTATIONS | {"$defs", "definitions"}
_MAY_BE_NULL = frozenset({"const", "default", "example"})
_NO_OTHER_NAMES: Mapping[str, str] = {}
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def modernized(schema: Any, types: Mapping[str, str] = _NO_OTHER_NAMES) -> Any:
    """A copy, whatever it is. `types` are other names of types; "" among them is any type at all.

    A keyword that is null is left out, draft 4's flags become bounds, and OpenAPI's `nullable` a type.
    """
    if not isinstance(schema, dict):
        return schema
    new: dict[str, Any] = {}
    for keyword, value in schema.items():
        if value is not None or keyword in _MAY_BE_NULL:
            new[keyword] = _inside(keyword, value, types)
    for flag, bound in _BOUNDS.items():
        _one_bound(new, flag, bound)
    _standard_type(new, types)
    return _with_null(new) if new.pop("nullable", False) is True else new


def _inside(keyword: str, value: Any, types: Mapping[str, str]) -> Any:
    holds = SUBSCHEMAS.get(keyword, Holds.NOTHING)
    if holds is Holds.BY_NAME and isinstance(value, dict):
        return {name: {} if one is None else modernized(one, types) for name, one in value.items()}
    if holds in (Holds.LIST, Holds.ONE) and isinstance(value, list):
        return [modernized(one, types) for one in value]
    return modernized(value, types) if holds is Holds.ONE else deepcopy(value)


def _one_bound(schema: dict[str, Any], flag: str, bound: str) -> None:
    is_exclusive = schema.get(flag)
    if isinstance(is_exclusive, bool):
        del schema[flag]
        if is_exclusive and bound in schema:
            schema[flag] = schema.pop(bound)


def _standard_type(schema: dict[str, Any], types: Mapping[str, str]) -> None:
    kind = schema.get("type")
    if isinstance(kind, str) and kind in types:
        schema["type"] = types[kind]
        if not types[kind]:
            del schema["type"]


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema.get("type")
    if kinds is not None and not schema.keys() & (IN_PLACE | {"const"}):
        kinds = kinds if isinstance(kinds, list) else [kinds]
        schema["type"] = kinds if "null" in kinds else [*kinds, "null"]
        values = schema.get("enum")
        if isinstance(values, list) and None not in values:
            schema["enum"] = [*values, None]
        return schema
    about = {key: value for key, value in schema.items() if key in _ASIDE}
    rules = {key: value for key, value in schema.items() if key not in about}
    return {**about, "anyOf": [rules, {"type": "null"}]} if rules else schema
