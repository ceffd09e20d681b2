"""The contract of tool calls and schema-bound answers: what an answer must be to count."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from hroute.core.tools.assembler import AnswerWithCalls, assembled_in, written
from hroute.core.tools.calls import WrittenCall, calls_in, looks_like_call
from hroute.core.tools.definitions import Expected, Toolset
from hroute.core.tools.families.found import BrokenCallError, FoundCall, known_name
from hroute.core.tools.families.read import family_calls, refuse_mark
from hroute.core.tools.forms import Tool
from hroute.core.tools.schema.read import Schema
from hroute.core.tools.schema.validate import Path, complaint, wanted_at
from hroute.core.tools.text.broken import diagnose, stray_closer
from hroute.core.tools.text.find_json import FoundJson, body_start, find_json, notes_on
from hroute.core.tools.text.json_text import NotJsonError, Parsed, parse_at, place_of
from hroute.core.tools.verdict import ParsedCall, ToolFault, ToolVerdict

_CALL = '{"name": …, "arguments": {…}}'
_CONTAINERS = {"object", "array"}
_PLACEHOLDER = re.compile(r"…|\.{2,}|<[^<>]{1,40}>|\[[^\[\]]{1,40}\]")


def judge(text: str, expected: Expected, *, cut: bool = False) -> ToolVerdict:
    """Whether the answer counts. Never raises; takes a time linear in the text.

    `cut`: a token limit ended the answer. A whole value counts even so. Unless calls are required, an
    answer without any is prose, and means that no call was needed; `core.contract` judges prose.
    """
    if not text.strip():
        fault = ToolFault.TRUNCATED if cut else ToolFault.EMPTY
        return ToolVerdict(fault, 0, _CALL if isinstance(expected, Toolset) else "a JSON value")
    if isinstance(expected, Toolset):
        assembled = assembled_in(text)
        return (
            _judge_calls(text, expected, cut=cut)
            if assembled is None
            else _judge_assembled(text, assembled, expected, cut)
        )
    return _judge_value(text, expected, cut=cut)


def _judge_assembled(text: str, assembled: AnswerWithCalls, toolset: Toolset, cut: bool) -> ToolVerdict:
    """Calls that came as such: nothing of them, nor of what was said beside them, is looked at for others."""
    calls: list[_Call] = []
    at = 0
    for call in assembled.calls:
        name_at = max(at, text.find(written(call.name), at))
        at = max(name_at, text.find(written(call.arguments), name_at))
        try:
            arguments = _whole(call.arguments)
        except NotJsonError as error:
            broken = diagnose(call.arguments, 0, error, cut=cut)
            return replace(broken, at=at + _chars_written(call.arguments[: broken.at]))
        calls.append(_Call(call.name, name_at, arguments, partial(_place_in, call.arguments, at)))
    return _counted(calls, toolset)


def _whole(arguments: str) -> object:
    """A text of JSON and nothing else; an empty one means none. Raises NotJsonError."""
    if not arguments.strip():
        return {}
    parsed = parse_at(arguments, body_start(arguments))
    if arguments[parsed.end :].strip():
        raise NotJsonError(parsed.end, "the end")
    return parsed.value


def _place_in(arguments: str, at: int, path: Path) -> int:
    return at + _chars_written(arguments[: place_of(arguments, body_start(arguments), path)])


def _chars_written(text: str) -> int:
    """Up to the end of the text in a JSON string, with its opening quote."""
    return len(written(text)) - 1


def _judge_calls(text: str, toolset: Toolset, *, cut: bool) -> ToolVerdict:
    try:
        if found := family_calls(text, toolset, cut=cut):
            return _counted([_of_family(text, call) for call in found], toolset)
        return _judge_json_calls(text, toolset, cut=cut)
    except BrokenCallError as error:
        return error.verdict


def _judge_json_calls(text: str, toolset: Toolset, *, cut: bool) -> ToolVerdict:
    """Raises BrokenCallError."""
    found = find_json(
        text, lambda value: calls_in(value, toolset.names) is not None, looks_like_call, only_one=False
    )
    if found.error is not None:
        return diagnose(text, found.broken_at, found.error, cut=cut)
    if not found.values:
        refuse_mark(text, toolset, cut=cut)
        return _no_call(text, found.other, toolset, cut=cut)
    written: list[_Call] = []
    for parsed in found.values:
        if stray := stray_closer(text, parsed.end):
            return stray
        written += [_of_json(text, parsed, call) for call in calls_in(parsed.value, toolset.names) or ()]
    notes = notes_on(text, found.values)
    if ToolFault.EXTRA_TEXT in notes:
        written = _without_examples(written)
    return _counted(written, toolset, notes)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as it was written. `place` says where a part of its arguments stands."""

    name: object
    name_at: int
    arguments: object
    place: Callable[[Path], int]


def _of_json(text: str, parsed: Parsed, call: WrittenCall) -> _Call:
    at = place_of(text, parsed.start, call.arguments_path)

    def place(path: Path) -> int:
        return place_of(text, at, path) if text[at] == "{" else at

    return _Call(call.name, place_of(text, parsed.start, call.name_path), call.arguments, place)


def _of_family(text: str, call: FoundCall) -> _Call:
    def place(path: Path) -> int:
        is_object = call.is_json and text[call.arguments_at : call.arguments_at + 1] == "{"
        return place_of(text, call.arguments_at, path) if is_object else call.arguments_at

    return _Call(call.name, call.name_at, call.arguments, place)


def _without_examples(calls: list[_Call]) -> list[_Call]:
    """Inside prose, a call with a mere "…" in it may show how one looks; unless it is all there is."""
    real = [call for call in calls if not _is_example(call.arguments)]
    return real or calls


def _is_example(arguments: object) -> bool:
    values = arguments.values() if isinstance(arguments, dict) else ()
    return any(isinstance(value, str) and _PLACEHOLDER.fullmatch(value) for value in values)


def _counted(written: list[_Call], toolset: Toolset, notes: tuple[ToolFault, ...] = ()) -> ToolVerdict:
    calls: list[ParsedCall] = []
    for call in written:
        tool = toolset.named(known_name(call.name, toolset)) if isinstance(call.name, str) else None
        if tool is None:
            wanted = "one of " + ", ".join(toolset.names)
            return ToolVerdict(ToolFault.WRONG_TOOL, call.name_at, wanted)
        arguments = _given(call.arguments, tool)
        if not isinstance(arguments, dict):
            wanted = f"an object with the arguments of {tool.name}"
            return ToolVerdict(ToolFault.SCHEMA_INVALID, call.place(()), wanted)
        if wrong := complaint(tool.parameters, arguments):
            return ToolVerdict(ToolFault.SCHEMA_INVALID, call.place(wrong.path), wrong.wanted)
        if calls and not toolset.is_parallel:
            return ToolVerdict(ToolFault.SCHEMA_INVALID, call.name_at, "one call, and no second")
        calls.append(ParsedCall(tool.name, arguments))
    return ToolVerdict(notes=notes, calls=tuple(calls))


def _given(arguments: object, tool: Tool) -> object:
    """To a tool that takes no arguments, models give nothing in several ways."""
    bare = arguments.strip() if isinstance(arguments, str) else arguments
    gives_nothing = bare is None or bare in ("", [])
    return {} if gives_nothing and not tool.takes_arguments else arguments


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
    """Objects and lists are looked for inside prose; a plain number or text must be all there is.

    Of several, the last that fits counts: before it may stand what the shape is, or a first try.
    """
    start = body_start(text)
    if text[start : start + 1] in ("{", "["):
        return _value_at(text, start)
    whole = find_json(text, lambda _value: True, lambda _text, _start: False, only_one=False)
    found = whole if whole.values else find_json(text, lambda _: True, lambda *_: True, only_one=True)
    if found.values:
        fitting = [parsed for parsed in found.values if complaint(schema, parsed.value) is None]
        return FoundJson((fitting or found.values)[-1:])
    if found.error is not None or _wants_container(schema):
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
