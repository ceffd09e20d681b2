"""The contract of tool calls and schema-bound answers: what an answer must be to count."""

from hroute.core.tools.calls import WrittenCall, calls_in, is_call, looks_like_call
from hroute.core.tools.definitions import Expected, Toolset
from hroute.core.tools.schema.read import Schema
from hroute.core.tools.schema.validate import complaint, wanted_at
from hroute.core.tools.text.broken import diagnose, stray_closer
from hroute.core.tools.text.find_json import FoundJson, body_start, find_json, notes_on
from hroute.core.tools.text.json_text import NotJsonError, Parsed, parse_at, place_of
from hroute.core.tools.verdict import ParsedCall, ToolFault, ToolVerdict

_CALL = '{"name": …, "arguments": {…}}'
_CONTAINERS = {"object", "array"}


def judge(text: str, expected: Expected, *, cut: bool = False) -> ToolVerdict:
    """Whether the answer counts. Never raises; takes a time linear in the text.

    `cut`: a token limit ended the answer. A whole value counts even so. Unless calls are required, an
    answer without any is prose, and means that no call was needed; `core.contract` judges prose.
    """
    if not text.strip():
        return ToolVerdict(ToolFault.EMPTY, 0, _CALL if isinstance(expected, Toolset) else "a JSON value")
    if isinstance(expected, Toolset):
        return _judge_calls(text, expected, cut=cut)
    return _judge_value(text, expected, cut=cut)


def _judge_calls(text: str, toolset: Toolset, *, cut: bool) -> ToolVerdict:
    found = find_json(text, is_call, looks_like_call, only_one=False)
    if found.error is not None:
        return diagnose(text, found.broken_at, found.error, cut=cut)
    if not found.values:
        return _no_call(text, found.other, toolset, cut=cut)
    calls: list[ParsedCall] = []
    for parsed in found.values:
        if stray := stray_closer(text, parsed.end):
            return stray
        for written in calls_in(parsed.value) or ():
            if problem := _problem(text, parsed, written, toolset):
                return problem
            if calls and not toolset.is_parallel:
                return ToolVerdict(ToolFault.SCHEMA_INVALID, parsed.start, "one call, and no second")
            calls.append(ParsedCall(written.name, written.arguments))
    return ToolVerdict(notes=notes_on(text, found.values), calls=tuple(calls))


def _no_call(text: str, other: Parsed | None, toolset: Toolset, *, cut: bool) -> ToolVerdict:
    """Prose, or the empty list of calls, says that no call is needed; JSON of another kind says nothing."""
    if other is not None and (toolset.must_call or not notes_on(text, [other])):
        is_empty_list = other.value == []
        if is_empty_list and not toolset.must_call:
            return ToolVerdict()
        return ToolVerdict(ToolFault.SCHEMA_INVALID, other.start, _CALL)
    if not toolset.must_call:
        return ToolVerdict(prose=text.strip())
    if cut:
        return ToolVerdict(ToolFault.TRUNCATED, len(text.rstrip()), _CALL)
    return ToolVerdict(ToolFault.INVALID_JSON, body_start(text), _CALL)


def _problem(text: str, parsed: Parsed, call: WrittenCall, toolset: Toolset) -> ToolVerdict | None:
    tool = toolset.named(call.name) if isinstance(call.name, str) else None
    if tool is None:
        at = place_of(text, parsed.start, call.name_path)
        return ToolVerdict(ToolFault.WRONG_TOOL, at, "one of " + ", ".join(toolset.names))
    at = place_of(text, parsed.start, call.arguments_path)
    if not isinstance(call.arguments, dict):
        return ToolVerdict(ToolFault.SCHEMA_INVALID, at, f"an object with the arguments of {tool.name}")
    wrong = complaint(tool.parameters, call.arguments)
    if wrong is None:
        return None
    inner = place_of(text, at, wrong.path) if text[at] == "{" else at
    return ToolVerdict(ToolFault.SCHEMA_INVALID, inner, wrong.wanted)


def _judge_value(text: str, schema: Schema, *, cut: bool) -> ToolVerdict:
    found = _find_value(text, schema)
    if found.error is not None:
        return diagnose(text, found.broken_at, found.error, cut=cut)
    if not found.values:
        fault = ToolFault.TRUNCATED if cut else ToolFault.INVALID_JSON
        return ToolVerdict(fault, body_start(text), wanted_at(schema, ()) or "a JSON value")
    [parsed] = found.values
    if stray := stray_closer(text, parsed.end):
        return stray
    if wrong := complaint(schema, parsed.value):
        return ToolVerdict(ToolFault.SCHEMA_INVALID, place_of(text, parsed.start, wrong.path), wrong.wanted)
    return ToolVerdict(notes=notes_on(text, found.values), value=parsed.value)


def _find_value(text: str, schema: Schema) -> FoundJson:
    """Objects and lists are looked for inside prose; a plain number or text must be all there is."""
    start = body_start(text)
    if text[start : start + 1] in ("{", "["):
        return _value_at(text, start)
    found = find_json(text, lambda _value: True, lambda _text, _start: True, only_one=True)
    if found.values or found.error is not None or _wants_container(schema):
        return found
    return _value_at(text, start)


def _value_at(text: str, start: int) -> FoundJson:
    try:
        return FoundJson([parse_at(text, start)])
    except NotJsonError as error:
        return FoundJson(broken_at=start, error=error)


def _wants_container(schema: Schema) -> bool:
    document = schema.document
    kind = document.get("type") if isinstance(document, dict) else None
    return isinstance(kind, str) and kind in _CONTAINERS
