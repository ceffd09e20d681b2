"""The forms in which models write a tool call."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from hroute.core.tools.schema.validate import Path
from hroute.core.tools.text.find_json import body_start
from hroute.core.tools.text.json_text import NotJsonError, parse_at

_ARGUMENTS = (
    *("arguments", "parameters", "args", "params", "kwargs", "input", "action_input"),
    *(f"{of}_{what}" for of in ("tool", "function") for what in ("arguments", "args", "parameters", "input")),
)
# Beside OpenAI's: Cohere's, LangChain's, Claude's, and what models make up.
_NAMES = ("name", "tool_name", "function_name", "recipient_name", "tool", "function", "action")
_LISTS = ("tool_calls", "tool_uses")
_WRAPPERS = ("function", "function_call", "functionCall")  # today's OpenAI, the older one, Google
_BESIDES = {*_NAMES, "id", "tool_call_id", "type", "index"}


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call as found in JSON: where its name and its arguments stand in the value."""

    name: Any
    name_path: Path
    arguments: Any
    arguments_path: Path


# How a call begins, also one in single quotes; an answer about code may hold {'a': 1} and still be prose.
_BEGINNING = re.compile(
    rf"[\[{{\s]*[\"']({'|'.join(_NAMES)}|tool_calls|tool_uses|function_call|functionCall|type|id|tool_call_id)[\"']"
)


def looks_like_call(text: str, start: int) -> bool:
    """Whether what begins there was meant as a call: by its first key, or by standing at the start."""
    is_first = start == body_start(text) and text[start] == "{"
    return is_first or _BEGINNING.match(text, start) is not None


def calls_in(value: object, names: Collection[str], path: Path = ()) -> list[WrittenCall] | None:
    """The calls that a JSON value stands for, one or a list of them; None when it is something else.

    `names` are those of the tools: where an object could be anything, they say that it is a call.
    """
    if isinstance(value, list):
        return _listed(value, path, names)
    if not isinstance(value, dict):
        return None
    for key in _LISTS:
        if isinstance(value.get(key), list):
            return _listed(value[key], (*path, key), names)
    for key in _WRAPPERS:
        if isinstance(value.get(key), dict):
            return calls_in(value[key], names, (*path, key))
    return _one(value, path, names)


def _listed(values: list[Any], path: Path, names: Collection[str]) -> list[WrittenCall] | None:
    calls: list[WrittenCall] = []
    for i, value in enumerate(values):
        inner = None if isinstance(value, list) else calls_in(value, names, (*path, i))
        if inner is None:
            return None
        calls += inner
    return calls or None


def _one(value: dict[str, Any], path: Path, names: Collection[str]) -> list[WrittenCall] | None:
    key = next((key for key in _ARGUMENTS if key in value), None)
    named = next((name for name in _NAMES if isinstance(value.get(name), str)), None)
    if named is None:
        return _by_name(value, path, names) if "name" not in value else _odd(value, path, key)
    if key is None:
        is_bare = named == "name" or value[named] in names
        if value.keys() - _BESIDES or not is_bare:
            return None
        return [WrittenCall(value[named], (*path, named), {}, path)]
    return [WrittenCall(value[named], (*path, named), _unquoted(value[key]), (*path, key))]


def _odd(value: dict[str, Any], path: Path, key: str | None) -> list[WrittenCall] | None:
    """A name that is no text is still meant as one."""
    if key is None:
        return None if value.keys() - _BESIDES else [WrittenCall(value["name"], (*path, "name"), {}, path)]
    return [WrittenCall(value["name"], (*path, "name"), _unquoted(value[key]), (*path, key))]


def _by_name(value: dict[str, Any], path: Path, names: Collection[str]) -> list[WrittenCall] | None:
    """{"get_weather": {"city": "Oslo"}}, where that is what a tool is called: Apertus writes so."""
    if len(value) != 1:
        return None
    [(name, arguments)] = value.items()
    if name not in names or not isinstance(arguments, dict):
        return None
    return [WrittenCall(name, path, arguments, (*path, name))]


def _unquoted(arguments: Any) -> Any:
    """OpenAI's API carries the arguments as a text of JSON, and models imitate it."""
    if not isinstance(arguments, str):
        return arguments
    try:
        parsed = parse_at(arguments.strip(), 0)
    except NotJsonError:
        return arguments
    return parsed.value if parsed.end == len(arguments.strip()) else arguments
