"""Tool definitions, in OpenAI's form or the Berkeley leaderboard's, as checked frozen values."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from hroute.core.errors import UsageError
from hroute.core.tools.schema.keywords import IN_PLACE
from hroute.core.tools.schema.limits import MAX_TOOLS, check_size
from hroute.core.tools.schema.read import Schema, read_json, schema_of

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:-]{0,127}")
_FUNCTION_KEYS = frozenset({"name", "description", "parameters", "strict"})
_BFCL_TYPES = {"dict": "object", "float": "number", "tuple": "array"}


@dataclass(frozen=True, slots=True)
class Tool:
    """One function that a model may ask to be called."""

    name: str
    description: str
    parameters: Schema


class Choice(StrEnum):
    """Whether tools are to be called; after OpenAI's `tool_choice`."""

    AUTO = "auto"  # an answer in prose counts as "no call needed"
    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools of a turn. `source` is the text that they were read from, for people."""

    tools: tuple[Tool, ...]
    choice: Choice = Choice.AUTO
    only: str | None = None  # the one tool that must be called
    is_parallel: bool = True  # whether an answer may have several calls
    source: str = field(default="", compare=False, repr=False)

    @property
    def binds(self) -> bool:
        return self.choice is not Choice.NONE

    @property
    def must_call(self) -> bool:
        return self.choice is Choice.REQUIRED or self.only is not None

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools that may be called."""
        return tuple(tool for tool in self.tools if self.binds and self.only in (None, tool.name))

    def named(self, name: str) -> Tool | None:
        return next((tool for tool in self.offered if tool.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(tool.name for tool in self.offered)


Expected = Toolset | Schema  # what an answer must be, when it is not to be prose


@lru_cache(64)
def read_toolset(
    text: str,
    where: str = "tools",
    *,
    choice: Choice = Choice.AUTO,
    only: str | None = None,
    is_parallel: bool = True,
) -> Toolset:
    """As `read_tools`, and how they are to be called; UsageError also where `only` names none of them."""
    tools = read_tools(text, where)
    if only is not None and all(tool.name != only for tool in tools):
        raise UsageError(f"{where}: no tool is named {only!r}, which is the one to call")
    return Toolset(tools, choice, only, is_parallel, text)


def read_tools(text: str, where: str = "tools") -> tuple[Tool, ...]:
    """Tools from JSON: a list, one definition, or an object with a list under "tools". Raises UsageError."""
    return tools_of(read_json(text, where), where)


def tools_of(document: object, where: str) -> tuple[Tool, ...]:
    check_size(document, where)
    listed = document.get("tools", [document]) if isinstance(document, dict) else document
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"{where}: must be a list of tool definitions, in OpenAI's form", _EXAMPLE)
    if len(listed) > MAX_TOOLS:
        raise UsageError(f"{where}: {len(listed)} tools, at most {MAX_TOOLS} are allowed")
    tools = tuple(_tool(item, f"{where}: tool {number}") for number, item in enumerate(listed, start=1))
    names = [tool.name for tool in tools]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{where}: two tools are named {twice!r}", "give each its own name")
    return tools


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
    where = f"{where.rpartition(': ')[0]}: tool {name}"
    if unknown := sorted(function.keys() - _FUNCTION_KEYS):
        raise UsageError(f"{where}: {unknown[0]!r} is not part of a definition", _EXAMPLE)
    description = function.get("description", "")
    if not isinstance(description, str):
        raise UsageError(f"{where}: description must be a text")
    return Tool(name, description, _parameters(function.get("parameters"), where))


def _function(item: object, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise UsageError(f"{where}: must be an object", _EXAMPLE)
    if "function" not in item:
        return {key: value for key, value in item.items() if (key, value) != ("type", "function")}
    function = item["function"]
    if not isinstance(function, dict):
        raise UsageError(f"{where}: function must be an object", _EXAMPLE)
    if item.get("type", "function") != "function":
        raise UsageError(f"{where}: type is {str(item['type'])[:60]!r}, only 'function' is supported")
    return function


def _parameters(given: object, where: str) -> Schema:
    document = _standard_types(given) if given else {}
    where = f"{where}: parameters"
    if not isinstance(document, dict):
        raise UsageError(f"{where}: must be a schema of type object")
    document = {"type": "object", **document}
    if document["type"] != "object":
        raise UsageError(f"{where}: type is {str(document['type'])[:60]!r}, must be 'object'")
    # An argument that nobody declared is a hallucination, as the Berkeley leaderboard counts it too.
    if not document.keys() & (IN_PLACE | {"additionalProperties", "patternProperties"}):
        document["additionalProperties"] = False
    return schema_of(document, where)


def _standard_types(schema: Any, *, is_schema: bool = True) -> Any:
    """The leaderboard's type names as JSON Schema's; depth was limited before.

    Under `properties` and its like, keys are names: a parameter may well be called "type".
    """
    if isinstance(schema, list):
        return [_standard_types(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if not is_schema:
        return {name: _standard_types(inner) for name, inner in schema.items()}
    standard = {key: _standard_value(key, value) for key, value in schema.items()}
    if standard.get("type") == "any":
        del standard["type"]
    return standard


def _standard_value(key: str, value: Any) -> Any:
    if key == "type" and isinstance(value, str):
        return _BFCL_TYPES.get(value, value)
    if key in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"):
        return _standard_types(value, is_schema=False)
    if key in ("enum", "const", "default", "examples", "example"):
        return value
    return _standard_types(value)
