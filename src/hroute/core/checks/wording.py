"""Words, letters and marks that an answer must have or must not have, and its case."""

import re
from collections.abc import Mapping

from hroute.core.checks.finding import (
    CountLimits,
    CountRange,
    Finding,
    broken,
    compare,
    decided,
    kept,
    limits_of,
    unchecked,
)

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_FOREIGN_COMMAS = "，、،"
MAX_WORDS = 60  # of one item


def check_words(params: Mapping[str, object], answer: str) -> Finding:
    """Each word as often as asked: as a word of its own, or generously as a part of one."""
    words, limits = params.get("words"), limits_of(params)
    if not isinstance(words, list) or limits is None or not 0 < len(words) <= MAX_WORDS:
        return unchecked("no words to look for")
    findings = [compare(_occurrences(str(word), answer), limits, f"× “{word}”") for word in words]
    return worst(findings)


def worst(findings: list[Finding]) -> Finding:
    """Broken if any is broken, kept if all are."""
    order = {"broken": 0, "unchecked": 1, "kept": 2}
    return min(findings, key=lambda finding: order[finding.status])


def _occurrences(word: str, answer: str) -> CountRange:
    pattern = r"\s+".join(map(re.escape, word.translate(_QUOTES).split()))
    text = answer.translate(_QUOTES)
    loose = len(re.findall(pattern, text, re.IGNORECASE))
    if _ASIAN.search(word):
        return CountRange(loose, loose)
    strict = len(re.findall(rf"(?<![\w]){pattern}(?![\w])", text, re.IGNORECASE))
    return CountRange(strict, loose)


_QUOTES = str.maketrans("‘’“”", "''\"\"")


def check_letter(params: Mapping[str, object], answer: str) -> Finding:
    letter, limits = params.get("letter"), limits_of(params)
    if not isinstance(letter, str) or limits is None:
        return unchecked("no letter to look for")
    found = answer.lower().count(letter)
    return compare(CountRange(found, found), limits, f"× the letter “{letter}”")


def check_without(params: Mapping[str, object], answer: str) -> Finding:
    """{"without": ","}: none of these signs; in code they are not punctuation."""
    signs = str(params.get("without"))
    found, in_prose = _count(signs, answer), _count(signs, _CODE.sub(" ", answer))
    if signs == ".":
        in_prose = len(re.findall(r"\.(?!\w)", _CODE.sub(" ", answer)))
    if signs == "," and not found and _count(_FOREIGN_COMMAS, answer):
        return unchecked("only commas of another script")
    return compare(CountRange(in_prose, found), CountLimits(0, 0), f"× “{'” or “'.join(signs)}”")


def _count(signs: str, text: str) -> int:
    return sum(text.count(sign) for sign in signs)


def check_case(params: Mapping[str, object], answer: str) -> Finding:
    wanted = params.get("case")
    if not any(char.isupper() or char.islower() for char in answer):
        return unchecked("no letters that have a case")
    if wanted == "title":
        return _title_case(answer)
    wrong = str.isupper if wanted == "lower" else str.islower
    found, in_prose = (sum(map(wrong, text)) for text in (answer, _CODE.sub(" ", answer)))
    return compare(
        CountRange(in_prose, found),
        CountLimits(0, 0),
        "capital letters" if wanted == "lower" else "lower-case letters",
    )


def _title_case(answer: str) -> Finding:
    """Short words may stay small, so only clear cases are decided."""
    words = [word for word in re.findall(r"[^\W\d_]{4,}", answer)]
    small = sum(word[0].islower() for word in words)
    if not words or 0 < small * 2 <= len(words):
        return unchecked("some words are not capitalised")
    return decided(f"{small} of {len(words)} long words begin with a small letter", is_kept=not small)


def check_options(params: Mapping[str, object], answer: str) -> Finding:
    """The answer contains one of the options; all of them is a quotation of the question."""
    listed = params.get("options")
    options = [str(option) for option in listed] if isinstance(listed, list) else []
    found = [option for option in options if _stands_in(option, answer)]
    if found:
        return (
            kept(f"answers “{found[0]}”")
            if len(found) < max(2, len(options))
            else unchecked("names every option")
        )
    if any(_stands_in(option.lower().strip(" ."), answer.lower()) for option in options):
        return unchecked("an option in other letters")
    return broken("none of the options") if options else unchecked("no options to choose from")


def _stands_in(option: str, answer: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(option)}(?!\w)", answer) is not None
