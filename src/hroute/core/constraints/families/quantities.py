"""How much: numbers with units of length (words, lines) or of things (rows, examples)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from hroute.core.constraints.rules import (
    NUMBER,
    START,
    Amount,
    Candidate,
    Looked,
    Needs,
    Rank,
    compiled,
    matches,
)
from hroute.core.constraints.sentences import Sentences

# Units of the answer's size, and things that answers are made of: looked up, for alternatives are slow to
# compile.
_LENGTHS = frozenset(
    ("word", "sentence", "paragraph", "character", "line", "token", "page", "syllable", "stanza", "verse",
     "minute")
)  # fmt: skip
_THINGS = frozenset(
    (
        "bullet", "item", "row", "column", "entry", "example", "step", "point", "option", "idea",
        "section", "question", "tip", "reason", "fact", "suggestion", "hashtag", "emoji", "response",
        "answer", "version", "variant", "variation", "highlighted section", "placeholder", "title",
        "name", "record", "object", "level", "heading", "time", "letter", "comma", "table", "list",
        "slide", "function", "classes", "keyword", "key", "alternative", "quote", "source", "metaphor",
        "adjective", "number", "result", "headline", "caption", "subject line", "tagline",
        "recommendation", "benefit", "pro", "con", "choice", "query", "test", "test case", "case",
        "phrase", "part", "rhyme", "field", "value", "digit", "decimal", "depth", "category", "theme",
        "takeaway", "argument", "advantage", "disadvantage", "synonym", "risk", "finding", "lesson",
    )
)  # fmt: skip
_STOPS = frozenset(("and", "or", "of", "in", "the", "to", "per", "each", "new", "st", "nd", "rd", "th"))
_BEFORE = (
    r"at (?:the )?(?:most|least|max(?:imum)?|min(?:imum)?)|no (?:more|fewer|less|longer) than|"
    r"not (?:be )?(?:more|fewer|less|longer) than|(?:not|n't|never|without|"
    r"no [a-z]{2,15}) (?:exceed(?:ing|s)?|surpass(?:ing|es)?|go over|go beyond)|(?:less|fewer|more|"
    r"longer|shorter) than|under|over|below|above|within|up to|(?:a |the )?max(?:imum|\.)?(?: length|"
    r" number)?(?: of)?|(?:a |the )?min(?:imum|\.)?(?: length| number)?(?: of)?|exactly|precisely|only|"
    r"between|limit(?:ed|ing)? (?:\w+ ){0,6}?to|(?:a |the )?limit of|(?:confined|restricted) to|"
    r"(?:a )?(?:length|total|range) of|in|into|about|around|roughly|approximately|approx\.?|circa|ca\.|"
    r"from|[<>]=?|≤|≥|[~=]"
)
_AFTER = (
    r"(?: or (?:less|fewer|more|under|shorter|longer)| ?max(?:imum|\b)| ?min(?:imum|\b)(?!ut)|"
    r" at (?:the )?(?:most|least)| tops| each| per [a-z]{1,15}| long| in (?:length|total)| limit| total|"
    r"(?: to [a-z]{2,8})?(?: at most)| only| apart| in (?:all )?(?:capital letters|capitals|caps|uppercase))"
)
_NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|single|hundred|fifty|twenty"
_ANY_NUMBER = rf"\d|\b(?:{_NUMBER_WORDS})\b"
_ANY_OF = frozenset(_NUMBER_WORDS.split("|"))
# The number first and the words before it afterwards: they are many, and numbers are few.
_QUANTITY = (
    rf"\b(?<!level )(?<!level-)(?P<low>{NUMBER}\+?)(?: ?(?:-|to|and|"
    rf"or) ?(?P<high>{NUMBER}))?[ -](?:or more |or fewer |or less |full |"
    r"complete )?(?=(?P<words>[a-z]{2,15}(?:[ -][a-z]{2,15}){0,3}))"
)
# Every way to limit ends in one of these, and few numbers stand behind one.
_LIMITING_ENDS = (
    "most", "least", "maximum", "minimum", "max", "min", "than", "exceed", "exceeds", "exceeding", "surpass",
    "surpasses", "surpassing", "over", "beyond", "under", "below", "above", "within", "to", "length", "of",
    "number", "exactly", "precisely", "only", "between", "in", "into", "about", "around", "roughly",
    "approximately", "approx", "circa", "from", "just", "the", *".<>=≤≥~",
)  # fmt: skip
_LIMITING = rf"(?:\b|(?=[<>~=])|(?=≤)|(?=≥))(?:{_BEFORE}):? ?(?:only |just |a total of |the )?\Z"
_NOT_ONE = r"\bnot (?:a |an )?\Z"  # "not a single word" counts nothing
_LOOKED_BACK = 60  # characters
# Any noun will do behind a clear limit, but "at most 3 hours" tells of the world, not of the answer.
_LIMITED_NOUN = (
    r"(?:\b|(?=[<>])|(?=≤)|(?=≥))(?P<before>at most|at least|no more than|no fewer than|exactly|"
    rf"max(?:imum)?(?: of)?|min(?:imum)?(?: of)?|up to|[<>]=?|≤|≥) ?(?P<low>{NUMBER})(?: ?(?:-|"
    rf"to) ?(?P<high>{NUMBER}))? (?P<unit>(?!of |hours?|days?|years?|months?|weeks?|euros?|dollars?|"
    r"percent|people|kg|km|miles|degrees|more|less|and |or |in |new )[a-z-]{3,20}(?: (?!and|for|from|"
    r"that|where|with|which|about|when|who)[a-z]{3,20})?)"
)
# One of these begins every match of it; "minutes" and "minded" do not.
_LIMITED = ("at most", "at least", "no more than", "no fewer", "exactly", "max", "up to", *"<>≤≥")
_MINIMUM = r"min(?:imum)?(?: of)? ?[\dacefhnost]"
_COUNTED = (
    r"\b(?P<unit>words?|sentences?|characters?|chars?|rows?|columns?|lines?|tokens?|paragraphs?|"
    r"items?)[ -](?P<before>count|limit|length|maximum|max)\b(?:[^\w.\n]{1,2}|"
    rf"\w{{1,10}} ){{0,5}}?(?P<low>{NUMBER})(?: ?(?:-|to|and) ?(?P<high>{NUMBER}))?\b|"
    r"\bnumber of (?P<other_unit>words|sentences|lines|"
    rf"characters)(?: [\w']+){{1,8}}? (?P<other_low>{NUMBER})\b"
)
_TERSE = (
    rf"{START}(?:(?:compare|list|give|name|write|suggest|find|show|top|pick|need)(?: me| the|"
    r" us)* )?(?P<low>single|\d{1,4}|two|three|four|five|six|seven|eight|nine|ten)(?: ?(?:-|"
    r"to) ?(?P<high>\d{1,4}))? (?:[a-z-]{3,12} )?(?P<unit>(?!quotes|weeks|months|years|hours|euros|"
    r"dollars|percent|people|men|women|kids|miles|km)[a-z-]{3,15})(?= ?(?:[,;:.\n)|+&-]|\Z| max| total|"
    r" each| of | for | and | about | in ))"
)
_WORLDLY = {"minute", "page", "line"}  # lengths that the world has too
_ARTICLES = {"a", "an", "few", "couple of", "half a"}
# "in a table" counts nothing, "in at most a page" does.
_FIRM = r"most|least|max|min|than|under|exactly|precisely|limit|exceed|up to|confined|restricted"
# "your response must have 3 sections": what is said of the answer limits it without a limiting word.
_ANSWER_HAS = (
    r"\b(?:answer|response|reply|output|essay|article|poem|story|letter|email|summary|text|post) (?:must|"
    r"should|shall|has to|needs to) (?:have|contain|include|consist of) \Z"
)
_EXCEEDING = ("more", "longer", "exceed", "surpass", "go")
_NOT_EXCEEDING = rf"(?:no|not|n't|never|without) (?:be )?(?:{'|'.join(_EXCEEDING)})"
_AT_LEAST = (
    "least", "min", "more than", "over", "above", "no fewer", "no less", "or more", "longer", ">", "≥",
)  # fmt: skip
_AT_MOST = (
    "most", "max", "than", "under", "below", "within", "up to", "limit", "<", "≤", "or less", "or fewer",
    "only",
)  # fmt: skip
_SCOPE = r"\b(?:each|every|per|any|all) ([a-z]{3,20})"
DIGITS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30",
    "fifty": "50", "hundred": "100", "single": "1",
}  # fmt: skip
_UNITS = {
    "char": "character", "col": "column", "entries": "entry", "bullet point": "bullet", "dot point": "bullet",
    "loc": "line", "queries": "query", "categories": "category",
}  # fmt: skip
# Units that are one constraint with the thing they count.
_KEYS = {
    "bullet": "list", "heading": "heading", "level": "heading", "heading level": "heading",
    "placeholder": "placeholder",
}  # fmt: skip


def find_quantities(asked: Looked, sentences: Sentences) -> Iterator[Candidate]:
    """Every "N units" that limits the answer, with what it says."""
    text = asked.text
    if not _has_number(asked):
        return
    yield from _known_units(text, sentences)
    if "count" in text or "limit" in text or "number of" in text or "length" in text:
        for match in compiled(_COUNTED).finditer(text):
            yield _candidate(_read(match), match.span(), Needs.DIRECTIVE, sentences)
    for match in compiled(_LIMITED_NOUN).finditer(text) if _may_limit(text) else ():
        candidate = _candidate(_read(match), match.span(), Needs.DIRECTIVE, sentences)
        yield candidate._replace(rank=Rank.SPECIFIC)
    for match in matches(_TERSE, asked):
        yield _candidate(_read(match), (match.start("low"), match.end()), Needs.TERSE, sentences)


def _has_number(asked: Looked) -> bool:
    if _ANY_OF.isdisjoint(asked.words) and not compiled(r"\d").search(asked.text):
        return False
    return compiled(_ANY_NUMBER).search(asked.text) is not None


def _may_limit(text: str) -> bool:
    if any(part in text for part in _LIMITED):
        return True
    return "min" in text and compiled(_MINIMUM).search(text) is not None


class _Reading(NamedTuple):
    unit: str
    low: str
    high: str
    limit: str  # the words around the number that say which way it limits


def _known_units(text: str, sentences: Sentences) -> Iterator[Candidate]:
    for match in compiled(_QUANTITY).finditer(text):
        found = _unit(match["words"])
        if found is None or compiled(_NOT_ONE).search(text, max(0, match.start() - 8), match.start()):
            continue
        unit, length = found
        before, end = _limiting(text, match.start()), match.end() + length
        start = match.start() - len(before)
        after = compiled(_AFTER).match(text, end)
        limit = before + after[0] if after else before
        reading = _Reading(unit, match["low"], match["high"] or "", limit)
        needs = _needs(reading, before)
        if needs is Needs.TERSE and compiled(_ANSWER_HAS).search(text, max(0, start - 50), start):
            needs = Needs.DIRECTIVE
        if needs is not None:
            yield _candidate(reading, (start, after.end() if after else end), needs, sentences)


def _limiting(text: str, start: int) -> str:
    """The words right before a number that say which way it limits."""
    if not text[max(0, start - _LOOKED_BACK) : start].rstrip(" :").endswith(_LIMITING_ENDS):
        return ""
    found = compiled(_LIMITING).search(text, max(0, start - _LOOKED_BACK), start)
    return found[0] if found else ""


def _unit(words: str) -> tuple[str, int] | None:
    """The unit among the words behind a number and where it ends: "short bullet points in" -> bullet, 19."""
    pieces = compiled(r"[a-z]+").finditer(words)
    spans = [piece.span() for piece in pieces]
    for i, (start, end) in enumerate(spans[:3]):
        if i + 1 < len(spans):
            pair = singular(words[start : spans[i + 1][1]])
            if pair in _LENGTHS or pair in _THINGS:
                return pair, spans[i + 1][1]
        word = singular(words[start:end])
        if word in _LENGTHS or word in _THINGS:
            return word, end
        if word in _STOPS:
            return None
    return None


def _read(match: re.Match[str]) -> _Reading:
    groups = match.groupdict("")
    unit = singular(groups["unit"] or groups.get("other_unit", ""))
    low = groups["low"] or groups.get("other_low", "")
    return _Reading(unit, low, groups["high"], groups.get("before", ""))


def _candidate(reading: _Reading, span: tuple[int, int], needs: Needs, sentences: Sentences) -> Candidate:
    start, end = span
    sentence = sentences.at(start)
    scope = _scope(sentence.text, start - sentence.start, end - sentence.start)
    amount = Amount(_digits(reading.low), _digits(reading.high), bound_of(reading.limit), scope)
    kind = "length" if reading.unit in _LENGTHS else "count"
    bare = ":bare" if reading.unit == "column" and not reading.limit.strip() else ""
    key = _KEYS.get(reading.unit, f"{kind}:{reading.unit}{bare}")
    return Candidate(kind, key, start, end, needs, Rank.QUANTITY, amount)


def _needs(reading: _Reading, before: str) -> Needs | None:
    """How much the place must say for a known unit: the clearer the limit, the less."""
    if reading.low in _ARTICLES and not compiled(_FIRM).search(before):
        return None
    limited = bool(reading.limit.strip()) or reading.low.endswith("+")
    if reading.unit in {"minute", "character"} and not limited:
        return Needs.TERSE if reading.unit == "character" else None
    if reading.unit not in _LENGTHS:
        return Needs.DIRECTIVE if limited else Needs.TERSE
    return Needs.ANYWHERE if limited and reading.unit not in _WORLDLY else Needs.DIRECTIVE


def _scope(sentence: str, start: int, end: int) -> str:
    """Whose amount it is: "each sentence", "per row"; empty for the whole answer."""
    found = ""
    near = sentence[max(0, start - 70) : end + 25]
    if not any(part in near for part in ("each ", "every ", "per ", "any ", "all ")):
        return found
    for match in compiled(_SCOPE).finditer(sentence, max(0, start - 70), min(len(sentence), end + 25)):
        found = singular(match[1])
    return found


def bound_of(words: str) -> str:
    """Which way a number limits: min, max or exact."""
    if any(part in words for part in _EXCEEDING) and compiled(_NOT_EXCEEDING).search(words):
        return "max"
    if any(part in words for part in _AT_LEAST):
        return "min"
    return "max" if any(part in words for part in _AT_MOST) else "exact"


def _digits(number: str) -> str:
    return DIGITS.get(number, number)


def singular(noun: str) -> str:
    noun = noun.strip().replace("-", " ")
    bare = noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
    return _UNITS.get(noun) or _UNITS.get(bare, bare)
