"""What the tagger sees of a piece: its words, its place, its neighbours and what the families found in it."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from hroute.core.constraints.lexicon import lexicon
from hroute.core.constraints.pieces import Piece
from hroute.core.constraints.rules import Candidate
from hroute.core.constraints.sentences import Layout, Segment, Segments

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
    "around-first both-ends tail suffix suffix-first class-run before-first class-joint class-heads"
)
_SALTS = {name: crc32(name.encode()) | 1 for name in _NAMES.split()}


class Found(NamedTuple):
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


def clues(pieces: Sequence[Piece], found: Sequence[Found], segments: Segments) -> list[list[int]]:
    """For each piece the buckets of its features, in no order that matters."""
    seen = _seen(pieces, found)
    size = min(len(pieces).bit_length(), 7)
    company = 8 * min(sum(one.kept for one in found), 7) + size
    formal = sum(_MUST in one.classes or _ANSWER in one.classes for one in seen)
    style = 8 * min(formal, 3) + size
    rows = []
    for k, piece in enumerate(pieces):
        layout = _layout(segments.segments[piece.segment])
        row = _wording(seen[k])
        row += _company(k, pieces, seen, layout)
        row += _classes(k, seen)
        row += _place(k, pieces, seen[k].hashes[0], layout)
        row += _families(k, seen, layout)
        row += _style(seen[k], style, layout)
        row.append(_mix("company", company))
        rows.append(row)
    return rows


def _families(k: int, seen: list[_Seen], layout: int) -> list[int]:
    own = seen[k]
    found = [_mix("family-in", code) for code in own.begun]
    found += [_mix("family-layout", code + layout) for code in own.begun]
    found += [_mix("family-on", code) for code in own.inside]
    found.append(_mix("family-count", len(own.begun) + 8 * own.repeats))
    if k:
        before = seen[k - 1]
        found.append(_mix("before-last", before.hashes[-1]))
        found.append(_mix("joint", before.hashes[-1] * 31 + own.hashes[0]))
        found += [_mix("family-before", code) for code in before.begun or (_NONE,)]
    if k + 1 < len(seen):
        after = seen[k + 1]
        found.append(_mix("after-first", after.hashes[0]))
        found += [_mix("family-after", code) for code in after.begun or (_NONE,)]
    return found


def _style(own: _Seen, style: int, layout: int) -> list[int]:
    """The same clues mean other things in a note and in a specification."""
    return [
        _mix("style-first", style * 64 + (own.classes[0] if own.classes else 0)),
        _mix("style-layout", style * 64 + layout),
        _mix("style", style),
        *(_mix("style-family", style * 977 + code) for code in own.begun),
    ]


def _wording(own: _Seen) -> list[int]:
    hashes = own.hashes
    found = [_mix("word", value) for value in hashes]
    found += [_mix("pair", one * 31 + other) for one, other in pairwise(hashes)]
    found.append(_mix("first", hashes[0]))
    found.append(_mix("last", hashes[-1]))
    found += [_mix("stem", value) for value in own.parts]
    return found


def _company(k: int, pieces: Sequence[Piece], seen: list[_Seen], layout: int) -> list[int]:
    """What kind of prompt and sentence it stands in."""
    piece, own = pieces[k], seen[k]
    task = seen[0].classes[0] if seen[0].classes else 0
    first = own.classes[0] if own.classes else 0
    before = after = 0
    for j in range(max(0, k - 5), min(len(pieces), k + 6)):
        if j != k and pieces[j].segment == piece.segment and seen[j].begun:
            before, after = before + (j < k), after + (j > k)
    around = 4 * min(before, 3) + min(after, 3)
    final = k
    while final + 1 < len(pieces) and pieces[final + 1].segment == piece.segment and final - k < 6:
        final += 1
    found = [
        _mix("task-first", task * 64 + first),
        _mix("around", around),
        _mix("around-layout", around * 64 + layout),
        _mix("tail", seen[final].hashes[-1]),
        _mix("suffix", crc32(piece.words[-1][-3:].encode())),
    ]
    sequence = 0
    for code in own.classes:
        sequence = sequence * 61 + code & 0xFFFFFFF
    found.append(_mix("class-run", sequence))
    if k:
        one = seen[k - 1].classes
        found.append(_mix("class-joint", (one[-1] if one else 0) * 64 + first))
        found.append(_mix("class-heads", (one[0] if one else 0) * 64 + first))
    return found


def _classes(k: int, seen: list[_Seen]) -> list[int]:
    own = seen[k].classes
    found = [_mix("class", code) for code in set(own)]
    found += [_mix("class-pair", one * 64 + other) for one, other in pairwise(own)]
    found.append(_mix("class-first", own[0] if own else 0))
    if k:
        found += [_mix("class-before", code) for code in set(seen[k - 1].classes)]
    if k + 1 < len(seen):
        found += [_mix("class-after", code) for code in set(seen[k + 1].classes)]
    return found


def _place(k: int, pieces: Sequence[Piece], first: int, layout: int) -> list[int]:
    piece = pieces[k]
    head = k
    while head and pieces[head - 1].segment == piece.segment and k - head < 6:
        head -= 1
    sign = crc32(piece.before.encode())
    last = k + 1 == len(pieces) or pieces[k + 1].segment != piece.segment
    return [
        _mix("sign", sign),
        _mix("layout", layout),
        _mix("first-sign", sign + first),
        _mix("first-layout", layout * 31 + first),
        _mix("place", min(k - head, 6) * 4 + last * 2 + piece.is_first),
        _mix("size", min(len(piece.words), 9)),
        _mix("sentence", min(piece.segment, 3) * 64 + layout),
        _mix("head", crc32(pieces[head].words[0].encode()) + min(k - head, 2)),
    ]


def _layout(segment: Segment) -> int:
    kind = {Layout.PROSE: 0, Layout.ITEM: 1, Layout.NOTE: 2}[segment.layout]
    return kind + 4 * segment.asks + 8 * segment.wonders + 16 * segment.narrates


def _seen(pieces: Sequence[Piece], found: Sequence[Found]) -> list[_Seen]:
    starts = [piece.start for piece in pieces]
    begun: list[list[int]] = [[] for _ in pieces]
    inside: list[list[int]] = [[] for _ in pieces]
    repeats = [False] * len(pieces)
    keys: set[tuple[object, ...]] = set()
    for candidate, counts, kept in found:
        k = max(0, bisect_right(starts, candidate.start) - 1) if starts else -1
        if k < 0:
            continue
        code = crc32(candidate.key.partition(":")[0].encode()) + counts + 2 * kept
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
    hashes, parts, classes = [], [], []
    known = lexicon().classes
    for word in words:
        if word[0].isdigit():
            classes.append(_NUMBER)
            hashes.append(_DIGITS + len(word))
            continue
        classes += known(word)
        hashes.append(crc32(word.encode()))
        if _is_unspaced(word):
            parts += [crc32(word[i : i + 2].encode()) for i in range(min(len(word), 12))]
        elif len(word) > _STEM + 1:
            parts.append(crc32(word[:_STEM].encode()))
    return tuple(hashes), tuple(parts), tuple(classes)


def _is_unspaced(word: str) -> bool:
    """Of a script in which words are long or run together, so that pairs of characters say more."""
    return "\u3040" <= word[0] <= "\ud7ff"


def _mix(name: str, value: int) -> int:
    value = (value + 0x9E37) * _SALTS[name] & 0xFFFFFFFF
    return (value ^ value >> 15) & _MASK
