"""A call whose arguments stand in tags of their own."""

import re
from collections.abc import Callable
from functools import cache

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.families.found import (
    MAX_CALLS,
    NAME,
    FoundCall,
    broken,
    known_name,
    typed,
)
from hroute.core.tools.text.json_text import NotJsonError, parse_at

_PREFIX = r"(?:[|｜]?[A-Za-z]+[:|｜])?"  # antml:, minimax:, seed:, ｜DSML｜
_OPEN = (
    # Qwen3-Coder, Seed, Nemotron 3: <function=f><parameter=k>v</parameter></function>
    rf"<{_PREFIX}function=[\"']?(?P<function>{NAME})[\"']?>(?=\s*<{_PREFIX}parameter)"
    # Claude's older form, MiniMax, DeepSeek V3.2: <invoke name="f"><parameter name="k">v</parameter></invoke>
    rf"|<{_PREFIX}(?P<tag>invoke|function|tool)\s+name=[\"'](?P<invoke>{NAME})[\"'][^>\n]{{0,80}}>"
    # GLM 4.5 and later, Hunyuan: <tool_call>f <arg_key>k</arg_key><arg_value>v</arg_value></tool_call>
    rf"|<tool_call>\s*(?P<glm>{NAME})\s*(?:<tool_sep>\s*)?(?=<arg_key>|</tool_call>)"
    # A tag each for the name and the arguments
    rf"|<(?P<names>name|tool_name|function_name)>\s*(?P<apart>{NAME})\s*</(?P=names)>\s*"
    r"(?=<(?:arguments|parameters|args|input)>)"
)
_PARAMETER = (
    rf"\s*<{_PREFIX}(?:parameter|param|arg)(?:=[\"']?(?P<equal>[^>\"'\s]{{1,128}})[\"']?|\s+name=[\"'](?P<named>[^\"'>]{{1,128}})[\"'])"
    r"(?P<more>[^>\n]{0,80})>"
)
_KEY = r"\s*<arg_key>\s*(?P<key>[^<]{1,128}?)\s*</arg_key>\s*<arg_value>"
_CHILD = r"\s*<(?P<child>[\w.-]{1,128})>"
_IN = r"<(?P<in>arguments|parameters|args|input)>\s*"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def tagged_calls(text: str, toolset: Toolset, *, cut: bool) -> list[FoundCall]:
    """In their order. Raises BrokenCallError."""
    calls: list[FoundCall] = []
    at = 0
    while len(calls) < MAX_CALLS and (found := _opening(toolset).search(text, at)):
        reader = _Reader(text, found.end(), cut=cut)
        kind = next(kind for kind in ("function", "invoke", "glm", "apart", "own") if found[kind])
        name = known_name(found[kind], toolset)
        read = reader.arguments(kind, found["tag"] or found[kind])
        arguments = typed(read, toolset.named(name)) if isinstance(read, Texts) else read
        calls.append(FoundCall(name, found.start(kind), arguments, found.end(), reader.at, is_json=False))
        at = reader.at
    return calls


def _opening(toolset: Toolset) -> re.Pattern[str]:
    """The tools' own names as tags, too: <get_weather><city>Oslo</city></get_weather>."""
    names = "|".join(re.escape(name) for name in toolset.names)
    # One that is only spoken of is followed by neither arguments nor its other half.
    return re.compile(rf"{_OPEN}|<(?P<own>{names})>(?=\s*(?:[<{{]|\Z)|[^<]{{0,200}}</(?P=own)>)")


class Texts(dict[str, str]):
    """Arguments by name, as the texts that stand in their tags."""


# The name of an argument, and the tag that ends its value.
_Naming = Callable[[re.Match[str]], tuple[str, str]]


class _Reader:
    """Reads the arguments that begin at `at`, and moves on behind the call."""

    def __init__(self, text: str, at: int, *, cut: bool) -> None:
        self._text, self.at, self._cut = text, at, cut

    def arguments(self, kind: str, tag: str) -> object:
        if kind == "glm":
            return self._pairs(_KEY, lambda found: (found["key"], "</arg_value>"), "</tool_call>")
        if kind in ("apart", "own"):
            return self._inside(tag if kind == "own" else None)
        closing = "function" if kind == "function" else tag
        return self._pairs(_PARAMETER, self._parameter, rf"</{_PREFIX}{closing}>")

    def _parameter(self, found: re.Match[str]) -> tuple[str, str]:
        tag = found[0].strip()[1:].split("=", 1)[0].split()[0]
        return found["equal"] or found["named"], f"</{tag}>"

    def _pairs(self, opening: str, named: _Naming, closing: str) -> Texts:
        values = Texts()
        while found := _compiled(opening).match(self._text, self.at):
            name, end = named(found)
            stop = self._text.find(end, found.end())
            if stop < 0:
                raise broken(self._text, found.end(), f"'{end}'", cut=self._cut)
            values[name] = self._text[found.end() : stop]
            self.at = stop + len(end)
        end_found = _compiled(rf"\s*{closing}").match(self._text, self.at)
        if end_found is None:
            raise broken(self._text, self.at, "the end of the call", cut=self._cut)
        self.at = end_found.end()
        return values

    def _inside(self, tag: str | None) -> object:
        """JSON, or a tag for each argument."""
        if tag is None and (found := _compiled(_IN).match(self._text, self.at)):
            tag, self.at = found["in"], found.end()
        closing = f"</{tag}>"
        stop = self._text.find(closing, self.at)
        if stop < 0:
            raise broken(self._text, len(self._text.rstrip()), f"'{closing}'", cut=self._cut)
        body = self._text[self.at : stop].strip()
        if body.startswith("{"):
            try:
                value: object = parse_at(body, 0).value
            except NotJsonError as error:
                at = self._text.find(body, self.at) + error.at
                raise broken(self._text, at, error.wanted, cut=False) from error
            self.at = stop + len(closing)
            return value
        return self._pairs(_CHILD, lambda found: (found["child"], f"</{found['child']}>"), re.escape(closing))
