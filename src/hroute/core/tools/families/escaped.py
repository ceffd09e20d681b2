"""Calls as FunctionGemma and Gemma 4 write them: like JSON, with bare keys and marks for quotes."""

import re
from functools import cache

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.families.found import MAX_CALLS, NAME, FoundCall, broken, known_name
from hroute.core.tools.text.json_text import NotJsonError, parse_at

MAX_DEPTH = 50
_LEAD = rf"(?:(?P<mark><start_function_call>|<\|tool_call>)\s*|^)call:\s*(?P<name>{NAME})\s*(?=\{{)"
_QUOTE = r"\s*(?P<quote><escape>|<\|\"\|>)"
_KEY = r"\s*(?:\"(?P<json>[^\"\n]{0,128})\"|(?P<bare>[^:{}\[\],<\"]{1,128}))\s*:"
_BARE = r"[^,}\]<]*"
_SPACE = r"\s*"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def escaped_calls(text: str, toolset: Toolset, *, cut: bool) -> list[FoundCall]:
    """In their order. Raises BrokenCallError."""
    calls: list[FoundCall] = []
    at = 0
    while len(calls) < MAX_CALLS and (lead := _compiled(_LEAD).search(text, at)):
        name, at = known_name(lead["name"], toolset), lead.end()
        if lead["mark"] is None and toolset.named(name) is None:
            continue
        reader = _Reader(text, at, cut=cut)
        arguments = reader.value(0)
        calls.append(FoundCall(name, lead.start("name"), arguments, at, reader.at))
        at = reader.at
    return calls


class _Reader:
    """Reads the value that begins at `at`, and moves on behind it."""

    def __init__(self, text: str, at: int, *, cut: bool) -> None:
        self._text, self.at, self._cut = text, at, cut

    def value(self, depth: int) -> object:
        """Raises BrokenCallError."""
        if depth > MAX_DEPTH:
            raise broken(self._text, self.at, "a flatter value", cut=False)
        if quote := self._match(_QUOTE):
            return self._quoted(quote["quote"])
        if self._takes("{"):
            return self._object(depth)
        if self._takes("["):
            return self._list(depth)
        return self._plain()

    def _object(self, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        while not self._takes("}"):
            if values and not self._takes(","):
                raise self._broken("',' or '}'")
            key = self._key()
            values[key] = self.value(depth + 1)
        return values

    def _key(self) -> str:
        if quote := self._match(_QUOTE):
            key = self._quoted(quote["quote"])
            if not self._takes(":"):
                raise self._broken("':'")
            return key
        found = self._match(_KEY)
        if found is None:
            raise self._broken("the name of an argument")
        return str(found["json"] if found["bare"] is None else found["bare"].strip())

    def _list(self, depth: int) -> list[object]:
        values: list[object] = []
        while not self._takes("]"):
            if values and not self._takes(","):
                raise self._broken("',' or ']'")
            values.append(self.value(depth + 1))
        return values

    def _quoted(self, quote: str) -> str:
        stop = self._text.find(quote, self.at)
        if stop < 0:
            raise broken(self._text, len(self._text.rstrip()), f"'{quote}'", cut=self._cut)
        text, self.at = self._text[self.at : stop], stop + len(quote)
        return text

    def _plain(self) -> object:
        """A number, a word or a text as in JSON; any other text as it is."""
        self._match(_SPACE)
        try:
            parsed = parse_at(self._text, self.at)
        except NotJsonError:
            found = self._match(_BARE)
            text = found[0].strip() if found else ""
            if not text:
                raise self._broken("a value") from None
            return text
        self.at = parsed.end
        return parsed.value

    def _takes(self, sign: str) -> bool:
        return self._match(rf"\s*{re.escape(sign)}") is not None

    def _match(self, pattern: str) -> re.Match[str] | None:
        found = _compiled(pattern).match(self._text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def _broken(self, wanted: str) -> Exception:
        is_over = not self._text[self.at :].strip()
        return broken(self._text, self.at, wanted, cut=self._cut and is_over)
