"""A mark, the name of the tool, and its arguments as JSON."""

import re
from functools import cache

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.families.found import (
    MAX_CALLS,
    NAME,
    BrokenCallError,
    FoundCall,
    broken,
    known_name,
    parameter_names,
)
from hroute.core.tools.text.broken import diagnose
from hroute.core.tools.text.json_text import NotJsonError, Parsed, parse_at

_FENCE = r"(?:```(?:json)?\s*)?"
_LEADS = (
    # Mistral, from its tokenizer v11 on, with or without the id of the call
    rf"\[TOOL_CALLS\]\s*(?P<mistral>{NAME})(?:\s*\[CALL_ID\][^\[\]\s]{{0,64}})?\s*(?:\[ARGS\])?",
    rf"(?P<mistral_next>{NAME})\[ARGS\]",
    # Llama 3.1, Functionary 3.1
    rf"<function=[\"']?(?P<llama>{NAME})[\"']?>(?=\s*(?:\{{|</function>|\Z))",
    rf"<function=(?P<llama_unclosed>{NAME}?)[,(]?\s*(?=\{{)",
    # Qwen-Agent
    rf"✿FUNCTION✿:\s*(?P<qwen>{NAME})\s*(?:✿ARGS✿:)?",
    # Functionary 2 and 3.2
    rf"<\|recipient\|>\s*(?P<recipient>(?!all\b){NAME})\s*<\|content\|>",
    rf"(?:^|\n)>>>(?P<functionary>(?!all\n){NAME})\n",
    rf">>>(?P<functionary_next>(?!all\n){NAME})\n(?=\s*\{{)",
    # DeepSeek V2 to V3.1
    rf"<[|｜]tool▁call▁begin[|｜]>(?:function<[|｜]tool▁sep[|｜]>)?\s*(?P<deepseek>{NAME})\s*(?:<[|｜]tool▁sep[|｜]>)?",
    # Kimi K2
    rf"<\|tool_call_begin\|>\s*(?P<kimi>{NAME})\s*<\|tool_call_argument_begin\|>",
    # OpenAI's harmony, in both orders of its heading
    rf"<\|channel\|>[^<\n]{{0,60}}?\bto=(?P<harmony>{NAME})[^<\n]{{0,40}}(?:<\|constrain\|>\w*\s*)?<\|message\|>",
    rf"\bto=(?P<harmony_first>{NAME})\s*<\|channel\|>[^<\n]{{0,60}}(?:<\|constrain\|>\w*\s*)?<\|message\|>",
    # Hunyuan, GLM: the name alone inside the tags
    rf"<tool_call>\s*(?P<hunyuan>{NAME})\s*(?=\{{|```)",
    # ReAct, in LangChain's form
    rf"(?:^|\n)[ \t>*]*Action\**[ \t]*:\**[ \t]*[`\"]?(?P<react>{NAME})[`\"]?[ \t]*"
    r"\n\s*\**Action[ _]Input\**[ \t]*:\**[ \t]*",
)
# To a tool that takes no arguments, models give nothing in several ways.
_NOTHING = re.compile(r"""(?:null|None|""|'')\s*(?:[<\[]|\Z)""")
# Without a mark, so only where the name is a tool's: GLM-4, and models that imitate it.
_BARE = rf"(?:^|\n)[ \t`]*(?:functions\.)?(?P<bare>{NAME})[ \t`]*:?\s*{_FENCE}(?=\{{)"


@cache
def _leads() -> re.Pattern[str]:
    return re.compile("|".join((*_LEADS, _BARE)))


def named_calls(text: str, toolset: Toolset, *, cut: bool) -> list[FoundCall]:
    """In their order. Raises BrokenCallError."""
    calls: list[FoundCall] = []
    at = 0
    while len(calls) < MAX_CALLS and (lead := _leads().search(text, at)):
        kind = lead.lastgroup or ""
        name = known_name(lead[kind], toolset)
        at = lead.end()
        if kind == "bare" and toolset.named(name) is None:
            at = lead.end(kind)
            continue
        found = _arguments(text, lead.end(), name, toolset, cut=cut)
        calls.append(FoundCall(name, lead.start(kind), found.value, found.start, found.end, is_json=True))
        at = found.end
    return calls


def _arguments(text: str, at: int, name: str, toolset: Toolset, *, cut: bool) -> Parsed:
    start = _body(text, at)
    if text[start : start + 1] == "{":
        try:
            return parse_at(text, start)
        except NotJsonError as error:
            raise BrokenCallError(diagnose(text, start, error, cut=cut)) from error
    names = parameter_names(toolset.named(name))
    line = text[start:].split("\n", 1)[0].strip()
    if not names and (not line or line[0] in "<[" or _NOTHING.match(line)):
        return Parsed({}, start, start)
    # ReAct's tools take one text.
    if len(names) == 1 and line and line[0] not in "<[`":
        return Parsed({names[0]: line.strip("\"'")}, start, start + len(text[start:].split("\n", 1)[0]))
    raise broken(text, start, "a JSON object with the arguments", cut=cut and not line)


def _body(text: str, at: int) -> int:
    found = re.compile(rf"\s*{_FENCE}").match(text, at)
    return found.end() if found else at
