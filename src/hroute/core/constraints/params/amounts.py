"""Amounts: "at least 300 words", "3 to 5 bullet points", "more than twice", as bounds of a unit."""

import re
from dataclasses import dataclass

from hroute.core.constraints.params.place import ItemPlace, compiled

Params = dict[str, object]

_FIRST = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_ROUND = "twenty=20 thirty=30 forty=40 fifty=50 sixty=60 eighty=80 hundred=100 dozen=12 single=1"
_NAMED = {
    **{word: value for value, word in enumerate(_FIRST.split(" "))},
    **{word: int(value) for word, value in (pair.split("=") for pair in _ROUND.split(" "))},
    **{"a single": 1, "a dozen": 12, "a hundred": 100, "one hundred": 100, "two hundred": 200},
}
_BY_LENGTH = "|".join(sorted(_NAMED, key=len, reverse=True))
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{_BY_LENGTH})"

_MAX = (
    r"höchstens|maximal|au (?:plus|maximum)|(?:como )?máximo|no más de|pas plus de|al massimo|"
    r"non più di|no máximo|até|bis zu|at (?:the )?most|(?:no|not)(?: be)? (?:more|longer|greater|"
    r"larger) than|up to|(?:a )?max(?:imum|\.)?(?: of)?|within|(?:limit|restrict|"
    r"confin)\w*[^.;!?\n]{0,40}? to|(?:not|never|n't) (?:to )?exceed(?:ing)?|without exceeding|"
    r"not go(?:ing)? (?:over|above|beyond)|<=|≤"
)
_BELOW = r"weniger als|unter|moins de|menos de|meno di|(?:less|fewer|shorter|smaller) than|under|below|<"
_MIN = (
    r"mindestens|au moins|al menos|almeno|pelo menos|at (?:the )?least|(?:no|not)(?: be)? (?:less|"
    r"fewer|shorter) than|(?:a )?min(?:imum|\.)?(?: of)?|>=|≥"
)
_ABOVE = r"(?:more|longer|greater) than|over|above|exceed(?:s|ing)?|>"
_ABOUT = r"about|around|roughly|approximately|approx\.?|circa|nearly|almost|some|~|close to"
_EXACT = (
    r"genau|exactement|exactamente|esattamente|exatamente|exactly|precisely|only|just|a total of|"
    r"total of"
)
BOUND = (
    rf"(?:(?P<max>{_MAX})|(?P<below>{_BELOW})|(?P<min>{_MIN})|(?P<above>{_ABOVE})|(?P<about>{_ABOUT})|"
    rf"(?P<exact>{_EXACT})|(?P<between>between))"
)
_LATER = (
    r"(?P<later_max> ?\(?(?:or (?:less|fewer|under|shorter)|max(?:imum)?\b|at (?:the )?most|tops|"
    r"or below))|(?P<later_min>\+| ?\(?(?:or (?:more|longer|above|over)|min(?:imum)?\b(?!u)|"
    r"at (?:the )?least))"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number of things must be; None where it is open."""

    low: int | None
    high: int | None
    exact: bool = False  # said so, or a bare number

    def params(self) -> Params:
        if self.exact and self.low == self.high:
            return {"exactly": self.low}
        return {name: value for name, value in (("min", self.low), ("max", self.high)) if value is not None}


def number(text: str) -> int:
    text = text.lower().strip()
    return _NAMED[text] if text in _NAMED else int(text.replace(",", ""))


def quantity(noun: str, *, between: str = "") -> str:
    """A pattern of `bound number noun`; `between` may stand between the number and the noun."""
    return (
        rf"(?<![\w.,/])(?:{BOUND}:? ?(?:a total of |the |only |than )?)?(?P<low>{NUMBER})(?:{_LATER})?"
        rf"(?: ?(?:-|to|and|or) ?(?P<high>{NUMBER}))?[ -]?(?:or (?P<or_less>less|fewer) |"
        rf"or (?P<or_more>more) )?"
        rf"{between}(?P<noun>{noun})(?![\w])(?: (?P<tail>or (?:less|fewer|under|shorter|more|"
        rf"longer)|max(?:imum)?\b|min(?:imum)?\b|at most|at least|tops|limit))?"
    )


def bounds_of(match: re.Match[str], place: ItemPlace) -> Bounds | None:
    """None when the amount is only about right, or says two things."""
    said = match.groupdict("")
    if said["about"]:
        return None
    low, high = number(said["low"]), number(said["high"]) if said["high"] else None
    if high is not None:
        return _range(low, high, said)
    negated = place.negated_before(match.start())
    if (
        said["above"]
        and not negated
        and compiled(r"\b(?:not|never)\b|n't\b").search(place.text, 0, match.start())
    ):
        return None  # "Do not, under any circumstances, use more than 40 words"
    return _one(low, said, negated=negated)


def _range(low: int, high: int, said: dict[str, str]) -> Bounds | None:
    """The range of "5 to 10"; "at most 5 and 3 words" is two amounts."""
    if low >= high or any(said[side] for side in ("max", "below", "min", "above")):
        return None
    return Bounds(low, high)


def _one(low: int, said: dict[str, str], *, negated: bool) -> Bounds | None:
    tail = said["tail"] + said["later_max"] + said["later_min"] + said["or_less"] + said["or_more"]
    if tail:
        upper = compiled(r"less|fewer|under|shorter|max|most|tops|limit|below").search(tail)
        return Bounds(None, low) if upper else Bounds(low, None)
    if said["above"]:
        return Bounds(None, low) if negated else Bounds(low + 1, None)
    if said["below"]:
        return Bounds(low, None) if negated else Bounds(None, low - 1)
    return None if negated or said["between"] else _plain(low, said)


def _plain(low: int, said: dict[str, str]) -> Bounds:
    if said["max"]:
        return Bounds(None, low)
    return Bounds(low, None) if said["min"] else Bounds(low, low, exact=True)


_CAPITALS = (
    r"(?:words?|phrases?|words or phrases)(?: in (?:the|your) \w+)?(?: should|"
    r" must)?(?: be)?(?: written)? (?:in|with) (?:all[- ])?(?:capital(?:ized)?(?: letters)?|caps|"
    r"upper[- ]?case(?: letters)?)|"
    r"(?:such )?(?:all[- ]caps|capitali[sz]ed|upper[- ]?case|all[- ]capital) words?|"
    r"words? be in (?:all[- ])?(?:capital letters|caps)"
)
_UNITS = (
    ("capital words", _CAPITALS),
    ("words", r"words?|wörtern?|worte|mots|palabras|parole|palavras"),
    ("sentences", r"sentences?|sätzen?|frases|oraciones|frasi"),
    ("paragraphs", r"paragraphs?"),
    ("lines", r"lines?(?! of code)|zeilen|lignes|líneas"),
    ("characters", r"(?:characters?|chars?)"),
    ("bullets", r"(?:bullet[- ]?points?|bullets|dot points)"),
    ("placeholders", r"placeholders?"),
    ("sections", r"(?:sections?|parts)"),
    ("questions", r"questions"),
    ("rows", r"rows"),
    ("columns", r"columns"),
    ("steps", r"(?:numbered )?steps"),
    ("items", r"(?:items|entries|points)"),
    ("hashtags", r"hashtags"),
)
_ANY_UNIT = "|".join(rf"(?P<{name.replace(' ', '_')}>{noun})" for name, noun in _UNITS)
_BETWEEN = r"(?:(?!and |or |of |in |the |to |per |each |new )[a-z-]{2,12} ){0,3}?(?:of )?"
_PROSE = {"words", "sentences", "paragraphs", "lines", "characters"}
_BESIDE = (
    r"\b(?:with|includ\w+|add|plus|and|then) an? (?!length|word|limit|total|max|min|response|"
    r"answer)[^,.;:!?]{0,30}\Z"
)
_ANOTHER = r"\bfollowed by\b|\badditional|\bseparate\b"
_BLANK_LINE = r"two new ?lines|2 new ?lines|double new ?lines?|blank line|\\n\\n|empty line|two line ?breaks"
_LIMIT = (
    r"\b(?P<unit>word|sentence|character|line|paragraph)s? (?:limit|maximum|max)\b"
    r"(?: of|:| is| at)? ?(?P<n>\d{1,6})\b"
)
# A bare number of these is a size ("a 500-word story"), not an exact count.
_ROUGH = {"words", "characters"}
_FLOOR = {"highlights", "placeholders"}


def read_amount(place: ItemPlace) -> Params:
    """{"unit": …, "min" | "max" | "exactly": …} of the amount that the item is about."""
    match = next(place.touching(quantity(_ANY_UNIT, between=_BETWEEN)), None)
    if match is None:
        limit = next(place.touching(_LIMIT), None)
        return {"unit": limit["unit"].lower() + "s", "max": int(limit["n"])} if limit else {}
    unit = next(name for name, _ in _UNITS if match[name.replace(" ", "_")])
    if place.is_partial(match.start(), match.end()) or _is_beside(unit, match, place.text):
        return {}
    bounds = bounds_of(match, place)
    return _amount(unit, bounds, match, place) if bounds else {}


def _is_beside(unit: str, match: re.Match[str], sentence: str) -> bool:
    """Said of something beside the rest of the answer: "and a summary of 3 sentences", "the eight points"."""
    before, after = sentence[: match.start()], sentence[match.end() : match.end() + 25]
    is_prose, is_limit = (
        unit in _PROSE,
        any(match[side] for side in ("max", "below", "min", "above", "exact")),
    )
    if is_prose and compiled(_ANOTHER).search(before[-40:] + match[0] + after):
        return True
    if not is_limit and compiled(r"\b(?:the|these|those|my|our|your) ?\Z").search(before):
        return True
    return is_prose and compiled(_BESIDE).search(before) is not None


def _amount(unit: str, bounds: Bounds, match: re.Match[str], place: ItemPlace) -> Params:
    unit, extra = _refined(unit, place)
    said = match["exact"] is not None
    if bounds.exact and not said and unit in _ROUGH:
        return {}
    params = bounds.params()
    if bounds.exact and not said and unit in _FLOOR:
        params = {"min": bounds.low}
    return {"unit": unit, **params, **extra}


def _refined(unit: str, place: ItemPlace) -> tuple[str, Params]:
    """Sections may be highlighted, marked or divided; paragraphs divided by a given line."""
    if unit == "sections" and place.has(r"highlight|itali[cs]|\bbold"):
        return "highlights", {}
    if unit == "words" and place.has(r"highlight|itali[cs]|\bbold"):
        return "highlights", {}
    marker = compiled(r"\b(section|part|chapter|paragraph) (?:x\b|\d|#|number)").search(
        place.text + place.after[:160]
    )
    if unit == "sections" and marker:
        return "sections", {"marker": marker[1]}
    divider = compiled(r"(?<!\*)\*\*\*(?!\*)").search(place.text[place.start :] + place.after[:160])
    if unit in {"sections", "paragraphs"} and divider:
        return "paragraphs", {"separator": "***"}
    if unit == "paragraphs" and compiled(_BLANK_LINE).search(place.text + place.after[:160]):
        return "paragraphs", {"separator": "blank line"}
    return ("parts", {}) if unit == "sections" else (unit, {})


_TIMES = (
    rf"(?:{BOUND}:? ?)?(?:(?P<low>{NUMBER})(?: ?(?:-|to|and|or) ?(?P<high>{NUMBER}))? (?:more |"
    rf"separate |different )?times?|(?P<once>once|twice|thrice))\b"
)


def times(place: ItemPlace, start: int = 0, reach: int = 70) -> tuple[Bounds, int, int] | None:
    """The first "at least 3 times" or "twice" at or after `start`, as bounds and span."""
    match = compiled(_TIMES).search(place.text, start, start + reach)
    if match is None:
        return None
    said = {
        **dict.fromkeys(("tail", "later_max", "later_min", "or_less", "or_more"), ""),
        **match.groupdict(""),
    }
    if said["about"]:
        return None
    low = number(said["low"]) if said["low"] else {"once": 1, "twice": 2, "thrice": 3}[said["once"].lower()]
    negated = place.negated_before(match.start(), reach=9)
    bounds = _range(low, number(said["high"]), said) if said["high"] else _one(low, said, negated=negated)
    return (bounds, match.start(), match.end()) if bounds else None
