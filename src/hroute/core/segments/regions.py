"""Which parts of the masked text may hold constraints: not examples, pasted payloads, logs or code."""

import re
from functools import cache

from hroute.core.segments.masking import BLANK
from hroute.core.segments.payload import announces_rules, directs, payload_spans

_QUESTION = (
    r"^[#*> ]{0,6}(?:question|q|input|user|human|prompt|query|instruction|problem|task|text|review|"
    r"sentence|email)[ *]{0,3}\d{0,2}[ *]{0,3}:[* ]{0,3}"
)
_REPLY = (
    r"^[#*> ]{0,6}(?:answer|a|output|assistant|ai|response|label|result|category|sentiment|solution|"
    r"summary|translation|completion)[ *]{0,3}\d{0,2}[ *]{0,3}:[* ]{0,3}"
)
_EXAMPLE_HEAD = (
    r"^[#*> ]{0,6}(?:for |first |here are |some |three |two )*(?:examples?|e\.g\.|sample|"
    r"instances?)(?: (?:output|input|answer|format|\d{1,2}))?[ *]{0,3}:[* ]{0,3}"
)
_ERROR_LINE = (
    r"\b[a-z]{2,30}(?:error|exception): [^\n]{0,400}?(?= -- |\. |\n|\Z)|^\W?(?:\w*(?:error|exception)|"
    r"npm (?:warn|err!?)|warning|warn|fatal)\b:? (?:[^\n]*?[.!-] (?=(?:how|why|what|where|which|is|can|do|"
    r"fix|show|give|explain|write|answer|tell|list|one|max)\b[^\n]*$)|[^\n]*[.!-] (?=[^.!\n]*\?\s?$)|[^\n]*$)"
)
_ARROW_LINE = r"^[^\n]{1,200}(?:->|=>)[^\n]*$"
_LOG_LINE = (
    r"^(?:\W?\d{4}-\d\d-\d\d[ t]\d\d:\d\d|\W?\d\d:\d\d:\d\d\b|traceback \(|  ?file \"|\s?at [\w.$]+\(|"
    r"\W?(?:error|warn(?:ing)?|info|debug|fatal|trace|critical)\b(?:[\]:]| \W?\d{4}-))[^\n]*"
)
_LOGGING = (":", "(", "]", "-", 'file "')  # every line of a log holds one
_CODE_LINE = (
    r"^(?!\W{0,3}[a-z']{1,15} [a-z']{1,15} [a-z']{1,15} |[ ]?\(?(?:\d{1,2}|[a-z])[.)] |"
    r"[ ]?[-*•] )[^\n]{0,200}(?:[{}]|\);|[=()][^\n]{0,80};|=>)\s?$|^(?:(?:def|from \w+ import|const|public|"
    r"private|(?!\w+ [a-z']{1,15} [a-z']{1,15}[ ,:])(?:class|import|var|function|return|assert)|"
    r"let (?=(?:mut )?\w+ ?[:=]))\b|"
    r"#include|select .{1,40} from|<\w+[^>\n]*>|\$ |>>> |@\w+)[^\n]*[(){};=<>$][^\n]*"
)
# Of code in a language that ends its lines with nothing: a statement, and what may stand beside one.
_STATEMENT = (
    r"^(?:[a-z_][\w.]{0,40}(?:\[[^\]\n]{0,40}\])? ?(?:[-+*/|]?=|:=)(?!=) ?\S[^\n]*|"
    r"[a-z_][\w.]{0,60}\([^\n]*\)[;:]?|"
    r"(?:for|while|if|elif|with|try|else|except|unless|until|do|def|class|func|fn) ?[^\n]{0,200}[:{]|"
    r"(?![ ]?[-*•\d(])[^\n]{0,200}(?:[{}]|[=(){}$][^\n]{0,100};)|begin;?|commit;?)[ ]?(?:#[^\n]*|//[^\n]*)?$"
)
_BESIDE = (
    rf"{_STATEMENT}|^(?:#|//|--|/\*|\*)[^\n]*$|"
    r"^(?:return|break|continue|pass|import|print|end)\b[^\n]{0,80}$"
)
_FEWEST_STATEMENTS = 2
_OPTION = r"^[ ]?\(?([a-j])[.):] ?[^\n]*\n?|[ ]\(([a-j])\)(?:[^\n( .?!]|[.?!](?! )|[ ](?!\())*"
_ASKS_CHOICE = r"\?[\s_]*\Z|\b(?:which|what|following|options?|choices?|choose|select)\b[^\n]*\Z|[:_…]\s*\Z"
_REPLY_NEXT = r"\A\s*(?:the )?(?:correct )?(?:answer|choice|solution)\b"
_BRACES = r"\{(?=[^{}]{0,300}[:=\"\ue000])[^{}\n]{0,2000}\}|^\[[^\]\n]{1,300}\]\s?$"


def keep_asked(text: str) -> str:
    """The masked text with everything that only serves as material blanked out."""
    text = _last_question(text)
    text = _without_examples(text)
    text = _without_options(text)
    text = _without_lines(text)
    return _blank(text, payload_spans(text))


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for first, end in spans:
        if end <= done:
            continue
        start = max(first, done)
        parts += (text[done:start], re.sub(r"[^\n]", BLANK, text[start:end]))
        done = end
    return "".join((*parts, text[done:]))


def _last_question(text: str) -> str:
    """Few-shot prompts: only the last question asks."""
    if ":" not in text:
        return text
    replies = [m for m in _pattern(_REPLY).finditer(text)]
    questions = [m for m in _pattern(_QUESTION).finditer(text)]
    if len(questions) < 2 or not replies or replies[0].start() > questions[-1].start():
        return text
    first, last = questions[0].start(), questions[-1].end()
    example = _pattern(_EXAMPLE_HEAD).search(text, 0, first)
    return _blank(text, [(example.start() if example else first, last)])


def _without_examples(text: str) -> str:
    """From a line 'Example:' to the next empty line."""
    if "exampl" not in text and "e.g." not in text and "sampl" not in text and "instance" not in text:
        return text
    spans = []
    for match in _pattern(_EXAMPLE_HEAD).finditer(text):
        end = text.find("\n\n", match.end() + 2)
        spans.append((match.start(), len(text) if end < 0 else end))
    return _blank(text, spans)


def _without_options(text: str) -> str:
    """The options of a multiple-choice question: a, b, c … one after the other, below something that asks."""
    if not _holds(("a.", "a)", "a:"), text) or not _holds(("b.", "b)", "b:"), text):
        return text  # a choice has both
    spans: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []
    for match in _pattern(_OPTION).finditer(text):
        if not run or not _follows(run[-1], match):
            spans += _options(run, text)
            run = []
        run.append(match)
    return _blank(text, spans + _options(run, text))


def _follows(before: re.Match[str], after: re.Match[str]) -> bool:
    return before.end() == after.start() and ord(_letter(after)) == ord(_letter(before)) + 1


def _letter(option: re.Match[str]) -> str:
    return option[1] or option[2] or "?"


def _options(run: list[re.Match[str]], text: str) -> list[tuple[int, int]]:
    """The span of a run that is a list to choose from, not a list of requirements."""
    if len(run) < 2 or _letter(run[0]) != "a":
        return []
    start, end = run[0].start(), run[-1].end()
    before = text[max(0, start - 300) : start].rstrip()
    if _find(_REPLY_NEXT, text[end : end + 40]):
        return [(start, end)]
    asks = _find(_ASKS_CHOICE, before) and not announces_rules(before)
    return [(start, end)] if asks and not directs(text[start:end]) else []


def _without_lines(text: str) -> str:
    """Log lines, lines of code and braces of data."""
    spans = [m.span() for m in _pattern(_LOG_LINE).finditer(text)] if _holds(_LOGGING, text) else []
    if "error" in text or "exception" in text or "warn" in text or "fatal" in text:
        spans += [m.span() for m in _pattern(_ERROR_LINE).finditer(text)]
    if text.count("->") + text.count("=>") > 1:
        arrows = [m.span() for m in _pattern(_ARROW_LINE).finditer(text)]
        spans += arrows if len(arrows) > 1 else []
    if "{" in text or ";" in text or "(" in text:
        spans += [m.span() for m in _pattern(_CODE_LINE).finditer(text)]
    if text.count("\n") > 1 and ("=" in text or "(" in text or ";" in text):
        spans += _statements(text)
    if "{" in text or "[" in text:
        spans += [m.span() for m in _pattern(_BRACES).finditer(text)]
    return _blank(text, sorted(spans)) if spans else text


def _statements(text: str) -> list[tuple[int, int]]:
    """Runs of lines that are statements or stand between them, comments too: nothing in them asks."""
    spans: list[tuple[int, int]] = []
    start, begin, end, statements, lines = 0, -1, -1, 0, 0
    for line in [*text.split("\n"), "."]:
        if is_one := _pattern(_STATEMENT).match(line) is not None:
            statements += 1
        if is_one or (line and _pattern(_BESIDE).match(line)):
            begin, end, lines = (begin if begin >= 0 else start), start + len(line), lines + 1
        elif line:
            if statements >= _FEWEST_STATEMENTS and 2 * statements >= lines:
                spans.append((begin, end))
            begin, end, statements, lines = -1, -1, 0, 0
        start += len(line) + 1
    return spans


def _holds(parts: tuple[str, ...], text: str) -> bool:
    for part in parts:  # noqa: SIM110 - any() is twice as slow
        if part in text:
            return True
    return False


def _find(pattern: str, text: str) -> re.Match[str] | None:
    return _pattern(pattern).search(text)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)
