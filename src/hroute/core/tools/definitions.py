"""The tools of a turn as checked frozen values, and how they are to be called."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from hroute.core.errors import UsageError
from hroute.core.tools.forms import Tool, tools_in
from hroute.core.tools.schema.read import Schema, read_json


class Choice(StrEnum):
    """Whether tools are to be called; after OpenAI's `tool_choice`."""

    AUTO = "auto"  # an answer in prose counts as "no call needed"
    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools of a turn. `source` is the text that they were read from, for people."""

    tools: tuple[Tool, ...]
    choice: Choice = Choice.AUTO
    only: str | None = None  # the one tool that must be called
    is_parallel: bool = True  # whether an answer may have several calls
    left_out: tuple[str, ...] = field(default=(), compare=False)  # why other definitions are not among them
    source: str = field(default="", compare=False, repr=False)

    @property
    def binds(self) -> bool:
        return self.choice is not Choice.NONE

    @property
    def must_call(self) -> bool:
        return self.choice is Choice.REQUIRED or self.only is not None

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools that may be called."""
        return tuple(tool for tool in self.tools if self.binds and self.only in (None, tool.name))

    def named(self, name: str) -> Tool | None:
        return next((tool for tool in self.offered if tool.name == name), None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of them, a line each."""
        return (*self.left_out, *(line for tool in self.tools for line in tool.warnings))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(tool.name for tool in self.offered)


Expected = Toolset | Schema  # what an answer must be, when it is not to be prose


@lru_cache(64)
def read_toolset(
    text: str,
    where: str = "tools",
    *,
    choice: Choice = Choice.AUTO,
    only: str | None = None,
    is_parallel: bool = True,
) -> Toolset:
    """As `read_tools`, and how they are to be called; UsageError also where `only` names none of them."""
    tools, left_out = _tools_of(read_json(text, where), where)
    if only is not None and all(tool.name != only for tool in tools):
        raise UsageError(f"{where}: no tool is named {only!r}, which is the one to call")
    return Toolset(tools, choice, only, is_parallel, left_out, text)


def read_tools(text: str, where: str = "tools") -> tuple[Tool, ...]:
    """Tools from JSON: a list, one definition, or an object with a list under "tools". Raises UsageError."""
    return tools_of(read_json(text, where), where)


def tools_of(document: object, where: str) -> tuple[Tool, ...]:
    return _tools_of(document, where)[0]


def _tools_of(document: object, where: str) -> tuple[tuple[Tool, ...], tuple[str, ...]]:
    """The tools, and why other definitions were left out."""
    tools, left_out = tools_in(document, where)
    names = [tool.name for tool in tools]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{where}: two tools are named {twice!r}", "give each its own name")
    return tools, left_out
