"""Sentences that speak of the answer and of no subject: nothing but words that any ask could stand beside."""

import re
from collections.abc import Iterator
from functools import cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A sentence of nothing but these says nothing of a subject; one of the first makes it a remark on the answer.
_ABOUT = _words(
    """
    answer answers answering response responses respond reply replies question questions query problem
    task prompt instruction instructions request please pls kindly help helpful assist assistant expert
    tutor professor teacher mentor specialist ai model step steps step-by-step reasoning reason think
    thinking thought carefully careful accurate accurately correct correctly precise precisely concise
    concisely clear clearly detailed thorough thoroughly complete completely unclear rush hurry boss
    career important urgent solve solution work working explanation confident sure honest truthful
    truthfully final best ability tricky trick deadline asap thanks thank appreciate appreciated waiting
    ready begin honestly directly logically rational rationally objectively explanations rationale
    justification clarify clarification guidance grateful gratitude sorry apologies apologise apologize
    regards sincerely hopefully advance friend buddy bro mate sir madam accuracy correctness expertise
    chatgpt gpt claude gemini llm bot chatbot clever brilliant quickly rigorous rigorously methodical
    methodically systematically patience confidence realistic overthink hallucinate hallucinations doubt
    focus focused effort excellence determined pride abilities ideas suggestions takers whatsoever ask
    asking
    """
)
_FILLER = _words(
    """
    a an the this that these those it its is are be being been will would can could should must may
    might do does don't have has need needs needed want wants like i i'm i'd i'll me my mine you
    you're your yours we our us let let's lets he she they them their there here what which who how why
    when where if so as and or but then than of in on at to for from with within without by about into
    after before above below not no just only very really quite too also again now today tonight soon
    first last next following given provide provided give gives get got make makes made take takes use
    using know known tell say says said see show look read follow follows end ends start starts act
    acting role world-class knowledgeable skilled smart large language years decades experience
    experienced everything anything something all any some every each one two it's while time long much
    many more most less well good great perfect nice possible always never sure yet manner way style
    tone format line lines bit quick short brief briefly simple simply own out up down over back there's
    that's depends depend matter mind worry try trying check double-check verify search web internet
    online source english else other produce generate deliver return complete understand understood
    forget ignore consider hope wait user human hi hello hey dear ok okay right keep keeps keeping ask
    asks asked asking put puts place present reach come comes arrive go goes going getting giving
    telling finish finished commit whole entire part parts piece pieces point points actual real wrong
    able based required necessary during because since though although possibly maybe perhaps memory
    head break broken approach ways chain chains level high higher quality standard ever once twice
    moment minute minutes second seconds hour hours tomorrow day week morning glad happy better wonder
    wondering looking forward hear hearing seem stupid silly dumb thing things stuff someone somebody
    anyone anybody person people mean means hard help visible shown support nothing none both either
    neither same such away around through together write written writing plan devise carry decide
    determine proceed continue attempt conclude deduce infer derive justify justified elaborate split
    splitting divide dissect strategy method information detail details relevant key facts assumption
    assumptions evidence logic logical conclusion score scores between dive jump stay remember believe
    feel strive commitment dedicated goals goal worth taking another nobody trust rely expect expected
    expects considered considering thinks thank special extra full serious seriously absolutely
    definitely completely totally truly genuinely kind nicely chat conversation talk talking discuss
    interested curious lot lots bunch guess figure stuck struggling struggle confused new learn learning
    beginner student form quotes you'd we'd
    """
)
_ASKS = _words("how what why who whom whose when where which should do does did is are was were")
_LONGEST_REMARK = 30  # words
_SHORTEST_ASIDE = 3  # words in brackets that need not say "answer" or the like
_SENTENCE = r"\([^()]{1,200}\)[.!?]*|[^.!?:()\n。！？]+[.!?:)。！？]*"
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+"


def remarks(text: str) -> Iterator[tuple[int, int]]:
    """Their spans. Where a line ends, a sentence ends."""
    for match in signed(_SENTENCE, is_ascii=text.isascii()).finditer(text):
        if _is_remark(match[0]) and _is_whole(text, *match.span()):
            yield match.span()


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no bracket parts it from the rest of its sentence."""
    return text[end : end + 1] != "(" and (text[start] == "(" or text[max(0, start - 1) : start] != ")")


def _is_remark(sentence: str) -> bool:
    words = signed(_WORD, is_ascii=sentence.isascii()).findall(sentence.lower().replace("’", "'"))
    is_aside = sentence.startswith("(") and len(words) >= _SHORTEST_ASIDE
    if sentence.rstrip().endswith(("?", "？")) and words and words[0] in _ASKS:
        return False
    if not 0 < len(words) <= _LONGEST_REMARK or not (is_aside or _ABOUT.intersection(words)):
        return False
    return all(word in _ABOUT or word in _FILLER for word in words)


@cache
def signed(pattern: str, *, is_ascii: bool) -> re.Pattern[str]:
    """Signs beyond Latin-1 make a class slow to compile: they are left out where a text has none."""
    return re.compile(pattern.encode("ascii", "ignore").decode() if is_ascii else pattern)
