"""What a server's refusal of a request says: which part of it is to be left out, if that would help."""

import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from hroute.engines.server.asking.fields import UNNAMED, Field
from hroute.engines.server.errors import TOO_LONG
from hroute.engines.server.reading.complaints import status_in

MOST_AGAIN = 3  # times that a request is asked again for one answer
_READ_CHARS = 10_000
_MAX_DEPTH = 6

# Whatever else they say: these are about what is said, who asks, or for which model, and stay as they are.
_FINAL = re.compile(
    r"too.?long|"
    r"(exceed|larger|longer|reduce|limit).{0,60}\btokens|token.?limit|"
    r"content.?(policy|filter|management|moderation)|inappropriate|moderation|\bsafety\b|usage.?polic|flagged|"
    r"harmful|data.?inspection|responsible.?ai|prohibited|\bblocked\b|exists? risk|敏感|不安全|违规|"
    r"api.?key|(invalid|expired|missing) (access )?token|"
    r"credential|unauthori[sz]ed|authenticat|permission|access denied|\bforbidden\b|"
    r"quota|billing|credits?\b|insufficient|balance|payment|rate.?limit|too many requests|"
    r"exhausted|failed.?precondition|欠费|余额|充值|"
    r"\bmodel\b.{0,80}(not found|not exist|decommission)|((unknown|invalid|no such)|not a valid) model\b",
    re.I | re.S,
)
# That a field is not known at all, and not only its value: true of the next request too.
_UNKNOWN = re.compile(
    r"not (supported|permitted|allowed|implemented|available|recogni[sz]ed|accepted|enabled)|not a valid |"
    r"(does|do)(n't| not) (support|accept|recogni[sz]e|allow)|unsupported|unknown|unrecogni[sz]ed|unexpected|"
    r"extra (input|field)|additional propert|no such|requires? --|not be (set|used|specified)|cannot be used|"
    r"must (be enabled|alternate)|invalid (parameter|argument|field)|"
    r"only \W?user\b|be (from )?(the )?\W?user\b",
    re.I,
)
_WHO_ASKS = frozenset({401, 402, 403, 429})
# Before it, llama-server quotes the template, which may speak of everything.
_TEMPLATE_SAYS = "Jinja Exception:"
_SCHEMA_FAULT = re.compile(
    r"(invalid|bad|unsupported|failed|parse|error|convert|compil|conversion).{0,40}(json.?)?(schema|grammar)|"
    r"schema.{0,60}(invalid|not permitted|must|required|error|fail)",
    re.I | re.S,
)

# In which words a part is spoken of; the first that was sent and is spoken of is the one.
_WORDS = {
    Field.SAME_ROLE: r"roles must alternate|must alternate|consecutive (user|assistant|messages|roles)",
    Field.SYSTEM: r"system\W{0,3} (role|messages?|prompts?|instructions?)\b.{0,40}\b(not|unsupported|n't)|"
    r"\brole\W{1,3}system\b.{0,40}\b(not|unsupported|n't)|"
    r"(only|be) \W?user\W? (and|or) \W?(assistant|model)\b|"
    r"first message.{0,20}(must|should) .{0,20}\buser\b|^(?!.*optional system).*must alternate|"
    r"(not|n't|unsupported|invalid).{0,40}\bsystem\W{0,3}(role|messages?|prompts?|instruction)|"
    r"developer instruction|not support .?system\b",
    Field.STREAM_OPTIONS: r"stream.?options?|include.?usage",
    Field.PARALLEL: r"parallel.{0,3}(tool|function|call)",
    Field.STRICT: r"\bstrict\b",
    Field.TOOL_CHOICE: r"tool.?choice|function_call\b",
    Field.RESPONSE_FORMAT: r"response.?formats?|json.?(schema|mode|object)|structured.?outputs?|"
    r"guided|grammar",
    Field.TOOLS: r"\btools?\b|functions?\b.{0,3}call|\bfunctions?\b|grammar|schema",
    Field.LOGPROBS: r"log.?prob",
    Field.MAX_TOKENS: r"max_completion_tokens",
    Field.TEMPERATURE: r"temperature",
    Field.TOP_P: r"top.?p\b|nucleus",
    Field.SEED: r"\bseed\b",
    Field.STOP: r"\bstop\b",
}
_SPOKEN_OF = {part: re.compile(words, re.I | re.S) for part, words in _WORDS.items()}
# A value that is too large is refused by this name too.
_SAID_IN_WORDS = frozenset({Field.MAX_TOKENS, Field.SYSTEM, Field.SAME_ROLE})
# vLLM prints pydantic's list of errors.
_PRINTED_PLACE = re.compile(r"['\"]loc['\"]: ?[(\[]([^)\]]*)")
_PATH = re.compile(r"[A-Za-z_]+")
# FastAPI repeats what was sent under `input`, which names everything.
_SAYING = (
    "message",
    "msg",
    "detail",
    "error",
    "error_message",
    "title",
    "reason",
    "errors",
    "raw",
    "metadata",
)
_NAMING = ("param", "loc", "field", "parameter")


@dataclass(frozen=True, slots=True)
class Refusal:
    """`is_lasting`: what is refused here will be refused again, so that it need not be sent."""

    field: Field
    is_lasting: bool


def read_refusal(status: int, body: str, sent: Set[Field]) -> Refusal | None:
    """None where no part of the request is to blame, or none that was sent."""
    found = _parsed(body[:_READ_CHARS])
    said = " ".join(_texts(found, _SAYING)) if found is not None else body[:_READ_CHARS]
    said = said.rpartition(_TEMPLATE_SAYS)[2]
    codes = " ".join(_texts(found, ("code", "type", "status"))) if found is not None else ""
    all_said = f"{codes} {said}"
    if status_in(found) in _WHO_ASKS or TOO_LONG.search(all_said) or _FINAL.search(all_said):
        return None
    places = [*_texts(found, _NAMING), *_PRINTED_PLACE.findall(said)]
    at = _named(places, sent)
    named = at or _spoken_of(said, sent)
    if status not in (400, 422):
        # llama-server has 500 for tools that need one of its options and for roles that its template refuses,
        # llama_cpp.server for an odd value; inside an answer there may be no status at all.
        is_clear = status in (0, 500, 501) and (at or _UNKNOWN.search(said))
        is_known = named in (*UNNAMED, Field.SYSTEM, Field.SAME_ROLE)
        return Refusal(named, is_lasting=True) if is_clear and is_known and named else None
    if named is not None:
        return Refusal(named, is_lasting=_lasts(named, said))
    if {word for place in places for word in _PATH.findall(place)} - {"body"}:
        return None  # what is to blame is named, and cannot be left out
    part = next((part for part in UNNAMED if part in sent), None)
    return None if part is None else Refusal(part, is_lasting=True)


def _lasts(named: Field, said: str) -> bool:
    """One schema that a server cannot take says nothing of the next; nor does a value out of its range."""
    if named in (Field.STRICT, Field.RESPONSE_FORMAT, Field.TOOLS) and _SCHEMA_FAULT.search(said):
        return False
    return named in UNNAMED or _UNKNOWN.search(said) is not None or named in (Field.MAX_TOKENS, Field.SYSTEM)


def _named(places: list[str], sent: Set[Field]) -> Field | None:
    """By its place in the request, such as tools[0].function.strict: the innermost part counts."""
    parts = [word for place in places for word in _PATH.findall(place)]
    known = {one.value for one in sent - _SAID_IN_WORDS}
    return next((Field(word) for word in reversed(parts) if word in known), None)


def _spoken_of(said: str, sent: Set[Field]) -> Field | None:
    return next((part for part, words in _SPOKEN_OF.items() if part in sent and words.search(said)), None)


def _parsed(body: str) -> Any:
    """None for what is not JSON, or is too much to be an honest error."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _texts(found: Any, names: tuple[str, ...], depth: int = 0, *, is_inside: bool = False) -> Iterator[str]:
    """The texts under these names, however deep, and in lists under them."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(found, str):
        if is_inside or (depth == 0 and "message" in names):
            yield found
    elif isinstance(found, list):
        for one in found[:20]:
            yield from _texts(one, names, depth + 1, is_inside=is_inside)
    elif isinstance(found, dict):
        for name, value in list(found.items())[:40]:
            yield from _texts(value, names, depth + 1, is_inside=name in names)
