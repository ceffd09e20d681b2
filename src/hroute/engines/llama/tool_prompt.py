"""Tools, calls and results as a model's own chat template tells them, which it was trained on."""

import json
from collections.abc import Callable, Collection, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from hroute.core.errors import LocalInferenceError
from hroute.core.tools.call_syntax import CallSyntax, probe_calls, read_syntax
from hroute.core.turn.message import Message, Role, ToolCall
from hroute.engines.llama.template import Plain

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Toolset

Render = Callable[[list[Plain], list[Plain] | None], str]  # messages and tools; raises LocalInferenceError


class UntoldError(Exception):
    """A conversation that templates have no form for."""


def tools_of(toolset: "Toolset") -> list[Plain]:
    return [_tool(one.name, one.description, one.parameters.document) for one in toolset.offered]


def template_messages(messages: Sequence[Message]) -> list[Plain]:
    """Raises UntoldError for calls whose arguments are no object."""
    head = list(takewhile(lambda message: message.role is Role.SYSTEM, messages))
    plain: list[Plain] = []
    if system := "\n\n".join(message.text for message in head):
        plain.append({"role": "system", "content": system})
    names: dict[str, str] = {}
    for message in messages[len(head) :]:
        names.update((call.id, call.name) for call in message.calls)
        for result in message.results:
            text = f"Error: {result.text}" if result.is_error else result.text
            by = {"name": names.get(result.call_id, ""), "tool_call_id": result.call_id}
            plain.append({"role": "tool", "content": text, **by})
        if message.calls:
            calls = [_call(call) for call in message.calls]
            plain.append({"role": "assistant", "content": message.text, "tool_calls": calls})
        elif message.text or not message.results:
            role = Role.USER if message.results else message.role
            plain.append({"role": role.value, "content": message.text})
    return plain


def syntax_of(render: Render, ends: Collection[str]) -> CallSyntax | None:
    """How the template writes calls; None where it does not, or not as JSON with a mark around it."""
    asked: Plain = {"role": "user", "content": "hi"}
    tools = [_tool(name, "", {"type": "object", "properties": {}}) for name, _ in probe_calls(2)]
    try:
        before = render([asked], tools)
        if before == render([asked], None):
            return None
        one, two = (_turn(render, before, asked, tools, count) for count in (1, 2))
    except LocalInferenceError:
        return None
    return None if one is None else read_syntax(one, two, ends)


def _turn(render: Render, before: str, asked: Plain, tools: list[Plain], count: int) -> str | None:
    """What stands after the generation prompt where the model has made probe calls."""
    calls = [
        _written(f"probe0000{number}"[-9:], name, arguments)
        for number, (name, arguments) in enumerate(probe_calls(count))
    ]
    said = {"role": "assistant", "content": "", "tool_calls": calls}
    try:
        whole = render([asked, said], tools)
    except LocalInferenceError:
        if count == 1:
            raise
        return None
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(before, whole, strict=False))
    return whole[sum(1 for _ in alike) :]


def _call(call: ToolCall) -> Plain:
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError) as exc:
        raise UntoldError from exc
    if not isinstance(arguments, dict):
        raise UntoldError
    return _written(call.id, call.name, arguments)


def _written(id_: str, name: str, arguments: Plain | dict[str, str]) -> Plain:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def _tool(name: str, description: str, parameters: object) -> Plain:
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}
