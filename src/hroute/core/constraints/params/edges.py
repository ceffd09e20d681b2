"""What the answer starts and ends with, what it repeats, and which answers it may choose from."""

from hroute.core.constraints.params.amounts import Params, number
from hroute.core.constraints.params.format import read_marked_sections, read_postscript
from hroute.core.constraints.params.place import AROUND_CHARS, ItemPlace, compiled
from hroute.core.constraints.params.style import read_other_language

_Q = r'(?:"(?P<q>[^"\n]{1,300})"|(?<![\w\'])\'(?P<s>[^\'\n]{1,200})\'(?!\w))'
_ABOUT_REPEATING = r"\brepeat|do not say|don't say|before you|word for word"
_SHORTEST_REQUEST = 15  # characters; less is not a request
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1, "final": -1}
_EACH = r"\b(?:each|every|all|both)\b[^.;!?]{0,40}\b(?:start|begin|end|finish|open|clos)"
_PARAGRAPH = (
    r"\b(?P<nth>first|second|third|fourth|fifth|sixth|last|final|\d+(?:st|nd|rd|th)) paragraph|"
    r"\bparagraph (?P<n>\d+|one|two|three|four|five)\b"
)
_OF_A_PART = (
    r"\b(?:names?|titles?|words?|lines?|sentences?|letters?|stanzas?|verses?|subject|"
    r"heading)\b (?:\w+ ){0,3}?(?:begin|start)"
)
_SIGNS = {
    "period": ".",
    "full stop": ".",
    "question mark": "?",
    "exclamation mark": "!",
    "exclamation point": "!",
}


def read_start(place: ItemPlace) -> Params:
    if place.has(r"\bsections?\b"):
        return read_marked_sections(place)
    if place.has(r"\bp\.? ?(?:p\.? ?)?s\b\.?"):
        return read_postscript(place)
    if compiled(_EACH).search(place.text) or compiled(_OF_A_PART).search(place.text[: place.start + 15]):
        return {}
    phrase = "" if place.has(r"translation|paraphrase|version of") else _phrase(place)
    if not phrase:
        return read_other_language(place)
    return {"starts": phrase, **_paragraph(place)}


def _phrase(place: ItemPlace) -> str:
    """Quoted, or one word after "the word"."""
    quoted = compiled(
        rf"(?:with|by|:|is|be|be:|phrase|word|words|sentence|line|of|exactly|question|text)(?: (?:the|"
        rf"this|an?|following|exact|words?|phrase|sentence|of|saying|your|question|line|with|"
        rf"exactly))* ?:? ?{_Q}"
    ).search(place.onwards)
    if quoted:
        return (quoted["q"] or quoted["s"] or "").strip()
    word = compiled(r"\bword ([A-Za-z][\w'-]*)").search(place.onwards)
    return word[1] if word else ""


def _paragraph(place: ItemPlace) -> Params:
    match = compiled(_PARAGRAPH).search(place.text)
    if match is None:
        return {}
    if match["n"]:
        return {"paragraph": number(match["n"])}
    nth = match["nth"].lower()
    return {"paragraph": _NTH.get(nth) or int(nth[:-2])}


def read_end(place: ItemPlace) -> Params:
    if compiled(r"\bpostscript|\bp\.? ?(?:p\.? ?)?s\b\.?").search(place.onwards):
        return read_postscript(place)
    if compiled(_EACH).search(place.text) or place.has(
        r"\b(?:first|last|each|every) (?:line|sentence|stanza|verse|paragraph)\b"
    ):
        return {}
    sign = compiled(rf"\b(?:{'|'.join(_SIGNS)})\b").search(place.onwards)
    if sign and compiled(r"with an?\b|punctuation").search(place.onwards[: sign.start()]):
        return {"ends": _SIGNS[sign[0].lower()]}
    phrase = _phrase(place) or _unquoted(place)
    return {"ends": phrase} if compiled(r"\w").search(phrase) else {}


_UNQUOTED = (
    r"(?:exact(?:ly)?[^:.\n]{0,20}|phrase|words|sentence|question|with)(?: of)?: ?(?P<rest>[^\"\n]{3,200})|"
    r"exact (?:phrase|words|sentence|question) (?P<plain>[A-Z][^\"\n]{3,200})"
)


def _unquoted(place: ItemPlace) -> str:
    """The rest of the sentence, as in "with this exact phrase: Hope you agree with me"."""
    match = compiled(_UNQUOTED).search(place.onwards)
    phrase = (match["rest"] or match["plain"]).strip() if match else ""
    return phrase.removesuffix(".") if phrase.endswith(("?.", "!.")) else phrase


_TO_REPEAT = r"\b(?:request|question|prompt|sentence|text|instructions?|line|exactly as it is)\b"
_NOT_TO_REPEAT = (
    r"(?:not|n't|never|avoid\w*) repeat(?:ing|ed)?\b(?! (?:this|any))|"
    r"\bbut (?:change|replace|with)|\bexcept\b|(?<!without )changing\b|\breplac"
)


def read_repeat(place: ItemPlace) -> Params:
    """{"repeats": text}: the request, which stands above or below the sentence that says so."""
    if not place.has(r"\brepeat") or place.has(_NOT_TO_REPEAT):
        return {}
    quoted = compiled(r'repeat "([^"\n]{10,400})"').search(place.text)
    if quoted:
        return {"repeats": quoted[1]}
    request = _request(place) if place.has(_TO_REPEAT) else ""
    return {"repeats": request} if len(request) >= _SHORTEST_REQUEST else {}


def _request(place: ItemPlace) -> str:
    if AROUND_CHARS in {len(place.before), len(place.after)}:
        return ""  # there is more of it than was looked at
    above, below = _around(place)
    if place.has(r"\bbelow\b|following request") or len(above) < _SHORTEST_REQUEST:
        return below
    return above.split("\n")[0].strip() if place.has(r"first line") else above


def _around(place: ItemPlace) -> tuple[str, str]:
    """The text above and below the line that says what to repeat; of one line, what stands before it."""
    lines, _, same_line = place.before.rpartition("\n")
    below = place.after
    first, _, rest = below.partition("\n")
    if not place.text.endswith("\n") or (
        not place.text.endswith("\n\n") and compiled(_ABOUT_REPEATING).search(first)
    ):
        below = rest
    above = lines.strip() or ("" if below.strip() else same_line.strip())
    return above, below.strip()


_CHOICES = {
    "yes or no": ["yes", "no"],
    "yes/no": ["yes", "no"],
    "true/false": ["true", "false"],
    "true or false": ["true", "false"],
}


def read_options(place: ItemPlace) -> Params:
    """{"options": […]} of which the answer must contain one."""
    own = place.own.lower()
    for words, options in _CHOICES.items():
        if words in own:
            return {"options": list(options)}
    if not compiled(r"one of|options|choose from").search(own):
        return {}
    quoted = [m["q"] or m["s"] for m in compiled(_Q).finditer(place.onwards + place.after[:300])]
    options = quoted if len(quoted) >= 2 else _listed(place.after)
    return {"options": options} if options else {}


def _listed(text: str) -> list[str]:
    """The lines that follow, when they are short enough to be options."""
    lines = [line.strip(" -*•") for line in text[:400].split("\n") if line.strip()]
    return lines if len(lines) >= 2 and all(len(line) <= 60 for line in lines) else []


def read_keys(place: ItemPlace) -> Params:
    """{"keys": […]} from quotations or from a list after the word."""
    quoted = [m["q"] or m["s"] for m in compiled(_Q).finditer(place.onwards[:300])]
    if quoted:
        return {"keys": quoted}
    listed = compiled(
        r"\b(?:keys|fields|columns|headers?|properties|attributes|cols)(?: named| called| are|"
        r" should be)?:? (?P<list>[\w-]+(?:, ?(?:and )?[\w-]+| and [\w-]+)+)(?= ?[.;\n):]| ?\Z|"
        r", [\w-]+ \w)"
    ).search(place.onwards)
    return {"keys": [w for w in compiled(r", ?(?:and )?| and ").split(listed["list"]) if w]} if listed else {}
