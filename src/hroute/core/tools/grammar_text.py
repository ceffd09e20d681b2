"""The grammar of an expected answer, in llguidance's dialect of Lark."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from hroute.core.tools.call_syntax import CallSyntax
from hroute.core.tools.definitions import Expected, Toolset
from hroute.core.tools.schema.read import Document, Schema
from hroute.core.tools.schema.relax import Relaxed, relaxed

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


def grammar_of(
    expected: Expected, syntax: CallSyntax | None = None, beyond: Collection[Schema] = ()
) -> GrammarText:
    """`syntax`: that of the model's template for calls; None: the one that the preamble teaches.

    `beyond` are the schemas that the grammar engine cannot take: of them, it gets the outermost type.
    """
    if isinstance(expected, Schema):
        plain = _plain(expected, beyond)
        return GrammarText(f"start: {_json_rule(plain.document)}", plain.left_out)
    return _calls(expected, syntax, beyond)


def schemas_in(expected: Expected) -> tuple[Schema, ...]:
    if isinstance(expected, Schema):
        return (expected,)
    return tuple(tool.parameters for tool in expected.offered)


def _plain(schema: Schema, beyond: Collection[Schema]) -> Relaxed:
    plain = relaxed(schema)
    if schema not in beyond:
        return plain
    kind = plain.document.get("type") if isinstance(plain.document, dict) else None
    return Relaxed({} if kind is None else {"type": kind}, ("all of the schema",))


def _calls(toolset: Toolset, syntax: CallSyntax | None, beyond: Collection[Schema]) -> GrammarText:
    """One call, several calls, or prose where no call is required."""
    plain = [_plain(tool.parameters, beyond) for tool in toolset.offered]
    tools = toolset.offered
    calls = _as_taught(toolset) if syntax is None else _as_trained(toolset, syntax)
    rules = [f"start: {calls}" + ("" if toolset.must_call else " | prose")]
    rules.append("call: " + " | ".join(f"call{i}" for i in range(len(tools))))
    for i, tool in enumerate(tools):
        rules.append(f'call{i}: {_quoted((syntax or _TAUGHT).opening(tool.name))} arguments{i} "}}"')
        rules.append(f"arguments{i}: {_json_rule(plain[i].document)}")
    if not toolset.must_call:
        rules.append(f"prose: /[^{_SIGNS}{_sign(syntax)}](?s:.*)/")
    together = zip(tools, plain, strict=True)
    left_out = [f"{tool.name}: {what}" for tool, one in together for what in one.left_out]
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
