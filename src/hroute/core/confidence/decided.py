"""Where an answer commits itself: its conclusion, and what is new in each sentence or line of code.

A long answer restates, explains and repeats, all of which a model is sure of. What it can be wrong about is
the value that it concludes with, and in each sentence the words that question and answer did not have so far.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hroute.core.confidence.spans import JSON, code_blocks, decisive_spans

TextSpan = tuple[int, int]

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,:]\d+)*")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]*]*(?:\s|$)|\n")
_CALLED_ANSWER = re.compile(
    r"\\boxed\{|####|\b(?:answer|result|réponse|antwort|respuesta|risposta|resposta)\b[^.\n]{0,40}?"
    r"(?:\bis\b|\bare\b|\best\b|\bist\b|\bes\b|\bè\b|:|=)|答案[是为:：]",
    re.IGNORECASE,
)
_ASKS_A_NUMBER = re.compile(
    r"\d|\bhow (?:many|much|long|old|far|often|large|big|tall)\b|\bcalculate\b", re.IGNORECASE
)
_CODE_WORD = re.compile(
    r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/%<>=!&|^~]=?|\"[^\"\n]*\"|'[^'\n]*'|\[[^\]\n]*:[^\]\n]*\]"
)
# Words that every piece of code has, and of which no model is ever unsure for the sake of the answer.
_BOILERPLATE = frozenset(
    [
        "def",
        "return",
        "import",
        "from",
        "as",
        "class",
        "self",
        "pass",
        "const",
        "let",
        "var",
        "function",
        "public",
        "private",
        "static",
        "void",
        "int",
        "float",
        "str",
        "bool",
        "string",
        "new",
        "print",
        "console",
        "log",
        "end",
        "begin",
        "then",
        "do",
        "fn",
        "func",
        "pub",
        "use",
        "include",
        "using",
        "namespace",
        "std",
        "main",
    ]
)
_CONCLUSION_WORDS = 12  # the longest answer in words that a marker can introduce


@dataclass(frozen=True, slots=True)
class DecisiveSpans:
    """Places in the text's order. The value of the `conclusion` may be given more than once."""

    conclusion: tuple[tuple[TextSpan, ...], ...]
    sentences: tuple[tuple[TextSpan, ...], ...]
    is_code: bool = False

    @property
    def own(self) -> list[TextSpan]:
        """Of code: all that is its author's, and not everybody's."""
        return [place for line in self.sentences for place in line] if self.is_code else []


def decided(text: str, asked: str) -> DecisiveSpans:
    """Takes a time linear in the texts."""
    if JSON.match(text):
        values = [((span.start, span.end),) for span in decisive_spans(text)]
        return DecisiveSpans((), tuple(values))
    blocks = code_blocks(text)
    if blocks:
        return DecisiveSpans((), tuple(_lines_of_code(text, blocks, asked)), is_code=True)
    new = list(_new_words(text, asked))
    sentences = tuple(filter(None, (_inside(new, sentence) for sentence in _sentences(text))))
    return DecisiveSpans(_conclusion(text, asked, sentences), sentences)


def _conclusion(
    text: str, asked: str, sentences: Sequence[tuple[TextSpan, ...]]
) -> tuple[tuple[TextSpan, ...], ...]:
    """Behind what calls it the answer; the last number, where one is asked for; else what comes first."""
    called = list(_CALLED_ANSWER.finditer(text))
    if called:
        found = _behind(text, called[-1].end())
        if found:
            return _every(text, found)
    numbers = [found.span() for found in _NUMBER.finditer(text)]
    if numbers and _ASKS_A_NUMBER.search(asked):
        known = {found.group() for found in _NUMBER.finditer(asked)}
        new = [place for place in numbers if text[slice(*place)] not in known]
        return _every(text, ((new or numbers)[-1],))
    return tuple(sentences[:1])


def _behind(text: str, start: int) -> tuple[TextSpan, ...]:
    ending = _SENTENCE_END.search(text, start)
    number = _NUMBER.search(text, start, ending.start() if ending else len(text))
    if number:
        return (number.span(),)
    words = [found.span() for found in _WORD.finditer(text, start, ending.start() if ending else len(text))]
    return tuple(words[:_CONCLUSION_WORDS])


def _every(text: str, value: tuple[TextSpan, ...]) -> tuple[tuple[TextSpan, ...], ...]:
    """The value's places wherever it stands on its own: where it was found first, it was least sure."""
    said = text[value[0][0] : value[-1][1]]
    if len(value) > 1:
        return (value,)
    return tuple((found.span(),) for found in re.finditer(rf"(?<![\w.]){re.escape(said)}(?!\w)", text))


def _new_words(text: str, asked: str) -> Iterator[TextSpan]:
    """Each word where it comes first, if the question does not have it; numbers wherever they are new."""
    known = {found.group().casefold() for found in _WORD.finditer(asked)}
    for found in _WORD.finditer(text):
        word = found.group().casefold()
        if word not in known:
            known.add(word)
            yield found.span()


def _sentences(text: str) -> Iterator[TextSpan]:
    start = 0
    for ending in _SENTENCE_END.finditer(text):
        yield start, ending.start()
        start = ending.end()
    yield start, len(text)


def _inside(places: Sequence[TextSpan], whole: TextSpan) -> tuple[TextSpan, ...]:
    """`places` are in the text's order."""
    first, last = (bisect_left(places, (end, 0)) for end in whole)
    return tuple(places[first:last])


def _lines_of_code(text: str, blocks: Sequence[TextSpan], asked: str) -> Iterator[tuple[TextSpan, ...]]:
    """Names, literals and operators, without what every piece of code has and what the question gave."""
    known = {found.group() for found in _WORD.finditer(asked)}
    for start, end in blocks:
        at = start
        for line in text[start:end].splitlines(keepends=True):
            words = (found for found in _CODE_WORD.finditer(text, at, at + len(line)))
            places = [
                word.span()
                for word in words
                if word.group() not in _BOILERPLATE and word.group() not in known
            ]
            at += len(line)
            if places:
                yield tuple(places)
