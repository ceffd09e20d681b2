"""A call as it was found in a text, whatever the syntax, and the values of its arguments."""

from collections.abc import Mapping
from dataclasses import dataclass

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.forms import Tool
from hroute.core.tools.text.json_text import NotJsonError, parse_at
from hroute.core.tools.verdict import ToolFault, ToolVerdict

NAME = r"[\w.:/-]{1,128}"
MAX_CALLS = 64
_PYTHON = {"True": True, "False": False, "None": None}
# What some templates put before a function's name.
_NAMESPACES = ("functions.", "default_api.", "tools.")


@dataclass(frozen=True, slots=True)
class FoundCall:
    """`text[name_at]` begins the name. `is_json`: the arguments stand at `arguments_at` as a JSON object."""

    name: str
    name_at: int
    arguments: object
    arguments_at: int
    end: int
    is_json: bool = False


class BrokenCallError(Exception):
    """What was begun as a call cannot be read; `verdict` says where and why."""

    def __init__(self, verdict: ToolVerdict) -> None:
        super().__init__(verdict.detail)
        self.verdict = verdict


def broken(text: str, at: int, wanted: str, *, cut: bool) -> BrokenCallError:
    """`cut`: a token limit ended the text, and what is missing says nothing of the model."""
    if cut:
        return BrokenCallError(ToolVerdict(ToolFault.TRUNCATED, len(text.rstrip()), wanted))
    return BrokenCallError(ToolVerdict(ToolFault.INVALID_CALL, min(at, len(text)), wanted))


def known_name(written: str, toolset: Toolset) -> str:
    """The name as the toolset has it, where it is written with a namespace before it or a number after."""
    if toolset.named(written) is not None:
        return written
    bare = written.strip("`*\"'")
    for namespace in _NAMESPACES:
        bare = bare.removeprefix(namespace)
    head, _, number = bare.rpartition(":")
    return head if number.isdecimal() and toolset.named(bare) is None else bare


def typed(values: Mapping[str, str], tool: Tool | None) -> dict[str, object]:
    """Texts as the values that the tool's parameters want; a text where that cannot be told."""
    document = tool.parameters.document if tool is not None else {}
    properties = document.get("properties") if isinstance(document, dict) else None
    wanted = properties if isinstance(properties, dict) else {}
    return {name: _value(text, wanted.get(name)) for name, text in values.items()}


def parameter_names(tool: Tool | None) -> list[str]:
    document = tool.parameters.document if tool is not None else {}
    properties = document.get("properties") if isinstance(document, dict) else None
    return list(properties) if isinstance(properties, dict) else []


def _value(text: str, schema: object) -> object:
    text = text.removeprefix("\n").removesuffix("\n")
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind == "string" or (isinstance(kind, list) and "string" in kind):
        return text
    bare = text.strip()
    if bare in _PYTHON:
        return _PYTHON[bare]
    try:
        parsed = parse_at(bare, 0)
    except NotJsonError:
        return text
    return parsed.value if parsed.end == len(bare) else text
