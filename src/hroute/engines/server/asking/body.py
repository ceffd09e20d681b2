"""The JSON of a chat completion, written for what its server takes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hroute.core.decision.decision import Need, Route
from hroute.core.render import Sent, rendered
from hroute.core.turn.message import Message, Role
from hroute.engines.base import Request
from hroute.engines.server.asking.fields import Field, Without, takes
from hroute.engines.server.asking.messages import folded, message_json, one_by_one
from hroute.engines.server.asking.names import wire_names
from hroute.engines.server.spec import ServerSpec

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Toolset
    from hroute.core.tools.schema.read import Schema

SCHEMA_NAME = "answer"


@dataclass(frozen=True, slots=True)
class RequestBody:
    """`raw` is what goes out, with these `fields` that it could do without; `names` are those of tools.

    `texts`: what a tokenizer reads of it, `tools_chars` of them for tools that go as such.
    """

    raw: bytes
    fields: frozenset[Field]
    texts: tuple[Message, ...]
    names: Mapping[str, str]  # as hroute knows them, by the names that were sent
    tools_chars: int


def written(request: Request, spec: ServerSpec, without: Without) -> RequestBody:
    """A streaming chat completion; only what somebody asked for is sent."""
    sent = rendered(request.messages, request.expected, _taken(request, spec, without))
    messages = folded(sent.messages) if Field.SYSTEM in without else sent.messages
    messages = one_by_one(messages) if Field.SAME_ROLE in without else messages
    names = wire_names(_tool_names(sent))
    reported = [one for message in messages for one in message_json(message, names, spec.route)]
    body: dict[str, Any] = {
        "model": spec.model,
        "messages": reported,
        "stream": True,
        **_sampling(request, spec, without),
        **({} if sent.tools is None else _tools(sent.tools, names, without)),
        **_response_format(request, spec, without),
        **_reports(without),
        **spec.extra_body,
    }
    # A lone surrogate (a file name or argument that is not UTF-8) has no UTF-8 form.
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    own = {wire: name for name, wire in names.items()}
    fields = _fields_of(body, sent, messages) - frozenset(part for part in Field if part in spec.extra_body)
    tools_chars = len(sent.texts[0].text) if sent.tools is not None else 0
    return RequestBody(raw, fields, sent.texts, own, tools_chars)


def _taken(request: Request, spec: ServerSpec, without: Without) -> frozenset[Need]:
    taken = takes(spec, without)
    schema = _schema_of(request)
    return taken if schema is None or _goes_as_such(schema, spec) else taken - {Need.SCHEMAS}


def _schema_of(request: Request) -> "Schema | None":
    if request.expected is None:
        return None
    from hroute.core.tools.schema.read import Schema

    return request.expected if isinstance(request.expected, Schema) else None


def _goes_as_such(schema: "Schema", spec: ServerSpec) -> bool:
    """OpenAI and others that follow it take a schema of an object alone."""
    document = schema.document
    return spec.route is Route.LOCAL or (isinstance(document, dict) and document.get("type") == "object")


def _tool_names(sent: Sent) -> Iterator[str]:
    if sent.tools is not None:
        yield from sent.tools.names
    for message in sent.messages:
        yield from (call.name for call in message.calls)


def _sampling(request: Request, spec: ServerSpec, without: Without) -> dict[str, Any]:
    asked, default = request.sampling, spec.sampling
    limit = "max_completion_tokens" if Field.MAX_TOKENS in without else "max_tokens"
    values = {
        limit: default.max_tokens if asked.max_tokens is None else asked.max_tokens,
        Field.TEMPERATURE: default.temperature if asked.temperature is None else asked.temperature,
        Field.TOP_P: spec.top_p if asked.top_p is None else asked.top_p,
        Field.SEED: asked.seed,
        Field.STOP: list(asked.stop) or None,
    }
    return {str(name): value for name, value in values.items() if value is not None and name not in without}


def _reports(without: Without) -> dict[str, Any]:
    values = {Field.STREAM_OPTIONS: {"include_usage": True}, Field.LOGPROBS: True}
    return {name.value: value for name, value in values.items() if name not in without}


def _tools(toolset: "Toolset", names: Mapping[str, str], without: Without) -> dict[str, Any]:
    from hroute.core.tools.schema.strict import is_strict

    tools = []
    for tool in toolset.offered:
        parameters = tool.parameters.document
        assert isinstance(parameters, dict), "a tool's parameters are an object"
        # OpenAI refuses an object without this.
        function: dict[str, Any] = {"name": names[tool.name]}
        function |= {"description": tool.description} if tool.description else {}
        function["parameters"] = parameters if "$ref" in parameters else {"properties": {}} | parameters
        if Field.STRICT not in without and is_strict(function["parameters"]):
            function["strict"] = True
        tools.append({"type": "function", "function": function})
    choice = _choice(toolset, names)
    return {
        "tools": tools,
        **({} if choice is None or Field.TOOL_CHOICE in without else {"tool_choice": choice}),
        **({} if toolset.is_parallel or Field.PARALLEL in without else {"parallel_tool_calls": False}),
    }


def _choice(toolset: "Toolset", names: Mapping[str, str]) -> Any:
    """None: as the server does by itself."""
    if toolset.only is not None:
        return {"type": "function", "function": {"name": names[toolset.only]}}
    return "required" if toolset.must_call else None


def _response_format(request: Request, spec: ServerSpec, without: Without) -> dict[str, Any]:
    schema = _schema_of(request)
    if schema is None or Field.RESPONSE_FORMAT in without or not _goes_as_such(schema, spec):
        return {}
    from hroute.core.tools.schema.strict import is_strict

    strict = {"strict": True} if Field.STRICT not in without and is_strict(schema.document) else {}
    named = {"name": SCHEMA_NAME, "schema": schema.document, **strict}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _fields_of(body: Mapping[str, Any], sent: Sent, messages: tuple[Message, ...]) -> frozenset[Field]:
    """What of it a refusal may be about."""
    found = {part for part in Field if part in body}
    tools, schema = body.get("tools", ()), body.get("response_format", {}).get("json_schema", {})
    if schema.get("strict") or any("strict" in tool["function"] for tool in tools):
        found.add(Field.STRICT)
    if any(message.calls for message in sent.messages):
        found.add(Field.TOOLS)
    if any(message.role is Role.SYSTEM for message in messages):
        found.add(Field.SYSTEM)
    if any(one.role is two.role for one, two in pairwise(messages)):
        found.add(Field.SAME_ROLE)
    return frozenset(found)
