"""The grammar of an expected answer, in llguidance's dialect of Lark."""

import json
import re
from dataclasses import dataclass

from hroute.core.tools.call_syntax import CallSyntax
from hroute.core.tools.definitions import Expected, Toolset
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
_TAUGHT = CallSyntax("", "", "arguments", None)  # of a call alone: there may be a list of them
# Prose begins with none of the signs that begin JSON, a code fence or a call's mark.
_SIGNS = r"\s{\[`"


@dataclass(frozen=True, slots=True)
class GrammarText:
    """`left_out` names what the grammar does not enforce and `judge` does."""

    lark: str
    left_out: tuple[str, ...]


def grammar_of(expected: Expected, syntax: CallSyntax | None = None) -> GrammarText:
    """`syntax`: that of the model's template for calls; None: the one that the preamble teaches."""
    if isinstance(expected, Schema):
        plain = relaxed(expected)
        return GrammarText(f"start: {_json_rule(plain.document)}", plain.left_out)
    return _calls(expected, syntax)


def _calls(toolset: Toolset, syntax: CallSyntax | None) -> GrammarText:
    """One call, several calls, or prose where no call is required."""
    tools = toolset.offered
    calls = _as_taught(toolset) if syntax is None else _as_trained(toolset, syntax)
    rules = [f"start: {calls}" + ("" if toolset.must_call else " | prose")]
    rules.append("call: " + " | ".join(f"call{i}" for i in range(len(tools))))
    for i, tool in enumerate(tools):
        rules.append(f'call{i}: {_quoted((syntax or _TAUGHT).opening(tool.name))} arguments{i} "}}"')
        rules.append(f"arguments{i}: {_json_rule(relaxed(tool.parameters).document)}")
    if not toolset.must_call:
        rules.append(f"prose: /[^{_SIGNS}{_sign(syntax)}](?s:.*)/")
    left_out = [f"{tool.name}: {what}" for tool in tools for what in relaxed(tool.parameters).left_out]
    return GrammarText("\n".join(rules), tuple(left_out))


def _as_taught(toolset: Toolset) -> str:
    return 'call | "[" call ' + ('(", " call)* "]"' if toolset.is_parallel else '"]"')


def _as_trained(toolset: Toolset, syntax: CallSyntax) -> str:
    more = "" if syntax.between is None or not toolset.is_parallel else f" ({_quoted(syntax.between)} call)*"
    before, after = (f"{_quoted(mark)} " if mark else "" for mark in (syntax.prefix, syntax.suffix))
    return f"{before}call{more} {after}".rstrip()


def _sign(syntax: CallSyntax | None) -> str:
    """The first one of the mark before a call, as in a class of characters."""
    return re.escape(syntax.prefix.strip()[:1]) if syntax else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _json_rule(document: Document) -> str:
    schema = document if isinstance(document, dict) else {}
    return "%json " + json.dumps({"x-guidance": _LAYOUT, **schema})
