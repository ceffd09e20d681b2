"""Case, punctuation, quotation marks and language of the answer."""

from hroute.core.constraints.params.amounts import NUMBER, Params, bounds_of, number, quantity
from hroute.core.constraints.params.place import ItemPlace, compiled

_LOWER = r"lower[- ]?case"
_UPPER = r"(?:all )?(?:upper[- ]?case|capitals?\b|caps\b|capital letters?)|capitali[sz]e (?:every|all)"
_PARTLY = (
    r"\b(?:some|few|certain|key|important|proper) |\bwords? (?:with|in|be in) |"
    r"capitali[sz]ed words|all[- ]caps words|\bkeys?\b|\btitles?\b|"
    r"\bheadings?\b|\bfirst (?:letter|word)|\bstart of|\bbeginning of|\beach (?:line|sentence|"
    r"word)|\bat least|\bless than|\bmore than|\bphrases? in"
)
_WHOLLY = (
    r"\b(?:entire|whole)\b|no capital|all (?:in )?lower|only lower|all (?:of )?(?:the )?letters|"
    r"words in (?:your |the )entire"
)


def read_case(place: ItemPlace) -> Params:
    """{"case": "lower" | "upper"}; where only some words are meant, how many if it says so."""
    if capitals := read_capital_words(place):
        return capitals
    if compiled(r"title[- ]case").search(place.own):
        return {} if place.has(r"\bkeys?|heading|title of|titles\b") else {"case": "title"}
    if place.has(_PARTLY) and not place.has(_WHOLLY):
        return {}
    starts_negated = compiled(r"\A(?:no|not|without)\b").search(place.own)
    negated = place.negated_before(place.start, reach=12) or starts_negated
    if compiled(_LOWER).search(place.own):
        return {"case": "upper" if negated else "lower"}
    if negated and compiled(r"capital|caps\b|upper").search(place.own):
        return {"case": "lower"}
    return {"case": "upper"} if _all_capitals(place) else {}


def _all_capitals(place: ItemPlace) -> bool:
    if compiled(r"capitali[sz]e").search(place.own):
        return place.has(r"capitali[sz]e (?:every|all)(?: the| of the)? (?:letters?|characters?|text)\b")
    return compiled(_UPPER).search(place.own) is not None


_CAPITALISED = (
    r"(?:words?|phrases?|words or phrases)(?: (?:in|of) (?:the|your) \w+)?"
    r"(?: should| must)?(?: be)?(?: written)? "
    r"(?:in|with) (?:all[- ])?(?:capital(?:ized)?(?: letters)?|caps|upper[- ]?case(?: letters)?)|"
    r"(?:such )?capitali[sz]ed words|all[- ]caps words"
)
_SIDE = r"(?P<side>at least|at most|less than|fewer than|no more than|more than)"


def read_capitals_counted(place: ItemPlace) -> Params:
    """The number of words in capitals, for an item that is the number itself."""
    counts_words = compiled(r"capital|caps\b|\bwords?\b|phrases").search(place.own)
    return read_capital_words(place) if counts_words else {}


def read_capital_words(place: ItemPlace) -> Params:
    match = compiled(quantity(_CAPITALISED)).search(place.text)
    if match:
        bounds = bounds_of(match, place)
        return {"unit": "capital words", **bounds.params()} if bounds else {}
    limited = compiled(rf"number of (?:{_CAPITALISED}) to {_SIDE} (?P<n>{NUMBER})").search(place.text)
    often = compiled(
        rf"(?:{_CAPITALISED}|words? with capital letters)[^.;!?]{{0,30}}? {_SIDE} (?P<n>{NUMBER}) times"
    ).search(place.text)
    said = limited or often
    return {"unit": "capital words", **_side(said["side"].lower(), number(said["n"]))} if said else {}


def _side(words: str, limit: int) -> Params:
    sides: dict[str, Params] = {
        "at least": {"min": limit},
        "more than": {"min": limit + 1},
        "at most": {"max": limit},
        "no more than": {"max": limit},
        "less than": {"max": limit - 1},
        "fewer than": {"max": limit - 1},
    }
    return sides[words]


_MARKS = {
    "comma": ",",
    "komma": ",",
    "virgule": ",",
    "exclamation": "!",
    "question mark": "?",
    "semicolon": ";",
    "colon": ":",
    "period": ".",
    "full stop": ".",
    "em dash": "—",
    "em-dash": "—",
    "hyphen": "-",
    "parenthes": "()",
    "quotation mark": '"“”',
    "asterisk": "*",
    "hashtag": "#",
}
_NEGATIVE = (
    r"\b(?:no|not|never|without|avoid\w*|refrain\w*|cannot|zero|omit|skip|free of|exclude|ohne|keine|"
    r"sans|sin|senza|sem)\b|n't\b"
)


def read_punctuation(place: ItemPlace) -> Params:
    if place.has(r"\bquot(?:es|ation)\b|\bquote marks?") and (wrapped := read_wrapped(place)):
        return wrapped
    negative = compiled(_NEGATIVE).search(place.text[max(0, place.start - 60) : place.end])
    has_exceptions = place.is_partial(place.start, place.end) or place.has(
        r"\bexcept\b|trailing|more than|unless"
    )
    if negative is None or has_exceptions:
        return {}
    own = place.own.lower()
    return next(({"without": sign} for name, sign in _MARKS.items() if name in own), {})


_WHOLE = (
    r"(?:(?:entire|whole|full|complete|final) (?:response|answer|reply|output|text|message|content|"
    r"poem|story|email|letter)|(?:your|the) (?:response|answer|reply|output)|everything)"
)


def read_wrapped(place: ItemPlace) -> Params:
    verb = place.has(r"\b(?:wrap\w*|put|enclos\w*|surround\w*|place|inside|within|in|with)\b")
    double = place.has(r"double quot|quotation marks|\bquotes\b") and not place.has(r"single quot")
    if verb and double and place.has(_WHOLE) and not place.negated_before(place.start):
        return {"wrapped": '"'}
    return {}


_NAMED = (
    "english=en french=fr spanish=es german=de italian=it portuguese=pt dutch=nl russian=ru "
    "chinese=zh mandarin=zh japanese=ja korean=ko arabic=ar hindi=hi punjabi=pa marathi=mr "
    "bengali=bn tamil=ta telugu=te gujarati=gu kannada=kn urdu=ur persian=fa farsi=fa turkish=tr "
    "polish=pl swedish=sv greek=el hebrew=he thai=th vietnamese=vi swahili=sw nepali=ne ukrainian=uk "
    "finnish=fi bulgarian=bg danish=da norwegian=no romanian=ro deutsch=de français=fr español=es "
    "italiano=it português=pt englisch=en anglais=en inglés=en inglese=en inglês=en 中文=zh 英文=en "
    "英语=en 日语=ja 日本語=ja 英語=en"
)
_LANGUAGES = dict(pair.split("=") for pair in _NAMED.split(" "))
_OF_A_PART = r"\btranslation\b|\bphrases?\b|\bquote\b|\bcolumns?\b|\bcomments\b"
_LANGUAGE = "|".join(_LANGUAGES)


def read_language(place: ItemPlace) -> Params:
    """{"language": "de"} when the sentence names one language for the whole answer."""
    found = compiled(rf"(?<![\w-])(?:{_LANGUAGE})(?![\w-])").findall(place.text)
    named = {_LANGUAGES[name.lower()] for name in found}
    is_partial = place.is_partial(place.start, place.end) or place.has(_OF_A_PART)
    return {} if len(named) != 1 or is_partial else {"language": named.pop()}


def read_language_and_case(place: ItemPlace) -> Params:
    """One item may say two things: "in English and in all capital letters"."""
    return {**read_language(place), **(read_case(place) if "capital" in place.own.lower() else {})}


def read_other_language(place: ItemPlace) -> Params:
    """The language of "no other language is allowed", which the sentence names."""
    return read_language(place) if place.has(r"other languages?\b|\blanguage only\b") else {}
