"""Words and letters to use or to leave out, and how often."""

import re

from hroute.core.constraints.params.amounts import Bounds, Params, times
from hroute.core.constraints.params.place import ItemPlace, compiled

_Q = r'(?:"[^"\n]{1,200}"|(?<![\w\'])\'[^\'\n]{1,120}\'(?!\w)|`[^`\n]{1,120}`)'
_SMALL = (
    r"(?:the|an?|any|all|both|these|those|this|following|exact|key ?words?|words?|terms?|phrases?|"
    r"lines?|sentences?|names?|letters?|of|and|or|like|:|\[|\() ?"
)
_VERB = (
    r"(?:includ\w{1,3}|contain\w{0,3}|us(?:e|es|ing)|mention\w{0,3}|ha(?:s|ve)|say(?:ing)?|add|"
    r"repeat|incorporat\w{1,3}|featur\w{1,3}|"
    r"not|n't|avoid\w{0,3}|without|exclud\w{1,3}|omit\w{0,4}|insert|employ\w{0,3})"
)
_NOUN = r"(?:key ?words?|words?|terms?|phrases?|lines?|sentences?|letters?)"
_MORE = rf"(?:(?:,| ?/)? ?(?:and |or |& )?{_Q})"
_QUOTED = rf"(?:\b{_VERB} (?:{_SMALL}){{0,6}}|\b{_NOUN}:? ?[\[(]?)(?P<list>{_Q}{_MORE}{{0,40}})"
_PLAIN_ONE = r"[A-Za-z][\w'-]{1,30}"
_PLAIN = (
    rf"\b(?:the |these |following |of )*(?P<noun>key ?words?|words?|terms?|items|letters?)(?: ?:|"
    rf" (?!(?:that|which|with|in|are|is|to|for|of|from|should|must|you|count|limit|per|by|about|"
    rf"and|or|as|throughout|used|such)\b)) ?\[?"
    rf"(?P<list>{_PLAIN_ONE}(?:(?:, (?:and |or )?| (?:and|or) ){_PLAIN_ONE}){{0,40}})"
    r"(?=\]?(?: ?[.,;!?)\n]| (?:in|at|as|to|should|must|once|twice|appear\w*|does|doesn't|is|isn't|"
    r"for|anywhere|throughout|more|less|no|exactly|and (?:should|must|at|in|do|not))\b| ?\Z))"
)
_LETTER = r"\bletters? [\"'`]?(?P<letter>[A-Za-z])[\"'`]?(?![\w'])"
_ABSENT = (
    r"\b(?:not|n't|never|cannot)(?: \w+)? (?:appear|be (?:used|present|mentioned|included)|occur|"
    r"show up)|(?:not|n't) (?:appear|occur)|is (?:forbidden|prohibited|banned|not allowed)"
)
_SOMEWHERE = (
    r"\bin (?:the|your|any|each|every) (?:first|second|third|last|final|opening|title|heading|headline|"
    r"subject|\d+)\b"
)
_HEARSAY = r"\b(?:who|they|he|she|people|trying|tries|wants?) (?:\w+ ){0,3}(?:to )?(?:avoid|not)\w*\b"
_PART = r"\b(?:title|heading|headline|subject|caption|first|last|each|every|start|begin|end|conclud)\w*\b"
_INSTEAD = (
    r"\b(?:instead of|replace|rather than|synonym|translate|except|other than|meaning of|"
    r"definition of)\b"
)


def read_avoided(place: ItemPlace) -> Params:
    """Of words to leave out: whatever makes the sentence a prohibition, they are not asked for."""
    params = read_words(place)
    if params.get("min") != 1 or "max" in params:
        return params
    return {**{name: value for name, value in params.items() if name != "min"}, "max": 0}


def read_included(place: ItemPlace) -> Params:
    """Of words to use: a prohibition here would be a misreading."""
    params = read_words(place)
    is_prohibited = params.get("max") == 0 and not compiled(_ABSENT).search(place.onwards)
    return {} if is_prohibited else params


def read_words(place: ItemPlace) -> Params:
    """{"words": […], "min" | "max": n} or {"letter": "q", …}; every word for itself."""
    if place.has(_INSTEAD) or place.has(_HEARSAY):
        return {}
    letter = next(place.touching(_LETTER), None)
    if letter is not None:
        return _often(place, letter, {"letter": letter["letter"].lower()})
    quoted = next(place.touching(_QUOTED), None)
    if quoted is None and compiled(_ABSENT).search(place.own):
        return _absent(place)
    found = quoted or next(place.touching(_PLAIN), None)
    words = _listed(found["list"], quoted=quoted is not None) if found else []
    if found is None or not all(compiled(r"\w").search(word) for word in words):
        return {}
    if compiled(_PART).search(place.text, max(0, found.start() - 40), found.start("list")):
        return {}
    return _often(place, found, {"words": words})


def _listed(text: str, *, quoted: bool) -> list[str]:
    """The words of an enumeration; single words without the punctuation that quotations may enclose."""
    if not quoted:
        return [word for word in compiled(r",? (?:and|or) |, ").split(text) if word]
    words = [quotation[1:-1].strip() for quotation in compiled(_Q).findall(text)]
    return [word if " " in word else word.strip(" .,;:!?") for word in words]


def _absent(place: ItemPlace) -> Params:
    """The item is what is said of the word: "the word dog should not appear"."""
    subject = next(compiled(_SUBJECTS).finditer(place.text, 0, place.start), None)
    if subject is None or compiled(_SOMEWHERE).search(place.onwards):
        return {}
    return {**_subject(subject), "max": 0}


def _often(place: ItemPlace, found: re.Match[str], what: Params) -> Params:
    """How often, from what is said after the words; without it at least once, or not at all."""
    after = place.text[found.end() :]
    nearby = compiled(_Q).split(after, 1)[0][:80]
    begin = found.start("list") if "list" in found.groupdict() else found.start()
    negative = compiled(_ABSENT).search(nearby) is not None or place.negated_before(begin)
    if negative and compiled(_SOMEWHERE).search(nearby):
        return {}
    if compiled(_ABSENT).search(nearby):
        return {**what, "max": 0}
    said = times(place, found.end(), reach=len(nearby))
    if said is not None:
        return {**what, **_counted(said[0])}
    if compiled(r"\b(?:times|once|twice)\b").search(nearby):
        return {}
    return {**what, "max": 0} if negative else {**what, "min": 1}


def _counted(bounds: Bounds) -> Params:
    return {name: value for name, value in (("min", bounds.low), ("max", bounds.high)) if value is not None}


_SUBJECTS = (
    rf"\b(?P<letter>letters?) [\"'`]?(?P<l>[a-z])[\"'`]?(?![\w'])|(?<![\w-])(?:{_NOUN}|"
    rf"name) (?:(?P<q>{_Q})|(?P<w>(?!in |with |that |should |must |are |is |at |to |for |of |"
    rf"appear)[\w'-]+))|(?P<q2>{_Q})(?= (?:should|must|appear|at |no |exactly|shows|occur|needs|has to|"
    rf"more|less))"
)
_CAPITALS = (
    r"\b(?:words? (?:with|in) (?:all )?(?:capital|caps|upper)|all[- ]caps words?|capitali[sz]ed words?|"
    r"words? with capital letters)"
)


_HOW_OFTEN = (
    r"(?:at (?:least|most)|less than|fewer than|no more than|more than|exactly|only|up to|between)? ?"
    r"(?:\w+ (?:to|or|and) )?(?:\w+ times?|once|twice|thrice)\b"
)


def read_times(place: ItemPlace) -> Params:
    """How often, for an item like "at least 3 times": of the word, letter or capitals before it."""
    said = next(place.touching(_HOW_OFTEN), None)
    found = times(place, said.start()) if said else None
    if found is None:
        return {}
    bounds, start, _ = found
    if compiled(_CAPITALS).search(place.text, 0, start):
        return {"unit": "capital words", **_counted(bounds)}
    subjects = list(compiled(_SUBJECTS).finditer(place.text, 0, start))
    if not subjects or place.has(_HEARSAY):
        return {}
    return {**_subject(subjects[-1]), **_counted(bounds)}


def _subject(match: re.Match[str]) -> Params:
    if match["letter"]:
        return {"letter": match["l"].lower()}
    quoted = match["q"] or match["q2"]
    return {"words": [quoted[1:-1].strip(" .,;") if quoted else match["w"]]}
