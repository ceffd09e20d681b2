"""The short form of a response schema: `name: str, tags: list[str], level: low|mid|high, note?: str`."""

import re
from typing import Any, NoReturn

from hroute.core.errors import UsageError

_NAMES = {
    "string": ("str", "string"),
    "integer": ("int", "integer"),
    "number": ("float", "number"),
    "boolean": ("bool", "boolean"),
    "null": ("null",),  # "none" is a word: insurance: none|basic|full
    "object": ("dict", "object"),
    "array": ("list",),
}
_TYPES: dict[str, dict[str, Any]] = {
    **{name: {"type": kind} for kind, names in _NAMES.items() for name in names},
    "any": {},
}
_MAX_DEPTH = 20
_Part = dict[str, Any] | str | int  # a type's schema, or one word of an enumeration
_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([^\s,:|?\[\]{}"]+)|(.))', re.DOTALL)


def parse_short_form(text: str, where: str) -> dict[str, Any]:
    """The JSON Schema of a short form. Raises UsageError with the place and what was expected there."""
    return _Parser(text, where).fields(end="")


class _Parser:
    def __init__(self, text: str, where: str) -> None:
        self._text, self._where = text.rstrip(), where
        self._at = self._depth = 0

    def fields(self, end: str) -> dict[str, Any]:
        """`name: type, ...` up to `end`: "}" or the end of the text."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        while True:
            name = self._word("a name")
            if name in properties:
                self._fail(f"the name {name!r} only once")
            optional = self._takes("?")
            self._need(":")
            properties[name] = self._union()
            if not optional:
                required.append(name)
            if not self._takes(","):
                break
        self._need(end)
        closed = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**closed, "required": required} if required else closed

    def _union(self) -> dict[str, Any]:
        """One type, several, or the words of an enumeration; null may stand among the words."""
        parts = [self._part()]
        while self._takes("|"):
            parts.append(self._part())
        words = [part for part in parts if not isinstance(part, dict)]
        schemas = [part for part in parts if isinstance(part, dict)]
        if not words:
            return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        if len(parts) == 1:
            known = ", ".join(name for name in _TYPES)
            self._fail(f"a type ({known}) or several words with | between, not {words[0]!r}")
        if any(schema != {"type": "null"} for schema in schemas):
            self._fail("either types or words, not both")
        return {"enum": [*words, *([None] if schemas else [])]}

    def _part(self) -> _Part:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._fail(f"at most {_MAX_DEPTH} levels")
        part = self._one()
        self._depth -= 1
        return part

    def _one(self) -> _Part:
        if self._takes("{"):
            return self.fields(end="}")
        quoted = self._peek().startswith('"')
        word = self._word("a type")
        if not quoted and re.fullmatch(r"-?\d{1,15}", word):
            return int(word)
        if quoted or word.lower() not in _TYPES:
            return word
        if word.lower() == "list" and self._takes("["):
            items = self._union()
            self._need("]")
            return {"type": "array", "items": items}
        return dict(_TYPES[word.lower()])

    def _word(self, wanted: str) -> str:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match[3]:
            self._fail(wanted)
        self._at = match.end()
        return match[2] or re.sub(r"\\(.)", r"\1", match[1][1:-1])

    def _peek(self) -> str:
        match = _TOKEN.match(self._text, self._at)
        return match[0].lstrip() if match else ""

    def _takes(self, sign: str) -> bool:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match[3] != sign:
            return False
        self._at = match.end()
        return True

    def _need(self, sign: str) -> None:
        if sign and not self._takes(sign):
            self._fail(f"{sign!r}")
        if not sign and self._at < len(self._text):
            self._fail("',' or the end")

    def _fail(self, wanted: str) -> NoReturn:
        before = self._text[max(0, self._at - 30) : self._at]
        after = self._text[self._at : self._at + 20]
        raise UsageError(
            f"{self._where}: expected {wanted} at character {self._at + 1}: …{before}»{after}",
            "example: name: str, age: int, tags: list[str], level: low|mid|high, note?: str",
        )
