"""Formats and sections: JSON, bullets, highlights, titles, placeholders, parts between dividers."""

from hroute.core.constraints.params.amounts import NUMBER, Params, bounds_of, number, quantity
from hroute.core.constraints.params.place import ItemPlace, alone, compiled

_FORMATS = (
    ("json", r"json\b(?!l|p)"),
    ("csv", r"csv\b"),
    ("yaml", r"ya?ml\b"),
    ("xml", r"xml\b"),
    ("html", r"html\b"),
    ("table", r"table\b|tabular"),
    ("numbered list", r"numbered (?:list|steps|points)|ordered list"),
    ("bullet list", r"bullet(?:ed)?[- ]?(?:points?|list)|bullets\b|bullet form|dot points"),
)
_NOTHING_ELSE = r"\b(?:entire|whole|only|just|nothing else|all (?:words|output)|wrap\w*|valid|raw)\b"


def read_format(place: ItemPlace) -> Params:
    if place.negated_before(place.start):
        return {}
    for name, pattern in _FORMATS:
        if compiled(pattern).search(place.own):
            if name == "bullet list":
                return _bullets(place)
            return (
                {"format": name, "whole": True}
                if name == "json" and place.has(_NOTHING_ELSE)
                else {"format": name}
            )
    return {}


def _bullets(place: ItemPlace) -> Params:
    """The number of bullets may stand in another sentence, or with what they list."""
    for text in (place.text, place.after[:200], place.before[-200:]):
        for noun in (r"bullet[- ]?points?|bullets", r"[a-z]{3,15}" if text is place.text else r"\bbullets"):
            match = compiled(quantity(noun, between=r"(?:[a-z]{3,15} ){0,2}?")).search(text)
            bounds = bounds_of(match, alone(text)) if match else None
            if match and (noun.startswith("bullet") or match["exact"]):
                return {"unit": "bullets", **bounds.params()} if bounds else {}
    return {"format": "bullet list"}


_HIGHLIGHTED = r"(?:sections?|parts?|phrases?|words?|key ?words?|terms?|text sections?|sentences?)"
_QUALIFIED = r"(?:(?:key|different|italic|italici[sz]ed|text|bold|short|highlighted) ){0,4}"


def read_highlights(place: ItemPlace) -> Params:
    """At least so many highlights, as in "highlight at least 3 sections with *markdown*"."""
    if not compiled(r"highlight|itali[cs]|\bbold").search(place.own):
        return {}
    if place.negated_before(place.start) or place.has(r"capital|caps\b"):
        return {}
    match = compiled(quantity(_HIGHLIGHTED, between=_QUALIFIED)).search(place.text)
    bounds = bounds_of(match, place) if match else None
    if bounds is not None:
        return {"unit": "highlights", "min": bounds.low or 1}
    return {} if match else {"unit": "highlights", "min": 1}


def read_title(place: ItemPlace) -> Params:
    angular = place.has(r"<<|double angular|double angle")
    return {"title": "<<>>"} if angular and place.has(r"title|<<") else {}


def read_postscript(place: ItemPlace) -> Params:
    found = compiled(r"\bp\.? ?(p\.? ?)?s\b\.?").search(place.text)
    if found is None or place.negated_before(place.start):
        return {}
    return {"postscript": "P.P.S" if found[1] else "P.S."}


def read_placeholders(place: ItemPlace) -> Params:
    if "placeholder" not in place.own.lower():
        return {}
    pattern = compiled(quantity(r"placeholders?"))
    match = pattern.search(place.text) or pattern.search(place.after[:200])
    bounds = bounds_of(match, alone(match.string)) if match else None
    return {"unit": "placeholders", "min": bounds.low} if bounds and bounds.low else {}


def read_marked_sections(place: ItemPlace) -> Params:
    """Sections that begin with a marker: "4 sections, each marked with SECTION X"."""
    marker = compiled(r"\b(section|part|chapter) x\b").search(place.text + place.after[:120])
    amount = compiled(quantity(r"sections?|parts?")).search(place.before[-200:] + place.text)
    bounds = bounds_of(amount, alone(amount.string)) if amount else None
    if marker is None or bounds is None or bounds.low is None:
        return {}
    return {"unit": "sections", "marker": marker[1], **bounds.params()}


_PARTS = (
    rf"\b({NUMBER}) (?:different |separate |distinct )?(?:\w+ )?(?:responses|answers|versions?|"
    rf"jokes|poems|limericks|parts|paragraphs|"
    r"sections|scenes|options|letters|stories|haikus|drafts)\b"
)
_THIS_AND_THAT = (
    r"separate (?:your |the |these |those )?\w+(?: \w+)? and (?:the |your )?\w+(?: \w+)? (?:with|by|using)"
)


def read_separated(place: ItemPlace) -> Params:
    """Dividers, "separated by ******", with the number of parts where the sentence says it."""
    return _parts(place) if compiled(r"separat|divid|break|split").search(place.own) else {}


def read_parts(place: ItemPlace) -> Params:
    """A number of answers, where the sentence goes on with "separated by ******"."""
    parts = next(place.touching(_PARTS), None)
    return _parts(place) if parts else {}


def _parts(place: ItemPlace) -> Params:
    ahead = place.onwards + place.after[:80]
    stars = compiled(r"\*{3,12}").search(place.text) or compiled(r"\*{3,12}").search(ahead)
    if stars is None or not compiled(r"separat|divid|break|\bsplit").search(place.text + ahead):
        return {}
    separator = "******" if len(stars[0]) > 3 else "***"
    parts = _number_of_parts(place, separator)
    return {"unit": "parts", "exactly": parts, "separator": separator} if parts else {"divided": separator}


def _number_of_parts(place: ItemPlace, separator: str) -> int | None:
    amount = compiled(_PARTS).search(place.text) or compiled(_PARTS).search(place.before[-100:])
    if amount:
        return number(amount[1])
    if compiled(_THIS_AND_THAT).search(place.text):
        return 2
    return 2 if separator == "******" and place.has(r"\b(?:two|both)\b") else None
