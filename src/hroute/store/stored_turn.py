"""How the log stores what was asked: a form of its own, so that values may change and old rows still read."""

import json
from typing import Any

from hroute.core.turn.message import Message, Role, Text
from hroute.core.types import Route, Sampling, Turn


def written(turn: Turn) -> dict[str, Any]:
    """Without what has columns of its own: the prompt, and the place in a session with its history."""
    history = () if turn.place else turn.history
    return {
        "system": turn.system,
        "history": [{"role": message.role, "content": message.text} for message in history],
        "attachments": [{"name": file.source, "text": file.text} for file in turn.attachments],
        "tools": turn.tools,
        "schema": turn.schema,
        "forced": turn.forced,
        "sampling": {
            "max_tokens": turn.sampling.max_tokens,
            "temperature": turn.sampling.temperature,
            "seed": turn.sampling.seed,
        },
        "category": turn.category,
        "dismissed": turn.dismissed,
        "held": turn.held,
    }


def read(prompt: str, request: str) -> Turn:
    """Raises ValueError for what no version has written; of what a version did not know, it has nothing."""
    raw = json.loads(request)
    if not isinstance(raw, dict):
        raise ValueError("a stored turn is no object")
    sampling = raw.get("sampling") or {}
    return Turn(
        prompt,
        system=raw.get("system"),
        history=tuple(Message.of(Role(one["role"]), one["content"]) for one in raw.get("history") or ()),
        attachments=tuple(Text(one["text"], one["name"]) for one in raw.get("attachments") or ()),
        tools=raw.get("tools"),
        schema=raw.get("schema"),
        forced=_route(raw.get("forced")),
        sampling=Sampling(sampling.get("max_tokens"), sampling.get("temperature"), sampling.get("seed")),
        category=raw.get("category"),
        dismissed=tuple(raw.get("dismissed") or ()),
        held=_route(raw.get("held")),
    )


def _route(name: str | None) -> Route | None:
    return None if name is None else Route(name)
