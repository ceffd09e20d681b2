"""What the tagger sees of a piece: its words, its place, its neighbours and what the families found in it."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from hroute.core.constraints.lexicon import lexicon
from hroute.core.constraints.pieces import Piece
from hroute.core.constraints.rules import Candidate
from hroute.core.constraints.sentences import AskSentence, Layout, Sentences

BUCKETS = 1 << 16
_MASK = BUCKETS - 1
_WORDS = 8  # of a piece that are read
_STEM = 4  # characters that stand for a longer word
_NONE = crc32(b"none")
_DIGITS = 0x51617
_NUMBER, _ANSWER, _MUST = 1, 21, 30  # classes of the lexicon
_NAMES = (
    "word pair stem first last before-last after-first second family-in family-on family-before "
    "family-after again place sign layout sentence head gram company size opening middle first-sign "
    "first-layout joint family-layout family-count class class-pair class-first class-all class-before "
    "class-after style style-first style-layout style-family task-first task-word around around-layout "
    "around-first both-ends tail suffix suffix-first class-run before-first class-joint class-heads "
    "ending ending-first left left-first heads breadth sentences final final-first run script script-size "
    "script-place suffix-head final-head side side-first past past-first next "
    "next-first closing closing-first"
)
_SALTS = {name: crc32(name.encode()) | 1 for name in _NAMES.split()}
_NO_CLASS = (0,)
_PAST = frozenset(
    ("was", "were", "had", "did", "became", "went", "came", "began", "kept", "knew", "took", "wrote")
)
_FINALS = frozenset(map(ord, ".?!:;)"))
_Feature = tuple[int, int]  # a salt and a value


class FoundClue(NamedTuple):
    """A candidate of the families, whether its place lets it count, and whether it stands on its own."""

    candidate: Candidate
    counts: bool
    kept: bool  # neither a restatement nor a part of another one


class _Seen(NamedTuple):
    """The families in one piece, and the hashes of its words."""

    hashes: tuple[int, ...]
    parts: tuple[int, ...]  # of beginnings and pairs of characters
    classes: tuple[int, ...]  # of the lexicon, in the order of the words, each once in a row
    begun: tuple[int, ...]
    inside: tuple[int, ...]
    repeats: bool


def clues(
    pieces: Sequence[Piece], found: Sequence[FoundClue], sentences: Sentences, blanked: tuple[int, int]
) -> list[list[int]]:
    """For each piece the buckets of its features, in no order that matters.

    `blanked` is where what was pasted begins and ends, -1 twice when nothing was.

    What the helpers return are pairs of a salt and a value, mixed at the end in one go: a call for each of
    the hundreds of features would take longer than all else.
    """
    seen = _seen(pieces, found)
    size = min(len(pieces).bit_length(), 7)
    company = 8 * min(sum(one.kept for one in found), 7) + size
    formal = sum(_MUST in one.classes or _ANSWER in one.classes for one in seen)
    style = 8 * min(formal, 3) + size
    layouts = (
        [_layout(sentence) for sentence in sentences.sentences[: pieces[-1].sentence + 1]] if pieces else []
    )
    scenes = _scenes(pieces, seen, sentences, layouts, blanked)
    rows = []
    for k, piece in enumerate(pieces):
        layout = layouts[piece.sentence]
        row = _wording(seen[k])
        row += _company(k, pieces, seen, layout)
        row += _place(k, pieces, seen[k].hashes[0], layout)
        row += _families(k, seen, layout)
        row += [(_SALTS["style-family"], style * 977 + code) for code in seen[k].begun]
        row.append((_SALTS["company"], company))
        placed = _sentence(k, pieces, seen, scenes[piece.sentence])
        rows.append(
            [*_mixed(row), *_classes(k, seen), *_of_style(style, seen[k].classes[:1], layout), *placed]
        )
    return rows


def _families(k: int, seen: list[_Seen], layout: int) -> list[_Feature]:
    own = seen[k]
    found = [(_SALTS["family-in"], code) for code in own.begun]
    found += [(_SALTS["family-layout"], code + layout) for code in own.begun]
    found += [(_SALTS["family-on"], code) for code in own.inside]
    found.append((_SALTS["family-count"], len(own.begun) + 8 * own.repeats))
    if k:
        before = seen[k - 1]
        found.append((_SALTS["before-last"], before.hashes[-1]))
        found.append((_SALTS["joint"], before.hashes[-1] * 31 + own.hashes[0]))
        found += [(_SALTS["family-before"], code) for code in before.begun or (_NONE,)]
    if k + 1 < len(seen):
        after = seen[k + 1]
        found.append((_SALTS["after-first"], after.hashes[0]))
        found += [(_SALTS["family-after"], code) for code in after.begun or (_NONE,)]
    return found


# Of the clues below there are few, so that most have been mixed before.
@lru_cache(maxsize=4096)
def _of_style(style: int, first: tuple[int, ...], layout: int) -> list[int]:
    """The same clues mean other things in a note and in a specification."""
    return _mixed(
        [
            (_SALTS["style-first"], style * 64 + (first[0] if first else 0)),
            (_SALTS["style-layout"], style * 64 + layout),
            (_SALTS["style"], style),
        ]
    )


@lru_cache(maxsize=4096)
def _of_classes(own: tuple[int, ...]) -> list[int]:
    sequence = 0
    for code in own:
        sequence = sequence * 61 + code & 0xFFFFFFF
    found = [(_SALTS["class"], code) for code in set(own)]
    found += [(_SALTS["class-pair"], one * 64 + other) for one, other in pairwise(own)]
    found.append((_SALTS["class-first"], own[0] if own else 0))
    found.append((_SALTS["class-run"], sequence))
    return _mixed(found)


@lru_cache(maxsize=4096)
def _beside(name: str, classes: tuple[int, ...]) -> list[int]:
    return _mixed([(_SALTS[name], code) for code in set(classes)])


def _mixed(features: list[_Feature]) -> list[int]:
    return [((mixed := (value + 0x9E37) * salt) ^ mixed >> 15) & _MASK for salt, value in features]


def _wording(own: _Seen) -> list[_Feature]:
    hashes = own.hashes
    found = [(_SALTS["word"], value) for value in hashes]
    found += [(_SALTS["pair"], one * 31 + other) for one, other in pairwise(hashes)]
    found.append((_SALTS["first"], hashes[0]))
    found.append((_SALTS["last"], hashes[-1]))
    found += [(_SALTS["stem"], value) for value in own.parts]
    return found


def _company(k: int, pieces: Sequence[Piece], seen: list[_Seen], layout: int) -> list[_Feature]:
    """What kind of prompt and sentence it stands in."""
    piece, own = pieces[k], seen[k]
    task = seen[0].classes[0] if seen[0].classes else 0
    first = own.classes[0] if own.classes else 0
    before, final, after = _neighbours(k, pieces, seen)
    around = 4 * min(before, 3) + min(after, 3)
    found = [
        (_SALTS["task-first"], task * 64 + first),
        (_SALTS["around"], around),
        (_SALTS["around-layout"], around * 64 + layout),
        (_SALTS["tail"], seen[final].hashes[-1]),
        (_SALTS["suffix"], _crc(piece.words[-1][-3:])),
    ]
    if k:
        one = seen[k - 1].classes
        found.append((_SALTS["class-joint"], (one[-1] if one else 0) * 64 + first))
        found.append((_SALTS["class-heads"], (one[0] if one else 0) * 64 + first))
    return found


def _neighbours(k: int, pieces: Sequence[Piece], seen: list[_Seen]) -> tuple[int, int, int]:
    """Within its sentence: families begun shortly before, the last piece nearby, families begun after."""
    sentence = pieces[k].sentence
    before = after = 0
    place = k - 1
    while place >= 0 and k - place <= 5 and pieces[place].sentence == sentence:
        before += bool(seen[place].begun)
        place -= 1
    final = k
    while final + 1 < len(pieces) and final - k < 6 and pieces[final + 1].sentence == sentence:
        final += 1
        after += final - k < 6 and bool(seen[final].begun)
    return before, final, after


def _classes(k: int, seen: list[_Seen]) -> list[int]:
    found = list(_of_classes(seen[k].classes))
    if k:
        found += _beside("class-before", seen[k - 1].classes)
    if k + 1 < len(seen):
        found += _beside("class-after", seen[k + 1].classes)
    return found


def _place(k: int, pieces: Sequence[Piece], first: int, layout: int) -> list[_Feature]:
    piece = pieces[k]
    head = k
    while head and pieces[head - 1].sentence == piece.sentence and k - head < 6:
        head -= 1
    sign = _crc(piece.before)
    last = k + 1 == len(pieces) or pieces[k + 1].sentence != piece.sentence
    return [
        (_SALTS["sign"], sign),
        (_SALTS["layout"], layout),
        (_SALTS["first-sign"], sign + first),
        (_SALTS["first-layout"], layout * 31 + first),
        (_SALTS["place"], min(k - head, 6) * 4 + last * 2 + piece.is_first),
        (_SALTS["size"], min(len(piece.words), 9)),
        (_SALTS["sentence"], min(piece.sentence, 3) * 64 + layout),
        (_SALTS["head"], _crc(pieces[head].words[0]) + min(k - head, 2)),
    ]


class _Scene(NamedTuple):
    """What a sentence is, for the pieces in it."""

    first: int  # of its pieces
    size: int  # of its pieces
    final: int  # the sign it ends with
    left: int  # sentences behind it, and its layout
    head: int  # the first class of its first piece
    around: int  # its layout and that of the sentence before
    side: int  # of what was pasted: none, before it, after it, between, and its layout
    past: int  # it tells what was, and its layout
    next: int  # the first word of the sentence behind it
    closing: int  # the sign that the sentence behind it ends with, and that of the last one


def _scenes(
    pieces: Sequence[Piece],
    seen: Sequence[_Seen],
    sentences: Sentences,
    layouts: Sequence[int],
    blanked: tuple[int, int],
) -> dict[int, _Scene]:
    firsts: dict[int, int] = {}
    for k, piece in enumerate(pieces):
        firsts.setdefault(piece.sentence, k)
    scenes = {}
    opens, closes = blanked
    places = [*firsts.items(), (-1, len(pieces))]
    finals = [ord(sentences.sentences[sentence].text.rstrip()[-1:] or " ") for sentence in firsts]
    signs = [sign if sign in _FINALS else 0 for sign in finals]
    for order, (sentence, first) in enumerate(places[:-1]):
        layout = layouts[sentence]
        behind = order + 1 < len(signs)
        before = layouts[places[order - 1][0]] + 1 if order else 0
        start = sentences.starts[sentence]
        side = 0 if opens < 0 else 1 if start < opens else 2 if start > closes else 3
        scenes[sentence] = _Scene(
            first,
            places[order + 1][1] - first,
            signs[order],
            min(len(places) - 2 - order, 4) * 64 + layout,
            seen[first].classes[0] if seen[first].classes else 0,
            before * 64 + layout,
            side * 64 + layout,
            _tells(pieces[first : places[order + 1][1]]) * 64 + layout,
            seen[places[order + 1][1]].hashes[0] if behind else _NONE,
            (signs[order + 1] * 128 + signs[-1]) * 64 + layout if behind else layout,
        )
    return scenes


def _tells(pieces: Sequence[Piece]) -> bool:
    """English only: a word of its first pieces is in the past tense."""
    return any(
        word in _PAST or (len(word) > 4 and word.endswith("ed"))
        for piece in pieces[:4]
        for word in piece.words[:6]
    )


def _sentence(k: int, pieces: Sequence[Piece], seen: Sequence[_Seen], scene: _Scene) -> list[int]:
    """Where it stands in its sentence, and its sentence in the prompt."""
    own = seen[k].classes
    first = own[0] if own else 0
    place = k - scene.first
    is_last = place + 1 == scene.size
    before = (seen[k - 1].classes or _NO_CLASS)[0] if place else 63
    after = 63 if is_last else (seen[k + 1].classes or _NO_CLASS)[0]
    words = pieces[k].words
    ending = scene.final + 0x100000 if is_last else ord(pieces[k + 1].before or "_")
    return [
        *_at_ending(ending, first),
        *_in_prompt(scene.left, scene.past, scene.side, scene.around, first),
        *_in_sentence(scene.final, scene.head, first, min(scene.size, 9) * 16 + min(place, 9)),
        *_in_run((before * 64 + first) * 64 + after),
        *_ahead(scene.next, scene.closing, first),
        *_in_script(ord(words[-1][0]) >> 7, min(len(words), 9), scene.left),
        *_with_suffix(words[0][-3:]),
    ]


@lru_cache(maxsize=4096)
def _at_ending(ending: int, first: int) -> list[int]:
    return _mixed([(_SALTS["ending"], ending), (_SALTS["ending-first"], ending * 64 + first)])


@lru_cache(maxsize=4096)
def _in_prompt(left: int, past: int, side: int, around: int, first: int) -> list[int]:
    return _mixed(
        [
            (_SALTS["left"], left),
            (_SALTS["left-first"], left * 64 + first),
            (_SALTS["past"], past),
            (_SALTS["past-first"], past * 64 + first),
            (_SALTS["side"], side),
            (_SALTS["side-first"], side * 64 + first),
            (_SALTS["sentences"], around),
        ]
    )


@lru_cache(maxsize=4096)
def _in_sentence(final: int, head: int, first: int, breadth: int) -> list[int]:
    return _mixed(
        [
            (_SALTS["final"], final),
            (_SALTS["final-first"], final * 64 + first),
            (_SALTS["final-head"], final * 64 + head),
            (_SALTS["heads"], head * 64 + first),
            (_SALTS["breadth"], breadth),
        ]
    )


@lru_cache(maxsize=4096)
def _ahead(next_: int, closing: int, first: int) -> list[int]:
    """What comes behind its sentence: "Continue the story.", "Is that legal?" """
    return _mixed(
        [
            (_SALTS["next"], next_),
            (_SALTS["next-first"], next_ * 64 + first),
            (_SALTS["closing"], closing),
            (_SALTS["closing-first"], closing * 64 + first),
        ]
    )


@lru_cache(maxsize=4096)
def _in_run(run: int) -> list[int]:
    return _mixed([(_SALTS["run"], run)])


@lru_cache(maxsize=4096)
def _in_script(script: int, size: int, left: int) -> list[int]:
    return _mixed(
        [
            (_SALTS["script"], script),
            (_SALTS["script-size"], script * 16 + size),
            (_SALTS["script-place"], script * 1024 + left),
        ]
    )


@lru_cache(maxsize=4096)
def _with_suffix(suffix: str) -> list[int]:
    return _mixed([(_SALTS["suffix-head"], _crc(suffix))])


def _layout(sentence: AskSentence) -> int:
    kind = {Layout.PROSE: 0, Layout.ITEM: 1, Layout.NOTE: 2}[sentence.layout]
    return kind + 4 * sentence.asks + 8 * sentence.wonders + 16 * sentence.narrates + 32 * sentence.reports


def _seen(pieces: Sequence[Piece], found: Sequence[FoundClue]) -> list[_Seen]:
    starts = [piece.start for piece in pieces]
    begun: list[list[int]] = [[] for _ in pieces]
    inside: list[list[int]] = [[] for _ in pieces]
    repeats = [False] * len(pieces)
    keys: set[tuple[object, ...]] = set()
    for candidate, counts, kept in found:
        k = max(0, bisect_right(starts, candidate.start) - 1) if starts else -1
        if k < 0:
            continue
        code = _crc(candidate.key.partition(":")[0]) + counts + 2 * kept
        begun[k].append(code)
        last = max(k, bisect_right(starts, candidate.end - 1) - 1)
        for other in range(k + 1, last + 1):
            inside[other].append(code)
        said = (candidate.key, candidate.amount)
        repeats[k] |= said in keys
        keys.add(said)
    return [
        _Seen(*_hashes(piece), tuple(set(begun[k])), tuple(set(inside[k])), repeats[k])
        for k, piece in enumerate(pieces)
    ]


def _hashes(piece: Piece) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Of the words; and of their beginnings and, in scripts without spaces, of pairs of characters."""
    words = piece.words if len(piece.words) <= _WORDS else (*piece.words[:6], *piece.words[-2:])
    hashes: list[int] = []
    parts: list[int] = []
    classes: list[int] = []
    for own, own_parts, own_classes in map(_hashed, words):
        hashes.append(own)
        parts += own_parts
        classes += own_classes
    return tuple(hashes), tuple(parts), tuple(classes)


@lru_cache(maxsize=4096)
def _crc(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def _hashed(word: str) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    if word[0].isdigit():
        return _DIGITS + len(word), (), (_NUMBER,)
    parts: tuple[int, ...] = ()
    if _is_unspaced(word):
        parts = tuple(
            crc32(word[i : i + 2].encode("utf-8", "surrogatepass")) for i in range(min(len(word), 12))
        )
    elif len(word) > _STEM + 1:
        parts = (crc32(word[:_STEM].encode("utf-8", "surrogatepass")),)
    return crc32(word.encode("utf-8", "surrogatepass")), parts, lexicon().classes(word)


def _is_unspaced(word: str) -> bool:
    """Of a script in which words are long or run together, so that pairs of characters say more."""
    return "\u3040" <= word[0] <= "\ud7ff"
