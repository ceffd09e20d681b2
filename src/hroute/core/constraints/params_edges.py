"""What the answer starts and ends with, what it repeats, and which answers it may choose from."""

from hroute.core.constraints.params_amounts import Params, number
from hroute.core.constraints.params_place import Place, compiled
from hroute.core.constraints.params_shape import read_marked_sections, read_other_language, read_postscript

_Q = r'(?:"(?P<q>[^"\n]{1,300})"|(?<![\w\'])\'(?P<s>[^\'\n]{1,200})\'(?!\w))'
_ABOUT_REPEATING = r"\brepeat|do not say|don't say|before you|word for word"
_SHORTEST_REQUEST = 15  # characters; less is not a request
_NTH = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1, "final": -1,
}  # fmt: skip
_EACH = r"\b(?:each|every|all|both)\b[^.;!?]{0,40}\b(?:start|begin|end|finish|open|clos)"
_PARAGRAPH = r"\b(?P<nth>first|second|third|fourth|fifth|sixth|last|final|1st|2nd|3rd|\d+th) paragraph|\bparagraph (?P<n>\d+|one|two|three|four|five)\b"
_OF_A_PART = r"\b(?:names?|titles?|words?|lines?|sentences?|letters?|stanzas?|verses?|subject|heading)\b (?:\w+ ){0,3}?(?:begin|start)"
_SIGNS = {"period": ".", "full stop": ".", "question mark": "?", "exclamation mark": "!", "exclamation point": "!"}


def read_start(place: Place) -> Params:
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


def _phrase(place: Place) -> str:
    """Quoted, or one word after "the word"."""
    quoted = compiled(rf"(?:with|by|:|is|be|be:|phrase|word|words|sentence|line|of|exactly|question|text)(?: (?:the|this|an?|following|exact|words?|phrase|sentence|of|saying|your|question|line|with|exactly))* ?:? ?{_Q}").search(place.onwards)
    if quoted:
        return (quoted["q"] or quoted["s"] or "").strip()
    word = compiled(r"\bword ([A-Za-z][\w'-]*)").search(place.onwards)
    return word[1] if word else ""


def _paragraph(place: Place) -> Params:
    match = compiled(_PARAGRAPH).search(place.text)
    if match is None:
        return {}
    if match["n"]:
        return {"paragraph": number(match["n"])}
    nth = match["nth"].lower()
    return {"paragraph": _NTH.get(nth) or int(nth[:-2])}


def read_end(place: Place) -> Params:
    if compiled(r"\bpostscript|\bp\.? ?(?:p\.? ?)?s\b\.?").search(place.onwards):
        return read_postscript(place)
    if compiled(_EACH).search(place.text) or place.has(r"\b(?:first|last|each|every) (?:line|sentence|stanza|verse|paragraph)\b"):
        return {}
    sign = compiled(rf"\b(?:{'|'.join(_SIGNS)})\b").search(place.onwards)
    if sign and compiled(r"with an?\b|punctuation").search(place.onwards[: sign.start()]):
        return {"ends": _SIGNS[sign[0].lower()]}
    phrase = _phrase(place) or _unquoted(place)
    return {"ends": phrase} if compiled(r"\w").search(phrase) else {}


def _unquoted(place: Place) -> str:
    """"Finish with this exact phrase: Hope you agree with me." """
    match = compiled(r"(?:exact(?:ly)?[^:.\n]{0,20}|phrase|words|sentence|question|with)(?: of)?: ?(?P<rest>[^\"\n]{3,200})").search(place.onwards)
    return match["rest"].strip() if match else ""


def read_repeat(place: Place) -> Params:
    """{"repeats": text}: the request, which stands above or below the sentence that says so."""
    if not place.has(r"\brepeat") or place.has(r"(?:not|n't|never|avoid\w*) repeat(?:ing|ed)?\b(?! (?:this|any))"):
        return {}
    if place.has(r"\bbut (?:change|replace|with)|\bexcept\b|\bchanging\b|\breplac"):
        return {}
    quoted = compiled(r'repeat "([^"\n]{10,400})"').search(place.text)
    if quoted:
        return {"repeats": quoted[1]}
    if not place.has(r"\b(?:request|question|prompt|sentence|text|instructions?|line|exactly as it is)\b"):
        return {}
    above, below = _around(place)
    if place.has(r"\bbelow\b|following request") or len(above) < _SHORTEST_REQUEST:
        return {"repeats": below} if len(below) >= _SHORTEST_REQUEST else {}
    if place.has(r"first line"):
        return {"repeats": above.split("\n")[0].strip()}
    return {"repeats": above}


def _around(place: Place) -> tuple[str, str]:
    """The text above and below the line that says what to repeat; of one line, what stands before it."""
    lines, _, same_line = place.before.rpartition("\n")
    below = place.after
    if not place.text.endswith("\n") or not place.text.endswith("\n\n"):
        first, _, rest = place.after.partition("\n")
        meant = place.text.endswith("\n") and not compiled(_ABOUT_REPEATING).search(first)
        below = place.after if meant else rest
    above = lines.strip() or ("" if below.strip() else same_line.strip())
    return above, below.strip()


def read_options(place: Place) -> Params:
    """{"options": […]} of which the answer must contain one."""
    if not compiled(r"one of|options|yes or no|yes/no|true/false|true or false|choose from").search(place.own):
        return {}
    if compiled(r"yes or no|yes/no").search(place.own):
        return {"options": ["yes", "no"]}
    if compiled(r"true/false|true or false").search(place.own):
        return {"options": ["true", "false"]}
    quoted = [m["q"] or m["s"] for m in compiled(_Q).finditer(place.onwards + place.after[:300])]
    lines = [line.strip(" -*•") for line in place.after[:400].split("\n")]
    listed = [line for line in lines if 0 < len(line) <= 60]
    options = quoted if len(quoted) >= 2 else listed if len(listed) >= 2 and len(listed) == len([x for x in lines if x]) else []
    return {"options": options} if options else {}


def read_keys(place: Place) -> Params:
    """{"keys": […]} from quotations or from a list after the word."""
    quoted = [m["q"] or m["s"] for m in compiled(_Q).finditer(place.onwards[:300])]
    if quoted:
        return {"keys": quoted}
    listed = compiled(r"\b(?:keys|fields|columns|headers?|properties|attributes|cols)(?: named| called| are| should be)?:? (?P<list>[\w-]+(?:, ?(?:and )?[\w-]+| and [\w-]+)+)(?= ?[.;\n):]| ?\Z|, [\w-]+ \w)").search(place.onwards)
    return {"keys": [w for w in compiled(r", ?(?:and )?| and ").split(listed["list"]) if w]} if listed else {}
