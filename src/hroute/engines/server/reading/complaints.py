"""What a server says for people in a body whose form nobody agreed on."""

import re
from collections.abc import Mapping

# Searched for words and for the key: enough for every honest error, little enough to stay quick.
READ_CHARS = 10_000
_DEPTH = 6
_ENTRIES = 5  # of a list of complaints

# OpenAI, FastAPI, Spring, Google, MiniMax, gateways; in the last two is what OpenRouter passes on.
_WORDS = (
    *("message", "detail", "details", "msg", "error_message", "error_msg", "errorMessage", "Message"),
    *("error_description", "error", "errors", "title", "base_resp", "status_msg", "metadata", "raw"),
)
# Those that make an event without an answer a complaint; others may stand in any event.
_COMPLAINTS = ("message", "detail", "msg", "error_message", "error_msg", "errorMessage", "errors")
_CODES = ("code", "type", "status", "status_code")
_STATUS = re.compile(r"[45][0-9]{2}")


def is_complaint(event: Mapping[str, object]) -> bool:
    if event.get("choices"):
        return False
    status = event.get("base_resp")  # MiniMax: 0 is success
    has_failed = isinstance(status, Mapping) and status.get("status_code") not in (None, 0)
    return has_failed or any(words_of(event.get(name)) for name in _COMPLAINTS)


def words_of(body: object) -> str:
    """All texts that explain, each once; empty where there are none. An HTML page says nothing in a line."""
    texts = dict.fromkeys(text for text in _texts(body, _DEPTH) if text)
    return "; ".join(texts)[:READ_CHARS]


def _texts(body: object, depth: int) -> list[str]:
    if isinstance(body, str):
        text = body[:READ_CHARS].strip().rstrip(".")
        return [] if text.startswith("<") else [text]
    if depth == 0:
        return []
    if isinstance(body, list):
        return [text for entry in body[:_ENTRIES] for text in _texts(entry, depth - 1)]
    if not isinstance(body, Mapping):
        return []
    texts = [text for name in _WORDS for text in _texts(body.get(name), depth - 1)]
    field = _field(body.get("loc"))
    return [f"{field}: {text}" for text in texts] if field else texts


def _field(loc: object) -> str:
    """The field that FastAPI complains of, as body.messages.0; empty where none is named."""
    if not isinstance(loc, list) or not all(isinstance(step, str | int) for step in loc):
        return ""
    return ".".join(f"{step}"[:100] for step in loc[:10])


def codes_of(body: object) -> str:
    return " ".join(code[:200] for code in _codes(body) if isinstance(code, str))


def status_in(body: object) -> int:
    """The HTTP status that an error inside an answer speaks of, or 0."""
    for code in _codes(body):
        number = int(code) if isinstance(code, str) and _STATUS.fullmatch(code) else code
        if isinstance(number, int) and 400 <= number < 600:
            return number
    return 0


def _codes(body: object) -> list[object]:
    """Of the body and of the error in it."""
    if isinstance(body, list) and body:
        body = body[0]
    outer = body if isinstance(body, Mapping) else {}
    inner = outer.get("error")
    both = (outer, inner) if isinstance(inner, Mapping) else (outer,)
    return [each.get(name) for each in both for name in _CODES]
