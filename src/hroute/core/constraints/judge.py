"""What the definition settles, whatever the tagger learnt."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from hroute.core.constraints import speech
from hroute.core.constraints.lexicon import lexicon
from hroute.core.constraints.notice import Noticed
from hroute.core.constraints.pieces import Piece
from hroute.core.constraints.rules import Candidate, Rank
from hroute.core.constraints.sentences import Layout
from hroute.core.constraints.tagger import PieceChances

_PASSED = 0.05  # expected constraints of a sentence; below it, one that a family knows is not passed over
_EVEN = 0.4  # chance from which the family decides
_RAISED, _RAISED_ENTRY = 0.75, 0.98
# Chance below which nothing begins, and from which a named format, language, case or set of keys counts:
# answers are checked.
_SOME = 0.05
_FIRM = ("format:", "language:", "case:", "keys:", "wish:", "role:")
_FAIRLY_SURE = 0.95  # chance from which a constraint begins in what reads as a statement
_STATEMENTS = 100  # sentences that are looked at
_ASKING = frozenset("?？؟吗么呢か")  # the last sign of a question
_SUBJECTS = (
    "answer response reply output forget remember sure certain 注释 变量名 函数名 答案 回答 输出 标题 "
    "全文 正文 代码 コメント 変数名"
)
_SAID_OF = frozenset(_SUBJECTS.split())
_LINKING_WORDS = (
    "be have has contain is are must should structured formatted organized presented sein être ser"
)
_LINKING = frozenset(_LINKING_WORDS.split())
_OBLIGING = frozenset(("must", "should", "shall"))
_WRAPPING = frozenset(("wrapped", "enclosed", "surrounded"))
_PARTS = frozenset(("title", "heading", "headline", "caption", "subtitle", "signature"))
_KEYWORDS = frozenset(("keyword", "word", "letter", "phrase"))
_NAMING_WORDS = (
    "words keywords phrases terms letters wörter begriffe mots palabras parole palavras woorden ord слова "
    "słowa"
)
_NAMING = frozenset(_NAMING_WORDS.split())
_AND_WORDS = "and or und oder et ou y o e och en of i lub и или"
_AND = frozenset(_AND_WORDS.split())
_THESE = frozenset(
    ("the", "these", "use", "die", "diese", "folgende", "les", "ces", "las", "le", "as", "estas")
)
_ENUMERATED = 12  # pieces of an enumeration
_WHOLES = ("table", "list", "sections:section")  # what a limit on its rows or entries says again


def judge(noticed: Noticed, chances: Sequence[PieceChances]) -> list[PieceChances]:
    """Limits that are taken back begin nothing; what a specific family knows for sure is kept."""
    known, firm = _known(noticed)
    restating, telling, others = _restating(noticed), _telling(noticed), _others(noticed)
    again = _said_before(noticed)
    task = _names_task(noticed) - known
    judged = [
        _raised(one, _RAISED) if k in firm and one.begins > _SOME else one for k, one in enumerate(chances)
    ]
    for sentence, group in groupby(range(len(judged)), key=lambda k: noticed.pieces[k].sentence):
        places = list(group)
        sure = known.intersection(places)
        likely = [k for k in places if judged[k].begins > _SOME]
        if (sure or likely) and _tells_tale(noticed, sentence):
            others.add(sentence)
        if sure and sentence not in others and not _asks_of_others(noticed, sentence):
            best = max(sure, key=lambda k: judged[k].begins)
            is_entry = noticed.pieces[best].is_entry
            passed = max(judged[k].begins for k in places) < (_RAISED if is_entry else _PASSED)
            if judged[best].begins > _EVEN or passed:
                judged[best] = _raised(judged[best], _RAISED_ENTRY if is_entry else _RAISED)
        for k in sorted(sure.union(likely)):
            lifted = sentence in others or k in again or (sentence in restating and not sure)
            lifted = lifted or _takes_back_or_lists(noticed, k)
            reported = sentence in telling or k in task
            if lifted or (reported and judged[k].begins < _FAIRLY_SURE):
                judged[k] = PieceChances(0.0, judged[k].goes_on)
                continue
            if (said := _said_of(noticed, k, sure)) is not None:
                judged[said] = PieceChances(
                    min(1.0, judged[k].begins + judged[said].begins), judged[said].goes_on
                )
                judged[k] = PieceChances(0.0, judged[k].goes_on)
    return judged


def _tells_tale(noticed: Noticed, index: int) -> bool:
    return index < _STATEMENTS and speech.tells_tale(noticed.sentences.sentences[index].text)


def _asks_of_others(noticed: Noticed, index: int) -> bool:
    """A question that speaks of limits may be about those of others: "Why do recipes say at most 3 eggs?" """
    sentence = noticed.sentences.sentences[index]
    return sentence.wonders and sentence.text.rstrip().endswith("?")


def _takes_back_or_lists(noticed: Noticed, k: int) -> bool:
    return _lifts(noticed, k) or _lists_on(noticed, k) or _enumerates(noticed, k) or _wraps(noticed, k)


def _wraps(noticed: Noticed, k: int) -> bool:
    """How a part that was asked for looks: "wrapped in brackets" of "add a title, wrapped in brackets"."""
    pieces = noticed.pieces
    if not k or pieces[k].words[0] not in _WRAPPING or pieces[k].sentence != pieces[k - 1].sentence:
        return False
    return pieces[k - 1].words[-1] in _PARTS


def _lifts(noticed: Noticed, k: int) -> bool:
    piece = noticed.pieces[k]
    return noticed.sentences.sentences[piece.sentence].lifts(piece.start, piece.end)


def _lists_on(noticed: Noticed, k: int) -> bool:
    """A further word of an enumeration under one verb: "keyword sea twice" behind "keyword sky once"."""
    words = noticed.pieces[k].words
    named = words[min(len(words) - 1, words[0] == "and")]
    if not k or named not in _KEYWORDS:
        return False
    before = noticed.pieces[k - 1]
    return before.sentence == noticed.pieces[k].sentence and named in before.words


def _enumerates(noticed: Noticed, k: int) -> bool:
    """A further word of those that one verb wants: "and tax" of "use the words anchor, velvet, and tax"."""
    pieces = noticed.pieces
    if not _is_word(pieces[k].words):
        return False
    for before in range(k - 1, max(-1, k - _ENUMERATED), -1):
        piece = pieces[before]
        if piece.sentence != pieces[k].sentence:
            return False
        if not _NAMING.isdisjoint(piece.words):
            return _names(piece.words)
        if not _is_word(piece.words):
            return False
    return False


def _names(words: tuple[str, ...]) -> bool:
    """ "the words anchor", but not "no season words" and not "50 words each"."""
    place = next(place for place, word in enumerate(words) if word in _NAMING)
    return 0 < place < len(words) - 1 and words[place - 1] in _THESE


def _is_word(words: tuple[str, ...]) -> bool:
    """One word alone or behind "and", or two with "and" between them."""
    return len(words) == 1 or (len(words) < 4 and words[-2] in _AND)


def _said_of(noticed: Noticed, k: int, sure: set[int]) -> int | None:
    """Where a family knows what is said of this subject: "in JSON" of "the answer must be in JSON"."""
    words = noticed.pieces[k].words
    if k in sure:
        return None
    if _is_subject(noticed.pieces, k) and k + 1 in sure:
        return k + 1
    if words[-1] not in _SAID_OF or len(words) > 3:
        return None
    return min((other for other in sure if k < other <= k + 2), default=None)


def _is_subject(pieces: Sequence[Piece], k: int) -> bool:
    """The words before the limit itself: "the summary should be | at most 90 words"."""
    if k + 1 == len(pieces) or pieces[k + 1].sentence != pieces[k].sentence or pieces[k + 1].before:
        return False
    return pieces[k].words[-1] in _LINKING or pieces[k + 1].words[0] in _OBLIGING


def _telling(noticed: Noticed) -> set[int]:
    """Statements on a line of their own in which no family sees anything: "We have been here for years."

    English ones alone, for only there it is known what asks.
    """
    asked = noticed.reading.asked
    if "\n" not in asked:
        return set()
    seen = {noticed.sentences.index_at(found.candidate.start) for found in noticed.found}
    return {
        index
        for index, sentence in enumerate(noticed.sentences.sentences[:_STATEMENTS])
        if index not in seen
        and sentence.text.endswith(".")
        and sentence.text.isascii()
        and (
            asked[sentence.start - 1 : sentence.start] == "\n"
            or asked[sentence.end : sentence.end + 1] == "\n"
        )
        and not speech.asks(sentence.text)
    }


def _names_task(noticed: Noticed) -> set[int]:
    """The first piece of a terse prompt, before its limits: "cover letter for a nurse, no clichés"."""
    pieces = noticed.pieces
    if len(pieces) < 3 or not pieces[1].before or pieces[0].sentence != pieces[1].sentence:
        return set()
    sentence, words = noticed.sentences.sentences[pieces[0].sentence], pieces[0].words
    is_note = sentence.layout is Layout.NOTE and sentence.start == 0 and len(words) > 1
    return {0} if is_note and not any(map(lexicon().limits, words)) else set()


def _others(noticed: Noticed) -> set[int]:
    """Sentences of a tale that is to be gone on with, and rules of others that a question comes back to."""
    sentences = noticed.sentences.sentences[:_STATEMENTS]
    reporting = [index for index, sentence in enumerate(sentences) if sentence.reports]
    found: set[int] = set()
    if reporting:
        asking = [index for index, sentence in enumerate(sentences) if _asks_what_is(sentence.text.rstrip())]
        found.update(index for index in reporting if asking and index <= asking[-1])
    tale = next((index for index, sentence in enumerate(sentences) if speech.tells_on(sentence.text)), 0)
    return found | {index for index in range(tale) if not speech.asks(sentences[index].text)}


def _asks_what_is(text: str) -> bool:
    return text[-1:] in _ASKING and not speech.requests(text)


def _said_before(noticed: Noticed) -> set[int]:
    """Pieces in which a sentence says a limit on the length that an earlier one said."""
    starts = [piece.start for piece in noticed.pieces]
    said: dict[tuple[object, ...], int] = {}
    again = set()
    for one, counts, _ in noticed.found:
        if not counts or one.kind != "length" or one.amount is None:
            continue
        index = noticed.sentences.index_at(one.start)
        if said.setdefault((one.key, one.amount), index) != index:
            again.add(max(0, bisect_right(starts, one.start) - 1))
    return again


def _restating(noticed: Noticed) -> set[int]:
    """Sentences that name a table or a list of which another sentence limits the rows or entries."""
    return {
        noticed.sentences.index_at(found.candidate.start)
        for found in noticed.found
        if found.counts and not found.kept and found.candidate.key in _WHOLES
    }


def _raised(chances: PieceChances, least: float) -> PieceChances:
    return PieceChances(max(least, chances.begins), chances.goes_on)


def _known(noticed: Noticed) -> tuple[set[int], set[int]]:
    """The pieces in which a constraint of a specific family begins, and of those the firm ones."""
    starts = [piece.start for piece in noticed.pieces]
    known, firm = set(), set()
    for candidate, _, kept in noticed.found:
        k = max(0, bisect_right(starts, candidate.start) - 1)
        if kept and _is_specific(candidate, is_entry=noticed.pieces[k].is_entry):
            known.add(k)
            if candidate.key.startswith(_FIRM):
                firm.add(k)
    return known, firm


def _is_specific(candidate: Candidate, *, is_entry: bool) -> bool:
    return is_entry or candidate.rank <= Rank.WORDS
