"""Reads the calls of an answer, in whichever family's syntax they are."""

import re
from functools import cache

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.families.escaped import escaped_calls
from hroute.core.tools.families.found import FoundCall, broken
from hroute.core.tools.families.marks import CALL_MARKS
from hroute.core.tools.families.named import named_calls
from hroute.core.tools.families.pythonic import pythonic_calls
from hroute.core.tools.families.tagged import tagged_calls

# What no answer in prose has by chance, out of code.
_MARKS = (
    r"<[|｜]?/?(?:[a-z]+:)?tool_calls?(?:_start|_begin|:\w+)?[|｜]?>|\[TOOL_CALLS\]|<[|｜]tool▁call"
    r"|<\|tool_calls_section|<\|tools_prefix\|>|<\|action_start\|>|<\|recipient\|>|✿FUNCTION✿|<(?:use_tool|tool_use)>"
    r"|<\|python_(?:tag|start)\|>|<\|START_ACTION\|>|<TOOLCALL>|<(?:[|｜]?[a-zA-Z]+[:|｜])?function=[^<>\s]{1,128}>"
    r"|<(?:[|｜]?[a-zA-Z]+[:|｜])?(?:function_calls|invoke)\b|<start_function_call>"
    r"|<\|channel\|>[^<\n]{0,60}\bto=|<\|start\|>assistant to="
)
# An answer that ends in the middle of a mark was about to call; shorter beginnings may be anything.
_LEAST_BEGUN = 6
_QUOTED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(_MARKS)


def family_calls(text: str, toolset: Toolset, *, cut: bool) -> list[FoundCall]:
    """In their order; none where no family's syntax was begun. Raises BrokenCallError."""
    for read in (escaped_calls, tagged_calls, named_calls, pythonic_calls):
        if calls := read(text, toolset, cut=cut):
            return calls
    return []


def refuse_mark(text: str, toolset: Toolset, *, cut: bool) -> None:
    """Raises BrokenCallError where a call was begun that nobody could read."""
    plain = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    if mark := _marks().search(plain):
        raise broken(text, mark.end(), "a call", cut=cut)
    if _begun(toolset).search(text) or _ends_in_mark(text.rstrip()):
        raise broken(text, len(text.rstrip()), "a call", cut=cut)


def _begun(toolset: Toolset) -> re.Pattern[str]:
    """An answer that ends before the arguments: marks that are several tokens, and actions without input."""
    names = "|".join(re.escape(name) for name in toolset.names)
    action = rf"^[ \t>*]*Action\**:\**[ \t]*[`\"]?(?:{names})[`\"]?[ \t]*(?:\n[ \t*]*A[a-zI _]*)?"
    marks = rf"<function=[^\s<>]{{0,128}}|>>>(?:{names})|<\|channel\|>comm\w*|^```tool_(?:code|call)"
    return re.compile(rf"(?:{action}|{marks})\s*\Z", re.MULTILINE)


def _ends_in_mark(text: str) -> bool:
    return any(
        text.endswith(mark[:length]) for mark in CALL_MARKS for length in range(_LEAST_BEGUN, len(mark))
    )
