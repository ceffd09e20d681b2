"""What people paste around any ask: it says how to answer, and nothing of how hard the ask is."""

import re
from collections.abc import Iterator
from functools import cache

# Each alternative is bounded and starts a line or a sentence, so that one pass is linear.
_START = r"(?:^|(?<=[.!?:;,\n])|(?<=[.!?:;,] ))[ \t]*"
_END = r"[^.!?\n]{0,90}(?:[.!?]+|$)"
_STEPS = r"\b(?:step[ -]by[ -]step|one step at a time|in steps|before (?:you )?answer(?:ing)?)\b"
_POLITE = (
    r"(?:please |kindly |now |first,? |so |and |then |let'?s |let us |make sure to |be sure to "
    r"|you (?:should|must) )*"
)
_ROLE = r"\b(?:assistant|ai|expert|tutor|model|chatbot|professor|genius|problem solver)\b"
_ASK = r"\b(?:question|problem|task|query|request|prompt|exercise|instruction)s?\b"
_OWN = r"\b(?:answer|work|result|reasoning|response)\b"
_THOUGHT = r"\b(?:work(?:ing)?|reasoning|thinking|steps|thought process)\b"
# What a text must hold one of, and the pattern: most texts hold none, and the pattern is not compiled.
_SENTENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("step", "before "),
        rf"{_POLITE}(?:think|reason|work|solve|go|proceed|break)\b[^.!?\n]{{0,70}}{_STEPS}{_END}",
    ),
    (
        ("carefully", "hard", "deeply", "thoroughly", "aloud", "through"),
        rf"{_POLITE}(?:think|reason|consider)\b[^.!?\n]{{0,30}}"
        rf"\b(?:carefully|hard|deeply|thoroughly|aloud|through)\b{_END}",
    ),
    (
        ("boxed",),
        rf"[^.!?\n]{{0,60}}\banswer\b[^.!?\n]{{0,40}}\\+boxed ?\{{[^}}\n]{{0,12}}\}}{_END}",
    ),
    (
        ("work", "reasoning", "thinking", "steps", "thought process"),
        rf"{_POLITE}(?:show|explain|write (?:down|out)|include|give)\b[^.!?\n]{{0,12}}"
        rf"\b(?:your|all|the|full)\b[^.!?\n]{{0,20}}{_THOUGHT}{_END}",
    ),
    (
        ("you're", "you are"),
        rf"you(?:'re| are)\b[^.!?\n]{{0,60}}{_ROLE}{_END}",
    ),
    (
        ("act as a",),
        rf"act as an? [^.!?\n]{{0,40}}{_ROLE}{_END}",
    ),
    (
        ("deep breath", "your time"),
        rf"{_POLITE}take\b[^.!?\n]{{0,20}}\b(?:deep breath|your time)\b{_END}",
    ),
    (
        ("check", "verify", "review"),
        rf"{_POLITE}(?:double[- ]?check|check|verify|review)\b[^.!?\n]{{0,30}}{_OWN}{_END}",
    ),
    (
        ("question", "problem", "task", "query", "request", "prompt", "exercise", "instruction"),
        rf"{_POLITE}(?:answer|solve|respond to|read|consider|complete|address)\b[^.!?\n]{{0,20}}"
        rf"\b(?:following|below|next|given|this)\b[^.!?:\n]{{0,12}}{_ASK}[^.!?:\n]{{0,60}}(?:[.!?:]+|$)",
    ),
    (
        ("your best",),
        rf"{_POLITE}(?:do|try) your best{_END}",
    ),
    (
        ("best of your",),
        rf"(?:please )?(?:answer|respond)[^.!?\n]{{0,20}}best of your (?:ability|knowledge){_END}",
    ),
    (
        ("important",),
        rf"(?:this|it) is (?:very |extremely |really )?important (?:to|for) (?:me|my)\b{_END}",
    ),
    (
        ("tip you", "give you"),
        rf"i(?:'ll| will) (?:tip|give) you \$?\d{_END}",
    ),
    (
        ("careful", "accurate", "precise", "thorough", "concise", "as helpful"),
        r"(?:please )?be (?:careful|accurate|precise|thorough|concise|as helpful as possible)\b"
        r"[^.!?\n]{0,30}(?:[.!?]+|$)",
    ),
    (
        ("final answer",),
        rf"{_POLITE}(?:state|give|put|write|provide|end with|conclude with|finish with|report)\b"
        rf"[^.!?\n]{{0,24}}\bfinal answer\b{_END}",
    ),
    (
        ("thank", "thx", "cheers"),
        r"(?:thanks|thank you|thx|cheers)\b[^.!?\n]{0,30}(?:[.!?]+|$)",
    ),
    (
        (":",),
        r"(?:#{1,3} ?)?(?:question|problem|task|instruction|input|q|query|user) ?(?:\d{1,3} ?)?:(?= ?\S|\n)",
    ),
    (
        (":",),
        r"(?:#{1,3} ?)?(?:answer|response|solution|output|a|assistant) ?:[ \t]*$",
    ),
)


def without_boilerplate(text: str) -> str:
    """The text without it; the text itself where nothing else is left."""
    patterns = _patterns_for(text)
    spans = list(_spans(text, patterns)) if patterns else []
    if not spans:
        return text
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], " ")
        done = end
    rest = "".join((*parts, text[done:]))
    return rest if re.search(r"\w", rest) else text


def _patterns_for(text: str) -> list[re.Pattern[str]]:
    lower = text.lower()
    if not text.isascii():  # these two are the same as i and s where case does not count
        lower = lower.replace("\u0131", "i").replace("\u017f", "s")
    return [_pattern(pattern) for gate, pattern in _SENTENCES if any(part in lower for part in gate)]


def _spans(text: str, patterns: list[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """What one pattern of all alternatives would find: the first match, of equals the earlier's."""
    found = [pattern.search(text) for pattern in patterns]
    while matches := [match for match in found if match]:
        first = min(matches, key=re.Match.start)
        yield first.span()
        found = [
            pattern.search(text, first.end()) if match and match.start() < first.end() else match
            for pattern, match in zip(patterns, found, strict=True)
        ]


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{sentence})", re.IGNORECASE | re.MULTILINE)
