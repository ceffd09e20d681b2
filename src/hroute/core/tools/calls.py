"""The forms in which models write a tool call."""

import re
from dataclasses import dataclass
from typing import Any

from hroute.core.tools.schema.validate import Path
from hroute.core.tools.text.find_json import body_start
from hroute.core.tools.text.json_text import NotJsonError, parse_at

_ARGUMENTS = ("arguments", "parameters")
_BESIDES = {"name", "id", "type", "index"}


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call as found in JSON: where its name and its arguments stand in the value."""

    name: Any
    name_path: Path
    arguments: Any
    arguments_path: Path


# How a call begins, also one in single quotes; an answer about code may hold {'a': 1} and still be prose.
_BEGINNING = re.compile(r"[\[{\s]*[\"'](name|function|tool_calls|type|id)[\"']")


def looks_like_call(text: str, start: int) -> bool:
    """Whether what begins there was meant as a call: by its first key, or by standing at the start."""
    is_first = start == body_start(text) and text[start] == "{"
    return is_first or _BEGINNING.match(text, start) is not None


def is_call(value: object) -> bool:
    return calls_in(value) is not None


def calls_in(value: object, path: Path = ()) -> list[WrittenCall] | None:
    """The calls that a JSON value stands for, one or a list of them; None when it is something else."""
    if isinstance(value, list):
        return _listed(value, path)
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("tool_calls"), list):
        return _listed(value["tool_calls"], (*path, "tool_calls"))
    if isinstance(value.get("function"), dict):
        return calls_in(value["function"], (*path, "function"))
    return _one(value, path)


def _listed(values: list[Any], path: Path) -> list[WrittenCall] | None:
    calls: list[WrittenCall] = []
    for i, value in enumerate(values):
        inner = None if isinstance(value, list) else calls_in(value, (*path, i))
        if inner is None:
            return None
        calls += inner
    return calls or None


def _one(value: dict[str, Any], path: Path) -> list[WrittenCall] | None:
    if "name" not in value:
        return None
    key = next((key for key in _ARGUMENTS if key in value), None)
    if key is None:
        if value.keys() - _BESIDES:
            return None
        return [WrittenCall(value["name"], (*path, "name"), {}, path)]
    return [WrittenCall(value["name"], (*path, "name"), _unquoted(value[key]), (*path, key))]


def _unquoted(arguments: Any) -> Any:
    """OpenAI's API carries the arguments as a text of JSON, and models imitate it."""
    if not isinstance(arguments, str):
        return arguments
    try:
        parsed = parse_at(arguments.strip(), 0)
    except NotJsonError:
        return arguments
    return parsed.value if parsed.end == len(arguments.strip()) else arguments
