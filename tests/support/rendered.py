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
    "plain": {"ask": "Why?"},
    "system": {"ask": "Why?", "system": "Be brief."},
    "history": {"ask": "And now?", "history": SAID},
    "history and system": {"ask": "And now?", "history": SAID, "system": "Be brief."},
    "file": {"ask": "What is it?", "files": (FENCED,)},
    "files with fences": {"ask": "What are they?", "files": (FENCED, LONG_FENCE)},
    "empty file": {"ask": "What is it?", "files": (Text("", ""),)},
    "file and history": {"ask": "What is it?", "files": (FENCED,), "history": SAID},
    "schema": {"ask": "Ada, 3", "schema": "name: str, age: int"},
    "schema and system": {"ask": "Ada, 3", "schema": "name: str, age: int", "system": "Be exact."},
    "tools": {"ask": "Oslo?", "tools": TOOLS},
    "all": {"ask": "Oslo?", "tools": TOOLS, "system": "Hm.", "history": SAID, "files": (FENCED,)},
}


def lines_of(make: Make, name: str) -> str:
    """The messages of a case, each after a line with its role."""
    world = make(CALL if "tools" in CASES[name] else VALID)
    world.ask(**CASES[name])  # type: ignore[arg-type]
    return "".join(f"--- {m.role}\n{m.text}\n" for m in world.local.sent_texts(0))
