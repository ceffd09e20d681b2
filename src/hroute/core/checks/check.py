"""Checks the items of a prompt against an answer."""

from collections.abc import Callable, Iterable, Mapping

from hroute.core.checks.counts import check_amount, check_divided
from hroute.core.checks.edges import (
    check_end,
    check_postscript,
    check_repeat,
    check_start,
    check_title,
    check_wrapped,
)
from hroute.core.checks.finding import Finding, unchecked
from hroute.core.checks.language import check_language
from hroute.core.checks.shape import check_format, check_keys
from hroute.core.checks.wording import (
    check_case,
    check_letter,
    check_options,
    check_without,
    check_words,
    worst,
)
from hroute.core.decision.signals import ConstraintItem
from hroute.core.turn.attempt import ConstraintCheck

MAX_CHARS = 100_000  # a longer answer is not checked: it is no answer to a prompt that limits it

# Which parameter asks for which check.
_CHECKS: dict[str, Callable[[Mapping[str, object], str], Finding]] = {
    "unit": check_amount,
    "divided": check_divided,
    "words": check_words,
    "letter": check_letter,
    "without": check_without,
    "case": check_case,
    "options": check_options,
    "format": check_format,
    "keys": check_keys,
    "starts": check_start,
    "ends": check_end,
    "wrapped": check_wrapped,
    "title": check_title,
    "postscript": check_postscript,
    "repeats": check_repeat,
    "language": check_language,
}


def check(item: ConstraintItem, answer: str) -> ConstraintCheck:
    finding = _finding(item.params, answer)
    return ConstraintCheck(item.kind, item.text, finding.status, finding.detail)


def check_all(items: Iterable[ConstraintItem], answer: str) -> tuple[ConstraintCheck, ...]:
    return tuple(check(item, answer) for item in items)


def _finding(params: Mapping[str, object], answer: str) -> Finding:
    asked = [name for name in _CHECKS if name in params]
    if not asked:
        return unchecked("nothing that a program can check")
    if len(answer) > MAX_CHARS:
        return unchecked("too long to check")
    return worst([_CHECKS[name](params, answer) for name in asked])
