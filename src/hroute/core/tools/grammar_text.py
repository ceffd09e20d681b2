"""The grammar of an expected answer, in llguidance's dialect of Lark."""

import json
from dataclasses import dataclass

from hroute.core.tools.definitions import Expected, Tool, Toolset
from hroute.core.tools.schema.read import Document, Schema
from hroute.core.tools.schema.relax import relaxed

# One way to space JSON, that of json.dumps: models have read most of it, no white space can run on for
# ever, and what the schema dictates needs no decoding, because its tokens are known.
_LAYOUT = {
    "whitespace_flexible": False,
    "item_separator": ", ",
    "key_separator": ": ",
    "json_allow_general_unicode_escapes": True,
    "coerce_one_of": True,
}
# Prose begins with none of the signs that begin JSON or a code fence.
_PROSE = r"prose: /[^\s{\[`](?s:.*)/"


@dataclass(frozen=True, slots=True)
class GrammarText:
    """`left_out` names what the grammar does not enforce and `judge` does."""

    lark: str
    left_out: tuple[str, ...]


def grammar_of(expected: Expected) -> GrammarText:
    if isinstance(expected, Schema):
        plain = relaxed(expected)
        return GrammarText(f"start: {_json_rule(plain.document)}", plain.left_out)
    return _calls(expected)


def _calls(toolset: Toolset) -> GrammarText:
    """One call, a list of calls, or prose where no call is required."""
    tools = toolset.offered
    listed = '"[" call (", " call)* "]"' if toolset.is_parallel else '"[" call "]"'
    rules = [f"start: call | {listed}" + ("" if toolset.must_call else " | prose")]
    rules.append("call: " + " | ".join(f"call{i}" for i in range(len(tools))))
    for i, tool in enumerate(tools):
        rules.append(f'call{i}: {json.dumps(_opening(tool))} arguments{i} "}}"')
        rules.append(f"arguments{i}: {_json_rule(relaxed(tool.parameters).document)}")
    if not toolset.must_call:
        rules.append(_PROSE)
    left_out = [f"{tool.name}: {what}" for tool in tools for what in relaxed(tool.parameters).left_out]
    return GrammarText("\n".join(rules), tuple(left_out))


def _opening(tool: Tool) -> str:
    return f'{{"name": {json.dumps(tool.name)}, "arguments": '


def _json_rule(document: Document) -> str:
    schema = document if isinstance(document, dict) else {}
    return "%json " + json.dumps({"x-guidance": _LAYOUT, **schema})
