"""What a model is told about its tools or the form of its answer; the same text for every engine."""

import json

from hroute.core.tools.definitions import Expected, Toolset
from hroute.core.tools.schema.read import Schema

_SEVERAL = "To call several, answer with a list of such objects. "
_ONE_CALL = "Call at most one. "
_OPTIONAL = "If no function is needed, answer in plain text."
_REQUIRED = "Always call a function."


def preamble(expected: Expected) -> str:
    """The system message, or an addition to it. Equal inputs give equal texts: it is a cacheable prefix."""
    return _of_schema(expected) if isinstance(expected, Schema) else _of_tools(expected)


def definitions(toolset: Toolset) -> str:
    """The functions that may be called, one a line."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters.document}
        for tool in toolset.offered
    ]
    return "\n".join(json.dumps(function, ensure_ascii=False) for function in functions)


def _of_tools(toolset: Toolset) -> str:
    return (
        f"You can call these functions:\n{definitions(toolset)}\n\n"
        'To call one, answer with JSON only: {"name": "<function>", "arguments": {<its parameters>}}\n'
        f"{_SEVERAL if toolset.is_parallel else _ONE_CALL}"
        f"{_REQUIRED if toolset.must_call else _OPTIONAL}"
    )


def _of_schema(schema: Schema) -> str:
    return f"Answer with JSON only, without a code fence, by this JSON Schema:\n{schema.text}"
