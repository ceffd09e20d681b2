"""Formats, case, language, punctuation, first and last words: what the answer as a whole looks like."""

from hroute.core.constraints.params_amounts import NUMBER, Params, bounds_of, number, quantity
from hroute.core.constraints.params_place import Place, alone, compiled

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


def read_format(place: Place) -> Params:
    if place.negated_before(place.start):
        return {}
    for name, pattern in _FORMATS:
        if compiled(pattern).search(place.own):
            if name == "bullet list":
                return _bullets(place)
            whole = place.has(r"\b(?:entire|whole|only|just|nothing else|all (?:words|output)|wrap\w*|valid|raw)\b")
            return {"format": name, "whole": True} if whole and name == "json" else {"format": name}
    return {}


def _bullets(place: Place) -> Params:
    """The number of bullets may stand in another sentence, or with what they list."""
    for text in (place.text, place.after[:200], place.before[-200:]):
        for noun in (r"bullet[- ]?points?|bullets", r"[a-z]{3,15}" if text is place.text else r"\bbullets"):
            match = compiled(quantity(noun, between=r"(?:[a-z]{3,15} ){0,2}?")).search(text)
            bounds = bounds_of(match, alone(text)) if match else None
            if match and (noun.startswith("bullet") or match["exact"]):
                return {"unit": "bullets", **bounds.params()} if bounds else {}
    return {"format": "bullet list"}


def read_highlights(place: Place) -> Params:
    """"highlight at least 3 sections with *markdown*"."""
    if not compiled(r"highlight|itali[cs]|\bbold").search(place.own):
        return {}
    if place.negated_before(place.start) or place.has(r"capital|caps\b"):
        return {}
    thing = r"(?:sections?|parts?|phrases?|words?|key ?words?|terms?|text sections?|sentences?)"
    match = compiled(quantity(thing, between=r"(?:(?:key|different|italic|italici[sz]ed|text|bold|short|highlighted) ){0,4}")).search(place.text)
    bounds = bounds_of(match, place) if match else None
    if bounds is not None:
        return {"unit": "highlights", "min": bounds.low or 1}
    return {} if match else {"unit": "highlights", "min": 1}


def read_title(place: Place) -> Params:
    angular = place.has(r"<<|double angular|double angle")
    return {"title": "<<>>"} if angular and place.has(r"title|<<") else {}


def read_postscript(place: Place) -> Params:
    found = compiled(r"\bp\.? ?(p\.? ?)?s\b\.?").search(place.text)
    if found is None or place.negated_before(place.start):
        return {}
    return {"postscript": "P.P.S" if found[1] else "P.S."}


def read_placeholders(place: Place) -> Params:
    if "placeholder" not in place.own.lower():
        return {}
    match = compiled(quantity(r"placeholders?")).search(place.text) or compiled(quantity(r"placeholders?")).search(place.after[:200])
    bounds = bounds_of(match, alone(match.string)) if match else None
    return {"unit": "placeholders", "min": bounds.low} if bounds and bounds.low else {}


def read_marked_sections(place: Place) -> Params:
    """"4 sections, each marked with SECTION X"."""
    marker = compiled(r"\b(section|part|chapter) x\b").search(place.text + place.after[:120])
    amount = compiled(quantity(r"sections?|parts?")).search(place.before[-200:] + place.text)
    bounds = bounds_of(amount, alone(amount.string)) if amount else None
    if marker is None or bounds is None or bounds.low is None:
        return {}
    return {"unit": "sections", "marker": marker[1], **bounds.params()}


_PARTS = (
    rf"\b({NUMBER}) (?:different |separate |distinct )?(?:\w+ )?(?:responses|answers|versions?|jokes|poems|limericks|parts|paragraphs|"
    r"sections|scenes|options|letters|stories|haikus|drafts)\b"
)


def read_separated(place: Place) -> Params:
    """"separated by ******" with the number of parts, where the sentence says it."""
    return _parts(place) if compiled(r"separat|divid|break|split").search(place.own) else {}


def read_parts(place: Place) -> Params:
    """"two answers", where the sentence goes on with "separated by ******"."""
    parts = next(place.touching(_PARTS), None)
    return _parts(place) if parts else {}


def _parts(place: Place) -> Params:
    ahead = place.onwards + place.after[:80]
    stars = compiled(r"\*{3,12}").search(place.text) or compiled(r"\*{3,12}").search(ahead)
    if stars is None:
        return {}
    separator = "******" if len(stars[0]) > 3 else "***"
    if not place.has(r"separat|divid|divider|break|\bsplit") and not compiled(r"separat|divid").search(ahead):
        return {}
    amount = compiled(_PARTS).search(place.text)
    parts = number(amount[1]) if amount else 2 if compiled(r"separate (?:your |the |these |those )?\w+(?: \w+)? and (?:the |your )?\w+(?: \w+)? (?:with|by|using)").search(place.text) else None
    if parts is None:
        parts = 2 if separator == "******" and place.has(r"\b(?:two|both)\b") else None
    if parts is None:
        return {"divided": separator}
    return {"unit": "parts", "exactly": parts, "separator": separator}


_LOWER, _UPPER = r"lower[- ]?case", r"(?:all )?(?:upper[- ]?case|capitals?\b|caps\b|capital letters?)|capitali[sz]e (?:every|all)"
_PARTLY = (
    r"\b(?:some|few|certain|key|important|proper) |\bwords? (?:with|in|be in) |capitali[sz]ed words|all[- ]caps words|\bkeys?\b|\btitles?\b|"
    r"\bheadings?\b|\bfirst (?:letter|word)|\bstart of|\bbeginning of|\beach (?:line|sentence|word)|\bat least|\bless than|\bmore than|\bphrases? in"
)


def read_case(place: Place) -> Params:
    """{"case": "lower" | "upper"}; where only some words are meant, how many if it says so."""
    if capitals := read_capital_words(place):
        return capitals
    if compiled(r"title[- ]case").search(place.own):
        return {} if place.has(r"\bkeys?|heading|title of|titles\b") else {"case": "title"}
    if place.has(_PARTLY) and not place.has(r"\b(?:entire|whole)\b|no capital|all (?:in )?lower|only lower|all (?:of )?(?:the )?letters|words in (?:your |the )entire"):
        return {}
    negated = place.negated_before(place.start, reach=12) or compiled(r"\A(?:no|not|without)\b").search(place.own)
    if compiled(_LOWER).search(place.own):
        return {"case": "upper" if negated else "lower"}
    if negated and compiled(r"capital|caps\b|upper").search(place.own):
        return {"case": "lower"}
    return {"case": "upper"} if _all_capitals(place) else {}


def _all_capitals(place: Place) -> bool:
    if compiled(r"capitali[sz]e").search(place.own):
        return place.has(r"capitali[sz]e (?:every|all)(?: the| of the)? (?:letters?|characters?|text)\b")
    return compiled(_UPPER).search(place.own) is not None


def read_capitals_counted(place: Place) -> Params:
    """The same, for an item that is the amount itself."""
    return read_capital_words(place) if compiled(r"capital|caps\b|\bwords?\b|phrases").search(place.own) else {}


def read_capital_words(place: Place) -> Params:
    things = r"(?:words?|phrases?|words or phrases)"
    written = r"(?:in|with) (?:all[- ])?(?:capital(?:ized)?(?: letters)?|caps|upper[- ]?case(?: letters)?)"
    noun = rf"{things}(?: (?:in|of) (?:the|your) \w+)?(?: should| must)?(?: be)?(?: written)? {written}|(?:such )?capitali[sz]ed words|all[- ]caps words"
    for match in compiled(quantity(noun)).finditer(place.text):
        bounds = bounds_of(match, place)
        return {"unit": "capital words", **bounds.params()} if bounds else {}
    counted = compiled(rf"number of (?:{noun}) to (?P<side>less than|at most|no more than|fewer than) (?P<n>{NUMBER})").search(place.text)
    if counted:
        return {"unit": "capital words", "max": number(counted["n"]) - counted["side"].endswith(("ss than", "fewer than"))}
    often = compiled(rf"(?:{noun}|words? with capital letters)[^.;!?]{{0,30}}? (?P<side>at least|at most|less than|fewer than|no more than|more than) (?P<n>{NUMBER}) times").search(place.text)
    return {"unit": "capital words", **_side(often["side"].lower(), number(often["n"]))} if often else {}


def _side(words: str, limit: int) -> Params:
    sides: dict[str, Params] = {
        "at least": {"min": limit}, "more than": {"min": limit + 1}, "at most": {"max": limit},
        "no more than": {"max": limit}, "less than": {"max": limit - 1}, "fewer than": {"max": limit - 1},
    }  # fmt: skip
    return sides[words]


_MARKS = {
    "comma": ",", "komma": ",", "virgule": ",", "exclamation": "!", "question mark": "?", "semicolon": ";", "colon": ":", "period": ".", "full stop": ".",
    "em dash": "—", "em-dash": "—", "hyphen": "-", "parenthes": "()", "quotation mark": "\"“”", "asterisk": "*", "hashtag": "#",
}  # fmt: skip
_NEGATIVE = r"\b(?:no|not|never|without|avoid\w*|refrain\w*|cannot|zero|omit|skip|free of|exclude|ohne|keine|sans|sin|senza|sem)\b|n't\b"


def read_punctuation(place: Place) -> Params:
    if place.has(r"\bquot(?:es|ation)\b|\bquote marks?"):
        wrapped = read_wrapped(place)
        if wrapped:
            return wrapped
    negative = compiled(_NEGATIVE).search(place.text[max(0, place.start - 60) : place.end])
    if negative is None or place.is_partial(place.start, place.end) or place.has(r"\bexcept\b|trailing|more than|unless"):
        return {}
    own = place.own.lower()
    return next(({"without": sign} for name, sign in _MARKS.items() if name in own), {})


_WHOLE = r"(?:(?:entire|whole|full|complete|final) (?:response|answer|reply|output|text|message|content|poem|story|email|letter)|(?:your|the) (?:response|answer|reply|output)|everything)"


def read_wrapped(place: Place) -> Params:
    verb = place.has(r"\b(?:wrap\w*|put|enclos\w*|surround\w*|place|inside|within|in|with)\b")
    double = place.has(r"double quot|quotation marks|\bquotes\b") and not place.has(r"single quot")
    if verb and double and place.has(_WHOLE) and not place.negated_before(place.start):
        return {"wrapped": '"'}
    return {}


_LANGUAGES = {
    "english": "en", "french": "fr", "spanish": "es", "german": "de", "italian": "it", "portuguese": "pt", "dutch": "nl", "russian": "ru",
    "chinese": "zh", "mandarin": "zh", "japanese": "ja", "korean": "ko", "arabic": "ar", "hindi": "hi", "punjabi": "pa", "marathi": "mr",
    "bengali": "bn", "tamil": "ta", "telugu": "te", "gujarati": "gu", "kannada": "kn", "urdu": "ur", "persian": "fa", "farsi": "fa",
    "turkish": "tr", "polish": "pl", "swedish": "sv", "greek": "el", "hebrew": "he", "thai": "th", "vietnamese": "vi", "swahili": "sw",
    "nepali": "ne", "ukrainian": "uk", "finnish": "fi", "bulgarian": "bg", "danish": "da", "norwegian": "no", "romanian": "ro",
    "deutsch": "de", "français": "fr", "español": "es", "italiano": "it", "português": "pt", "englisch": "en", "anglais": "en",
    "inglés": "en", "inglese": "en", "inglês": "en", "中文": "zh", "英文": "en", "英语": "en", "日语": "ja", "日本語": "ja", "英語": "en",
}  # fmt: skip
_LANGUAGE = "|".join(_LANGUAGES)


def read_language(place: Place) -> Params:
    """{"language": "de"} when the sentence names one language for the whole answer."""
    named = {_LANGUAGES[m.lower()] for m in compiled(rf"(?<![\w-])(?:{_LANGUAGE})(?![\w-])").findall(place.text)}
    if len(named) != 1 or place.is_partial(place.start, place.end) or place.has(r"\btranslation\b|\bphrases?\b|\bquote\b|\bcolumns?\b|\bcomments\b"):
        return {}
    return {"language": named.pop()}


def read_language_and_case(place: Place) -> Params:
    """"in English and in all capital letters" is one item that says two things."""
    return {**read_language(place), **read_case(place)} if "capital" in place.own.lower() else read_language(place)


def read_other_language(place: Place) -> Params:
    """"no other language is allowed", said of the language that the sentence names."""
    return read_language(place) if place.has(r"other languages?\b") or place.has(r"\blanguage only\b") else {}
