"""The texts of a message, in the forms that servers give them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_DEPTH = 4
_PARTS = 10_000  # of one list
_NAMES = ("text", "thinking", "reasoning", "refusal", "summary", "content", "value")


class Voice(StrEnum):
    ANSWER = "answer"
    THOUGHT = "thought"
    REFUSAL = "refusal"


def voiced(content: object, voice: Voice = Voice.ANSWER, depth: int = _DEPTH) -> Iterator[tuple[Voice, str]]:
    """Each text with who speaks; empty texts too, where a server tells that it thinks, and not what.

    Raises ValueError for an answer that is no text; other voices then say nothing.
    """
    if content is None:
        return
    if isinstance(content, str):
        yield voice, content
    elif isinstance(content, list) and depth and len(content) <= _PARTS:
        for part in content:
            yield from voiced(part, voice, depth - 1)
    elif isinstance(content, dict) and depth:
        yield from _part(content, voice, depth - 1)
    elif voice is Voice.ANSWER:
        raise ValueError("content that is no text")


def _part(part: dict[str, object], voice: Voice, depth: int) -> Iterator[tuple[Voice, str]]:
    """One part by its type: text, thinking, reasoning.summary, refusal; images and the like say nothing."""
    kind = str(part.get("type", "text"))[:100].lower()
    if "think" in kind or "reason" in kind:
        voice = Voice.THOUGHT
    elif "refusal" in kind:
        voice = Voice.REFUSAL
    elif "text" not in kind:
        return
    found = next((part[name] for name in _NAMES if part.get(name)), None)
    if found is None and voice is Voice.THOUGHT:
        yield voice, ""  # encrypted or withheld
    yield from voiced(found, voice, depth)


@dataclass(slots=True)
class Joiner:
    """Texts without lone surrogates, which no terminal or database takes.

    JSON can spell half of a pair, and some servers send an emoji's halves in two texts.
    """

    _half: str = ""

    def feed(self, text: str) -> str:
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = text[: len(text) - len(self._half)]
        if whole.isascii():
            return whole
        pairs = whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        return pairs.encode("utf-8", "replace").decode()

    def end(self) -> str:
        """What is left of a pair that never came."""
        half, self._half = self._half, ""
        return "?" if half else ""
