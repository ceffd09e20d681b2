"""Where a remark begins or ends although no stop says so: people leave the last one out."""

import re
from collections.abc import Iterator
from functools import cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# No sentence ends on one of these; seldom one on the others, so that none in small letters begins after it.
_NEVER_LAST = _words("a an the these those my your our his their its of to and or but if than as i with into")
_NOT_LAST = _words(
    """
    a an the this these those my your our his their its of to in on at by for from with without into
    about as than and or but nor if that which who what how why when where is are was were be been being
    has have had do does did can could would should will shall may might must not no very really so too
    most more less please just only every each all any some final correct best following next first last
    step helpful good great right detailed short full many lot hope know everything everyone
    anything muchas mil vielen besten big say says write mean means word words i you we he she they let
    let's make get give
    """
)
# With a capital they begin a sentence.
_CAPITAL = _words(
    """
    Please Pls Thanks Thank Thx Cheers Many Think Let Let's No Do Don't Never Always Make Be Show
    Explain Take Put Give Write Answer Respond Reply State Provide Keep Use Just Hope If You You're Act
    Double Double-check Check Verify Work Solve Reason Before After First Remember Note Feel Sorry Hi
    Hello Hey Dear Also And This It It's As My Quick A An The Any For On At From By With Two Three Each
    Every Some There She He They We Here Here's Below Now Ok Okay Looking Kind Best Regards Sincerely
    Can Could Would Will What What's How Why Who Where When Which Is Are Does Did Was Were Has Have
    Should Prove Find Compute Calculate Translate Summarise Summarize List Name Describe Compare Draft
    Fix Convert Tell Rank In Bitte Danke Vielen Merci Gracias Muchas Grazie Obrigado Obrigada Denk Denke
    Hallo Bonjour Hola Ciao Bedankt
    """
)
_SMALL = (
    r"(?:please|pls|plz|thanks|thx|tia|cheers|let'?s|hope|kindly|danke|merci|gracias|grazie|obrigad[oa]|bitte"
    r"|bedankt)\b|(?:many|a lot of) thanks\b|thank you\b|no (?:need|rush|hurry|explanations?)\b"
    r"|(?:think|reason|work)\b(?= (?:it|this|that|step|carefully|hard|deeply|through|out)\b)"
    r"|(?:don'?t|do not|never)\b(?= (?:explain|use|make|guess|forget|overthink|rush|hallucinate)\b)"
    r"|make sure\b|double[- ]check"
    r"|be\b(?= (?:concise|brief|careful|precise|accurate|honest|thorough|specific)\b)"
    r"|(?:show|explain|give|put|state|write)\b(?= (?:your|all your|only the|just the|me your|the final)\b)"
    r"|take\b(?= (?:your time|a deep))"
    r"|(?:answer|respond|reply)\b(?= (?:in|with|only|briefly|carefully|honestly)\b)"
    r"|just\b(?= (?:answer|give|tell|reply|respond))|(?:you are|you're|act as) an?\b|do your best\b"
    r"|i\b(?= (?:need|want|hope|would|appreciate|will|am|have|got)\b)|i'(?:m|ll|d)\b"
    r"|if you (?:do|don't|are|aren't|can|know)\b"
)
# Every alternative of _SMALL begins with one of these, and every one of _LAST holds one of those below it.
_BEGINS = (
    " please", " pls", " plz", " thank", " thx", " tia", " cheers", " let", " hope", " kindly", " danke",
    " merci", " gracias", " grazie", " obrigad", " bitte", " bedankt", " many thanks", " a lot of thanks",
    " no need", " no rush", " no hurry", " no explanation", " think ", " reason ", " work ", " don't ",
    " dont ", " do not ", " never ", " make sure", " double", " be concise", " be brief", " be careful",
    " be precise", " be accurate", " be honest", " be thorough", " be specific", " show ", " explain ",
    " give ", " put ", " state ", " write ", " take your", " take a deep", " answer ", " respond ", " reply ",
    " just ", " you are a", " you're a", " act as a", " do your best", " i ", " i'", " if you ",
)  # fmt: skip
_ENDS = (
    "step", "your time", "breath", "vance", "help", "your best", "careful", "concise", "brief", "precise",
    "accurate", "honest", "thorough", "your reasoning", "your work", "your thinking", "thank", "thx", "pls",
    "plz", "boxed", "question", "problem", "task", "say so", "is correct", "tonight", "tomorrow", "today",
    "noon", "monday", "asap", "answer", "reply", "respond", "think", "reason", "no rush", "voraus",
    "antemano",
)  # fmt: skip
# What a remark ends on; what comes next is asked, unless it goes on.
_LAST = (
    r"\b(?:step[ -]by[ -]step|one step at a time|your time|deep breath|in advance|helpful assistant|your best"
    r"|carefully|be (?:concise|brief|careful|precise|accurate|honest|thorough)"
    r"|your (?:reasoning|work|steps|thinking)|you can help"
    r"|all (?:the )?steps|help me|(?:thanks|thx|pls|plz|please help|thank you)|boxed ?\{[^}\n]{0,12}\}"
    r"|(?:can|could) you help(?: me)?(?: with this)?|(?:following|next) (?:question|problem|task)"
    r"|(?:here'?s|here is) my (?:question|problem|task)|say so|is correct"
    r"|by (?:tonight|tomorrow|today|noon|monday)|asap|just answer"
    r"|(?:answer|reply|respond|think|reason) \w{2,14}ly\b|no rush|im voraus|d'avance|de antemano)"
)
_GOES_ON = (
    r"and|then|to|before|after|so|when|while|for|with|in|on|at|but|or|as|if|about|that|this|it|by|until|of|from"
    r"|through|me|out|because|is|are|very|much|again|everyone|all|you|und|oder|et|y|e"
)
_SIGNS = "¡¿\"'“”‘«»*_([{"


def with_starts(text: str) -> str:
    """The text, of the same length, with a line break for each space before a sentence without a sign.

    Generous: a break alone changes nothing, only what stands between two of them can be boilerplate.
    """
    lower = lowered(text)
    places = {match.end() for match in _last().finditer(text)} if _holds(_ENDS, lower) else set()
    places.update(place for place in _firsts(text, lower) if _may_end(text, place))
    if not text.isascii():
        places.update(match.start() for match in _other_script().finditer(text))
    if not places:
        return text
    characters = list(text)
    for place in places:
        characters[place] = "\n"
    return "".join(characters)


def lowered(text: str) -> str:
    """So that it holds every part that a pattern finds where case does not count."""
    lower = text.lower()
    if text.isascii():
        return lower
    return lower.replace("\u0131", "i").replace("\u017f", "s").replace("\u0307", "")


def _holds(parts: tuple[str, ...], text: str) -> bool:
    for part in parts:  # noqa: SIM110 - any() is twice as slow
        if part in text:
            return True
    return False


def _firsts(text: str, lower: str) -> Iterator[int]:
    """Where there is a space before a word that may begin a sentence."""
    for match in _capital().finditer(text):
        if match[1].replace("’", "'") in _CAPITAL:
            yield match.start()
    for match in _small().finditer(text) if _holds(_BEGINS, lower) else ():
        yield match.start()


def _may_end(text: str, place: int) -> bool:
    before = text[max(0, place - 24) : place].split()[-1:]
    word = before[0].lower().replace("’", "'").strip(_SIGNS) if before else ""
    if not word or word in (_NEVER_LAST if text[place + 1].isupper() else _NOT_LAST):
        return False
    # In a title every word has a capital.
    return not (word.isalpha() and before[0].istitle()) or _after_a_name().match(text, place) is not None


@cache
def _capital() -> re.Pattern[str]:
    return re.compile(r"(?<=[^\s.!?:;,(]) (?=([A-Z](?:[\w'’]|-(?=c))*))")


@cache
def _small() -> re.Pattern[str]:
    return re.compile(rf"(?<=[^\s.!?:;,(]) (?={_SMALL})", re.IGNORECASE)


@cache
def _other_script() -> re.Pattern[str]:
    """Between Latin letters and those of another script, a sentence in one and a sentence in the other."""
    other = r"[^\x00-\u036f\u2000-\u206f]"
    return re.compile(rf"(?<=[a-z}}\]).]) (?=['\"“‘«(\[]?{other})|(?<={other}) (?=[A-Za-z])")


@cache
def _after_a_name() -> re.Pattern[str]:
    return re.compile(
        r" (?:[A-Z][\w'’]* [a-z\\]|[a-z]|(?:Please|Pls|Thanks|Thank|Thx|Danke|Merci|Gracias|Grazie)\b)"
    )


@cache
def _last() -> re.Pattern[str]:
    return re.compile(rf"(?:{_LAST})(?= (?!(?:{_GOES_ON})\b)[^\W_])", re.IGNORECASE)
