"""Prompts as tokens of the encoder's vocabulary: the likeliest pieces of each word (unigram, Viterbi).

The same tokens as those that the encoder was trained on, made by the package `tokenizers`.
"""

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

from hroute.engines.scout.encoder.base import Base

HEAD_TOKENS, TAIL_TOKENS = 64, 30  # of a long prompt, and the characters from which they are taken
HEAD_CHARS, TAIL_CHARS = 1400, 700
_CUT_FROM_CHARS = 2500

_MARK = "▁"  # stands before each word
# Unicode's white space; Python's \s has four control characters more.
_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_WORD = re.compile(f"{_MARK}[^{_MARK}]*")
_UNKNOWN_PENALTY = 10.0  # below the least likely piece


class EncoderTokenizer:
    """Holds the vocabulary in a dictionary: about 40 MB and a tenth of a second."""

    def __init__(self, base: Base) -> None:
        pieces, scores = base.pieces()
        self._tokens = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores: list[float] = scores.tolist()
        self._longest = max(map(len, pieces))
        self._unknown = base.unknown
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._first, self._last = base.first, base.last

    def __call__(self, prompt: str) -> list[int]:
        """All tokens of a short prompt; of a long one those of its head and its tail."""
        words = words_of(cut(prompt))
        most = HEAD_TOKENS + TAIL_TOKENS
        tokens = self._enough(words, most + 1)
        if len(tokens) > most:
            tail = [token for word in self._last_words(words) for token in word]
            tokens = tokens[:HEAD_TOKENS] + tail[-TAIL_TOKENS:]
        return [self._first, *tokens, self._last]

    def _enough(self, words: Iterable[str], enough: int) -> list[int]:
        """No word depends on another, so those that would be thrown away need not be read."""
        tokens: list[int] = []
        for word in words:
            tokens += self._word(word)
            if len(tokens) >= enough:
                break
        return tokens

    def _last_words(self, words: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = []
        for word in reversed(words):
            found.append(self._word(word))
            if sum(map(len, found)) >= TAIL_TOKENS:
                break
        return found[::-1]

    def _word(self, word: str) -> list[int]:
        data = word.encode("utf-8", "replace")
        edges = [place for place, byte in enumerate(data) if byte & 0xC0 != 0x80] + [len(data)]
        return self._path(edges, self._best(data, edges))

    def _best(self, data: bytes, edges: list[int]) -> dict[int, tuple[float, int, int]]:
        """For each place that a path reaches: its score, where its last piece starts, and that piece."""
        best: dict[int, tuple[float, int, int]] = {0: (0.0, 0, 0)}
        find, scores = self._tokens.get, self._scores
        for number, start in enumerate(edges[:-1]):
            before = best[start][0]
            known_one = False
            for end in edges[number + 1 :]:
                if end - start > self._longest:
                    break
                token = find(data[start:end])
                if token is not None:
                    known_one = known_one or end == edges[number + 1]
                    score = before + scores[token]
                    if end not in best or score > best[end][0]:
                        best[end] = score, start, token
            if not known_one:
                end, score = edges[number + 1], before + self._unknown_score
                if end not in best or score > best[end][0]:
                    best[end] = score, start, self._unknown
        return best

    def _path(self, edges: list[int], best: dict[int, tuple[float, int, int]]) -> list[int]:
        """Unknown characters that follow one another are one token."""
        tokens: list[int] = []
        place = edges[-1]
        while place:
            _, place, token = best[place]
            if not (token == self._unknown and tokens and tokens[-1] == token):
                tokens.append(token)
        return tokens[::-1]


def cut(prompt: str) -> str:
    if len(prompt) < _CUT_FROM_CHARS:
        return prompt
    return f"{prompt[:HEAD_CHARS]}\n{prompt[-TAIL_CHARS:]}"


def words_of(text: str) -> list[str]:
    """Each with the mark before it that stands for a space."""
    plain = _SPACE.sub(" ", normalize("NFKC", text)).replace(" ", _MARK)
    if not plain:
        return []
    return _WORD.findall(plain if plain.startswith(_MARK) else f"{_MARK}{plain}")
