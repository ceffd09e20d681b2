"""Runs the families over the masked text: every match is a candidate, judged by the place it stands in."""

import re
from collections.abc import Iterator
from functools import cache

from hroute.core.constraints.families.foreign import foreign_rules
from hroute.core.constraints.families.format import FORMAT
from hroute.core.constraints.families.soft import SOFT
from hroute.core.constraints.families.terse import TERSE
from hroute.core.constraints.families.voice import PATTERNS, VOICE
from hroute.core.constraints.families.wording import WORDING
from hroute.core.constraints.rules import Candidate, Gates, Looked, Needs, WordingRule, compiled, matches
from hroute.core.constraints.sentences import AskSentence, Layout
from hroute.core.segments.masking import CODE, QUOTE, Masked

FAMILIES = (*FORMAT, *WORDING, *VOICE, *PATTERNS, *TERSE, *SOFT)

_NEGATED = r"(?:\bnot|n't|\bavoid\w*|\bwithout|\bnever|\bexclude|\bno) (?:[^\s,.;:]{1,20} ){0,3}\Z"
# "..., including 'Introduction'" details what stands before it.
_ELABORATES = (
    r"with (?!.{0,40}(?:word|phrase|term))|(?:including|specifically|namely|such as|labell?ed|titled)\b"
)
# Kinds that sentences also name as the purpose of another constraint: "... to maintain a formal tone".
_REASONS = {"tone", "style", "content", "audience", "format"}
# Spellings of one format; any of the words in a name decides.
_TABLE = ("table", "tabular", "tabelle", "tableau", "tabla", "tabella", "tabela", "表")
_LIST = (
    "list", "bullet", "dot point", "elenco", "stichpunkt", "puces", "viñetas", "リスト", "箇条書き", "列表",
)  # fmt: skip


def find_candidates(masked: Masked, asked: Looked, prompt: str) -> Iterator[Candidate]:
    """Matches of all families in `asked`, the masked text without what only serves as material."""
    for rule in (*_gates().open(asked), *foreign_rules(asked)):
        for match in matches(rule.pattern, asked):
            candidate = _candidate(rule, match, masked, prompt)
            if candidate:
                yield candidate


@cache
def _gates() -> Gates:
    return Gates(FAMILIES)


def counts(candidate: Candidate, sentence: AskSentence) -> bool:
    """The place gives the evidence that the candidate needs, and takes nothing back."""
    if candidate.kind in _REASONS and sentence.gives_reason(candidate.start):
        return False
    if sentence.narrates or sentence.lifts(candidate.start, candidate.end):
        return False
    if candidate.needs is Needs.ANYWHERE:
        return True
    if candidate.needs is Needs.TERSE:
        return sentence.layout is not Layout.PROSE and not sentence.wonders
    return sentence.asks and not sentence.wonders


def _candidate(rule: WordingRule, match: re.Match[str], masked: Masked, prompt: str) -> Candidate | None:
    groups = match.groupdict()
    start, end = match.span("x") if "x" in groups else match.span()
    kind, key = rule.kind, _key(rule, match)
    if _is_masked(key):
        quoted = _quoted(match, masked, prompt)
        if not compiled(r"\w").search(quoted):
            return None  # quoted signs are layout, not words to use
        key = f"{kind}:{quoted}"
    if kind == "include":
        kind, key = _include(match, key)
    return Candidate(kind, key, start, end, rule.needs, rule.rank)


def _key(rule: WordingRule, match: re.Match[str]) -> str:
    if "{" not in rule.key:
        return rule.key
    head, name = rule.key[:-1].split("{")
    value = _named(match, name)
    if name == "c":
        return head + _case(value)
    if name == "f":
        return _format_key(value)
    return head + " ".join(value.split()[:3])


def _named(match: re.Match[str], name: str) -> str:
    """The group that names the constraint; w2 and w3 are its other spellings in one pattern."""
    groups = match.groupdict()
    return groups.get(name) or groups.get("w2") or groups.get("w3") or ""


def _quoted(match: re.Match[str], masked: Masked, prompt: str) -> str:
    groups = match.groupdict()
    name = next(name for name, text in groups.items() if text and name != "x" and _is_masked(text))
    start, end = masked.origin(*match.span(name))
    return prompt[start:end].lower()


def _is_masked(text: str) -> bool:
    return QUOTE in text or CODE in text


def _format_key(name: str) -> str:
    if any(word in name for word in _LIST):
        return "list"
    if any(word in name for word in _TABLE):
        return "table"
    return "format:markdown" if name == "md" else f"format:{name}"


def _case(words: str) -> str:
    if "lower" in words or words.startswith(("no", "without")):
        return "lower"
    if "upper" in words or "caps" in words or ("capital" in words and "capitali" not in words):
        return "upper"
    return "title" if "capitali" in words or "title" in words else words


def _include(match: re.Match[str], key: str) -> tuple[str, str]:
    """Words to use, unless a negation makes them words to leave out or a participle a detail."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    if match.group().endswith(" not") or compiled(_NEGATED).search(before):
        return "avoid", "avoid" + key.removeprefix("include")
    if compiled(_ELABORATES).match(match.group()):
        return "include", "elaboration"
    return "include", key
