"""The forms in which tools are defined: OpenAI's two, Anthropic's, MCP's and the Berkeley leaderboard's.

Lists come from programs that nobody here can mend. What cannot be enforced of a tool is left unenforced and
named, and what is no tool at all is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hroute.core.errors import UsageError
from hroute.core.tools.schema.keywords import TYPES, applies_others
from hroute.core.tools.schema.limits import MAX_TOOLS, check_size
from hroute.core.tools.schema.older import modernized
from hroute.core.tools.schema.read import Schema, listed, tolerant_schema_of

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:-]{0,127}")
_PARAMETERS = ("parameters", "inputSchema", "input_schema")
# What a definition may say beside that, to people and to other programs.
_ASIDE = frozenset(
    {
        *("name", "description", "type", "strict", "title", "annotations", "outputSchema", "output_schema"),
        *("_meta", "icons", "execution", "cache_control", "defer_loading", "input_examples"),
    }
)
# Of the leaderboard and of Gemini; any type is none.
_TYPES = {
    **{name.upper(): name for name in TYPES},
    **{"dict": "object", "float": "number", "tuple": "array", "any": ""},
}
_ANY_OBJECT = Schema('{"type": "object"}')
# They say themselves which other properties there may be.
_OPEN = frozenset({"additionalProperties", "patternProperties", "unevaluatedProperties"})


@dataclass(frozen=True, slots=True)
class Tool:
    """One function that a model may ask to be called."""

    name: str
    description: str
    parameters: Schema

    @property
    def warnings(self) -> tuple[str, ...]:
        unenforced = self.parameters.unenforced
        return (f"tool {self.name}: not enforced: {listed(unenforced)}",) if unenforced else ()

    @property
    def takes_arguments(self) -> bool:
        document = self.parameters.document
        return isinstance(document, dict) and bool(
            document.get("properties")
            or document.keys() & {"patternProperties", "required"}
            or applies_others(document)
        )


def tools_in(document: object, where: str) -> tuple[tuple[Tool, ...], tuple[str, ...]]:
    """The tools of a list, and why each of the rest was left out. Raises UsageError when all of them were."""
    items = {f"{where}: tool {number}": item for number, item in enumerate(_listed(document, where), start=1)}
    tools: list[Tool] = []
    refused = _too_large(items, where)
    for place in [place for place in items if place not in refused]:
        try:
            tools.append(_tool(items[place], place))
        except UsageError as error:
            refused[place] = error
    if not tools:
        raise next(iter(refused.values()))
    return tuple(tools), tuple(f"left out: {error.message}" for error in refused.values())


def _too_large(items: Mapping[str, object], where: str) -> dict[str, UsageError]:
    """Those to leave out of a list that is more than is looked at. Raises UsageError if the rest is too."""
    try:
        check_size([*items.values()], where)
    except UsageError:
        refused = {place: error for place, item in items.items() if (error := _size_error(item, place))}
        check_size([item for place, item in items.items() if place not in refused], where)
        return refused
    return {}


def _size_error(item: object, place: str) -> UsageError | None:
    try:
        check_size(item, place)
    except UsageError as error:
        return error
    return None


def _listed(document: object, where: str) -> Sequence[object]:
    """Of a list, one definition, or an object with a list under "tools", as servers of MCP answer."""
    if isinstance(document, dict) and isinstance(document.get("result"), dict):
        document = document["result"]
    found = document.get("tools", [document]) if isinstance(document, dict) else document
    if not isinstance(found, list) or not found:
        raise UsageError(f"{where}: must be a list of tool definitions, in any usual form", _EXAMPLE)
    if len(found) > MAX_TOOLS:
        raise UsageError(f"{where}: {len(found)} tools, at most {MAX_TOOLS} are allowed")
    return found


_EXAMPLE = (
    '[{"type": "function", "function": {"name": "get_weather", "parameters":'
    ' {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]'
)


def _tool(item: object, where: str) -> Tool:
    function = _function(item, where)
    name = function.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        what = "is missing" if name is None else f"is {str(name)[:60]!r}"
        raise UsageError(f"{where}: name {what}, must be up to 128 letters, digits and _ . : / -")
    description = function.get("description")
    schema = _parameters(function, f"{where.rpartition(': ')[0]}: tool {name}")
    schema = replace(schema, unenforced=(*_strange(function), *schema.unenforced))
    return Tool(name, description if isinstance(description, str) else "", schema)


def _function(item: object, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise UsageError(f"{where}: must be an object", _EXAMPLE)
    kind = item.get("type") or "function"
    is_anthropic = kind == "custom" and "input_schema" in item
    if kind != "function" and not is_anthropic:
        raise UsageError(f"{where}: type is {str(kind)[:60]!r}, only 'function' is supported")
    function = item.get("function", item)
    if not isinstance(function, dict):
        raise UsageError(f"{where}: function must be an object", _EXAMPLE)
    return function


def _strange(function: dict[str, Any]) -> Iterator[str]:
    """What is no part of a definition, or cannot be one."""
    for key, value in function.items():
        if key == "description" and not isinstance(value, str | None):
            yield key
        elif key not in _ASIDE and key not in _PARAMETERS:
            yield f"{str(key)[:60]!r} of the definition"


def _parameters(function: dict[str, Any], where: str) -> Schema:
    key = next((key for key in _PARAMETERS if function.get(key) is not None), _PARAMETERS[0])
    given = function.get(key) or {}
    if not isinstance(given, dict):
        return replace(_ANY_OBJECT, unenforced=(key,))
    document = modernized(given, _TYPES)
    kind = document.get("type", "object")
    is_object = kind == "object" or (isinstance(kind, list) and "object" in kind)
    document["type"] = "object"
    # An argument that nobody declared is a hallucination, as the Berkeley leaderboard counts it too.
    if not (document.keys() & _OPEN or applies_others(document)) and _declares(document):
        document["additionalProperties"] = False
    try:
        schema = tolerant_schema_of({"type": "object", **document}, f"{where}: {key}")
    except UsageError as error:
        return replace(_ANY_OBJECT, unenforced=(f"all of its {error.message.removeprefix(f'{where}: ')}",))
    return schema if is_object else replace(schema, unenforced=(f"type at {key}", *schema.unenforced))


def _declares(document: dict[str, Any]) -> bool:
    """Whether every property that must be there is declared."""
    declared, required = document.get("properties", {}), document.get("required", [])
    if not isinstance(declared, dict) or not isinstance(required, list):
        return True
    return all(name in declared for name in required)
