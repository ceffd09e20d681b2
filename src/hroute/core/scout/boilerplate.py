"""What people paste around any ask: it says how to answer, and nothing of how hard the ask is."""

import re
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
_SENTENCES = (
    rf"{_POLITE}(?:think|reason|work|solve|go|proceed|break)\b[^.!?\n]{{0,70}}{_STEPS}{_END}",
    rf"{_POLITE}(?:think|reason|consider)\b[^.!?\n]{{0,30}}"
    rf"\b(?:carefully|hard|deeply|thoroughly|aloud|through)\b{_END}",
    rf"[^.!?\n]{{0,60}}\banswer\b[^.!?\n]{{0,40}}\\+boxed ?\{{[^}}\n]{{0,12}}\}}{_END}",
    rf"{_POLITE}(?:show|explain|write (?:down|out)|include|give)\b[^.!?\n]{{0,12}}"
    rf"\b(?:your|all|the|full)\b[^.!?\n]{{0,20}}{_THOUGHT}{_END}",
    rf"you(?:'re| are)\b[^.!?\n]{{0,60}}{_ROLE}{_END}",
    rf"act as an? [^.!?\n]{{0,40}}{_ROLE}{_END}",
    rf"{_POLITE}take\b[^.!?\n]{{0,20}}\b(?:deep breath|your time)\b{_END}",
    rf"{_POLITE}(?:double[- ]?check|check|verify|review)\b[^.!?\n]{{0,30}}{_OWN}{_END}",
    rf"{_POLITE}(?:answer|solve|respond to|read|consider|complete|address)\b[^.!?\n]{{0,20}}"
    rf"\b(?:following|below|next|given|this)\b[^.!?:\n]{{0,12}}{_ASK}[^.!?:\n]{{0,60}}(?:[.!?:]+|$)",
    rf"{_POLITE}(?:do|try) your best{_END}",
    rf"(?:please )?(?:answer|respond)[^.!?\n]{{0,20}}best of your (?:ability|knowledge){_END}",
    rf"(?:this|it) is (?:very |extremely |really )?important (?:to|for) (?:me|my)\b{_END}",
    rf"i(?:'ll| will) (?:tip|give) you \$?\d{_END}",
    r"(?:please )?be (?:careful|accurate|precise|thorough|concise|as helpful as possible)\b"
    r"[^.!?\n]{0,30}(?:[.!?]+|$)",
    rf"{_POLITE}(?:state|give|put|write|provide|end with|conclude with|finish with|report)\b"
    rf"[^.!?\n]{{0,24}}\bfinal answer\b{_END}",
    r"(?:thanks|thank you|thx|cheers)\b[^.!?\n]{0,30}(?:[.!?]+|$)",
    r"(?:#{1,3} ?)?(?:question|problem|task|instruction|input|q|query|user) ?(?:\d{1,3} ?)?:(?= ?\S|\n)",
    r"(?:#{1,3} ?)?(?:answer|response|solution|output|a|assistant) ?:[ \t]*$",
)


def without_boilerplate(text: str) -> str:
    """The text without it; the text itself where nothing else is left."""
    if not _hint().search(text):
        return text
    rest = _pattern().sub(" ", text)
    return rest if re.search(r"\w", rest) else text


@cache
def _hint() -> re.Pattern[str]:
    """What every alternative needs one of: a prompt without it is done with before they are compiled."""
    return re.compile(
        r"\b(?:step|think|reason|consider|answer|boxed|show|explain|write|include|give|you(?:'re| are)|act as"
        r"|take|check|verify|review|solve|respond|read|complete|address|do|try|important|i(?:'ll| will)|be"
        r"|state|put|provide|end|conclude|finish|report|thanks|thank|thx|cheers)\b|[a-z] ?\d{0,3} ?:",
        re.IGNORECASE,
    )


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{'|'.join(_SENTENCES)})", re.IGNORECASE | re.MULTILINE)
