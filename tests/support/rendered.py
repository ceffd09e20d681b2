"""Turns of every make, and the messages that they become."""

from hroute.core.turn.message import Message, Role, Text
from tests.support.world import Make

TOOLS = """[{"type": "function", "function": {"name": "get_weather", "description": "of a city", "parameters":
 {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]"""
SAID = (Message.of(Role.USER, "Hello"), Message.of(Role.ASSISTANT, "Hi!"))
FENCED = Text("one\n```py\nprint()\n```\n\n", "a.md")
LONG_FENCE = Text("`````\nx\n````` and ``", "b.md")
CALL = '{"name": "get_weather", "arguments": {"city": "Oslo"}}'
VALID = '{"name": "Ada", "age": 3}'

CASES: dict[str, dict[str, object]] = {
    "plain": {"prompt": "Why?"},
    "system": {"prompt": "Why?", "system": "Be brief."},
    "history": {"prompt": "And now?", "history": SAID},
    "history and system": {"prompt": "And now?", "history": SAID, "system": "Be brief."},
    "file": {"prompt": "What is it?", "attachments": (FENCED,)},
    "files with fences": {"prompt": "What are they?", "attachments": (FENCED, LONG_FENCE)},
    "empty file": {"prompt": "What is it?", "attachments": (Text("", ""),)},
    "file and history": {"prompt": "What is it?", "attachments": (FENCED,), "history": SAID},
    "schema": {"prompt": "Ada, 3", "schema": "name: str, age: int"},
    "schema and system": {"prompt": "Ada, 3", "schema": "name: str, age: int", "system": "Be exact."},
    "tools": {"prompt": "Oslo?", "tools": TOOLS},
    "all": {"prompt": "Oslo?", "tools": TOOLS, "system": "Hm.", "history": SAID, "attachments": (FENCED,)},
}


def lines_of(make: Make, name: str) -> str:
    """The messages of a case, each after a line with its role."""
    world = make(CALL if "tools" in CASES[name] else VALID)
    world.ask(**CASES[name])  # type: ignore[arg-type]
    return "".join(f"--- {m.role}\n{m.text}\n" for m in world.local.requests[0].messages)
