"""Constraints that no family knows, found by their company: entries of a list of requirements.

In "json only, keys a and b, ints not strings, no whitespace" three of four pieces are known to be
constraints; so is the fourth.
"""

from collections.abc import Iterator, Sequence

from hroute.core.constraints.merge import Mention
from hroute.core.constraints.rules import Candidate, Needs, Rank, compiled
from hroute.core.constraints.sentences import AskSentence, Layout, Sentences
from hroute.core.constraints.speech import IMPERATIVES

_Place = tuple[int, int]  # segment, fragment
_Known = dict[tuple[int, int | None], str]  # where constraints were recognised, and their kinds

# Wishes that nothing can check.
_SOFT = (
    r"(?:(?:but|and|very|really|quite|more|as|keep it|make it|be|please|thanks|thank you|a bit|not too|"
    r"too|also|something|it should be|nice and|super|pretty|be as)[ ]?){0,3}(?:short(?:er)?|brief(?:ly)?|"
    r"concise|good|great|nice|detailed|clear|simple|easy|interesting|creative|quick|fast|catchy|engaging|"
    r"comprehensive|thorough|long|readable|clean|best|better|cool|helpful|useful|accurate|correct|"
    r"high quality|fun|asap|thx|thanks|please|pls|cheers|sorry|original|unique|well[- ]written|beautiful|"
    r"efficient|specific|precise|modern|elegant|ty|etc|ok|okay|hi|hello|hey|urgent|seriously|honestly|"
    r"again|actually|ideally|preferably|really)?(?: (?:please|possible|one|answer|response|way|thanks|"
    r"enough|too|steps?|though))?\W{0,3}\Z"
)
# What goes on with the piece before it instead of adding a constraint.
_ELABORATES = (
    r"(?:to|about|wrapped|such as|i\.e|e\.g|like|for example|including|especially|namely|which|where|"
    r"that|who|because|so|since|then give|give your|ensur\w+|mak\w+ sure|subsequently|specifically|"
    r"followed by|before|after|thereby)\b"
)
_TASKS = (
    r"(?:then |and |please )*(?:write|describe|explain|summari[sz]e|list|give|tell (?:me|us) (?:about|a|"
    r"how|why|what)|compare|translate|create|generate|draft|make|build|plan|suggest|name|find|fix|"
    r"rewrite|review|analy[sz]e|what|who|how|why|when|where|is|are|does|can|could|discuss|answer|convert|"
    r"calculate|compute|recommend|do)\b"
)
_MARKER = r"\A[\s\-*+>\u2022\u2013\u00b7\u25aa]*(?:\(?(?:\d{1,2}|[a-z])[.):]\s)?"
_STATES = (
    r"\A(?:the|this|that|these|those|my|our|your|his|her|their|an?|i|we|you|he|she|it|they|there|nobody|"
    r"everyone|hope|thanks|sorry|btw|fyi)\b|\b(?:is|are|was|were|am|has|had|will)\b"
)
_TOPIC = r"(?:topic|about|subject|task|product|name|re|question|for|theme|title|idea|context|to)\Z"
_HEADER = (
    r"\b(?:satisf\w+|meet\w*|follow\w*|conditions?|requirements?|rules?|constraints?|criteria|must|"
    r"guidelines|specs?|restrictions|make sure|ensure)\b[^\n]{0,60}\Z"
)
_OWN_WISH = {"it", "must", "should", "no"}
_ENUMERATING = {"keys", "include", "sections"}


def unnamed(sentences: Sentences, mentions: Sequence[Mention]) -> Iterator[Mention]:
    known: _Known = {(m.sentence, m.fragment): m.candidate.kind for m in mentions}
    yield from _entries(sentences, {sentence for sentence, _ in known})
    yield from _fragments(sentences, known)


def _entries(sentences: Sentences, known: set[int]) -> Iterator[Mention]:
    """Entries of a list whose header announces conditions, or most of whose entries are constraints."""
    for first, last in _lists(sentences):
        header = sentences.sentences[first - 1].text[-200:] if first else ""
        entries = [i for i in range(first, last) if not _is_soft(_bare(sentences.sentences[i].text))]
        recognised = sum(i in known for i in entries)
        if compiled(_HEADER).search(header) or (recognised >= 2 and recognised * 2 >= len(entries)):
            for i in entries:
                if i not in known and not sentences.sentences[i].text.rstrip().endswith("?"):
                    yield _mention(sentences.sentences[i], i, None)


def _lists(sentences: Sentences) -> Iterator[_Place]:
    """Runs of list items: first index and the one after the last."""
    first = None
    for i, sentence in enumerate(sentences.sentences):
        if sentence.layout is Layout.ITEM:
            first = i if first is None else first
        elif sentence.text.strip() and first is not None:
            yield first, i
            first = None
    if first is not None:
        yield first, len(sentences.sentences)


def _fragments(sentences: Sentences, known: _Known) -> Iterator[Mention]:
    """Fragments of terse notes most of whose fragments are constraints."""
    for group in _groups(sentences):
        places = [(i, k) for i in group for k in range(len(sentences.sentences[i].fragments))]
        recognised = [place for place in places if place in known]
        if not recognised:
            continue
        last = recognised[-1]
        fresh = [p for p in places[1:] if p not in known and _adds(sentences, known, p, inside=p < last)]
        allowed = len(recognised) + 1 if len(recognised) > 1 else 0
        if len(fresh) <= allowed:
            yield from (_mention(sentences.sentences[i], i, k) for i, k in fresh)


def _groups(sentences: Sentences) -> Iterator[list[int]]:
    """Notes that stand together, sentence after sentence or line after line."""
    group: list[int] = []
    for i, sentence in enumerate(sentences.sentences):
        is_note = sentence.layout is Layout.NOTE and sentence.text.strip()
        if is_note and not sentence.narrates and not sentence.wonders:
            group.append(i)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _adds(sentences: Sentences, known: _Known, place: _Place, *, inside: bool) -> bool:
    """The fragment is a wish of its own; `inside`: one that is known to be one comes later."""
    sentence = sentences.sentences[place[0]]
    text = sentence.fragment(place[1])
    if text.count(" ") > 8 or not compiled(r"[^\W\d_]{2}").search(text):
        return False
    if not _in_company(sentence, known, place):
        return False
    if compiled(_ELABORATES).match(text) or compiled(_TASKS).match(text) or _is_soft(text):
        return False
    if sentence.follows(place[1]).startswith(":") or _is_topic(sentence, place[1], inside=inside):
        return False
    return not _continues(sentence, known, place) and not _enumerates(sentence, known, place)


def _in_company(sentence: AskSentence, known: _Known, place: _Place) -> bool:
    """It shares its sentence with a constraint; a sentence of its own must not be a statement."""
    i, _ = place
    if len(sentence.fragments) > 1:
        return any((i, k) in known for k in range(len(sentence.fragments)))
    text = sentence.text.strip()
    return (text.count(" ") < 3 or not text.endswith((".", "!"))) and not compiled(_STATES).search(text)


def _is_soft(text: str) -> bool:
    return compiled(_SOFT).match(text) is not None


def _is_topic(sentence: AskSentence, k: int, *, inside: bool) -> bool:
    """What a label introduces: "csv, 5 rows: largest deserts"."""
    before = sentence.precedes(k)
    if not before.endswith(":"):
        return False
    return not inside or compiled(_TOPIC).match(before[:-1].replace("\n", " ").split(" ")[-1]) is not None


def _continues(sentence: AskSentence, known: _Known, place: _Place) -> bool:
    """It goes on with what a recognised fragment began: "keys: name, age", "3 services: web, db, cache"."""
    i, k = place
    words = [word for word in sentence.fragment(k).split() if word not in {"and", "or", "&"}]
    while k > 0 and (i, k) not in known:
        if sentence.precedes(k).endswith(":") and (i, k - 1) in known:
            return len(words) <= 3
        k -= 1
    closed = " and " in sentence.fragment(k)
    return len(words) <= 2 and not closed and known.get((i, k)) in _ENUMERATING


def _enumerates(sentence: AskSentence, known: _Known, place: _Place) -> bool:
    """It is a middle or the end of an enumeration in a sentence: "clarity, wit, and depth"."""
    i, k = place
    last = k if sentence.fragment(k).startswith(("and ", "or ")) else k + 1
    if last < 2 or last >= len(sentence.fragments) or (i, last) in known:
        return False
    joint, _, ending = sentence.fragment(last).partition(" ")
    return joint in {"and", "or"} and ending.partition(" ")[0] not in IMPERATIVES | _OWN_WISH


def _mention(sentence: AskSentence, i: int, k: int | None) -> Mention:
    start, end = (sentence.start, sentence.end) if k is None else sentence.fragments[k]
    raw = sentence.text[start - sentence.start : end - sentence.start]
    bare = _bare(raw)
    start += raw.find(bare) if bare else 0
    candidate = Candidate("content", f"content:{bare}", start, start + len(bare), Needs.TERSE, Rank.GENERIC)
    return Mention(candidate, i, k)


def _bare(text: str) -> str:
    """Without bullets, numbers and closing punctuation."""
    return compiled(_MARKER).sub("", text).strip(" \n;,.")
