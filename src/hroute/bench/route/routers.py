"""The ways of routing that are compared: how each ranks the prompts, and what each does at its threshold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hroute.bench.route.outcomes import OutcomeRow
from hroute.core.odds import logit

ALWAYS_LOCAL, ALWAYS_CLOUD, RANDOM = "always local", "always cloud", "random"
LENGTH, KEYWORDS, ORACLE = "length", "keywords", "oracle"
SCOUT, CHECKED, CONFIDENT = "scout", "scout, checks", "scout, checks, confidence"

# What people write such routers with: any of these words sends a prompt to the cloud.
WORDS = """
    algorithm analyze analyse architecture calculate code compare complex debug derive design detailed
    essay evaluate explain function implement integral optimize poem probability program proof prove
    python reason refactor regex research sql step-by-step story strategy theorem translate write
"""
_KEYWORD = re.compile(rf"\b(?:{'|'.join(WORDS.split())})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComparedRouter:
    """`scores` rank the prompts, higher first to the cloud; None for what does not rank.

    At its threshold, `sent` is the share of each prompt that goes to the cloud, and `tried` that of which
    the local model answers first: a prompt that is sent after its local answer costs both.
    """

    name: str
    scores: Sequence[float] | None
    sent: Sequence[float]
    tried: Sequence[float]


def keyword_score(prompt: str) -> float:
    """How many different keywords a prompt has."""
    return float(len({found.casefold() for found in _KEYWORD.findall(prompt)}))


def routers_of(rows: Sequence[OutcomeRow], least_confidence: float | None) -> list[ComparedRouter]:
    """`least_confidence` None: there are no answers to be looked at, only outcomes.

    Random and length send as many prompts as the policy in force does: they have no threshold of their own.
    """
    wanted = [float(row.is_sent) for row in rows]
    lengths = [float(len(row.prompt)) for row in rows]
    keywords = [keyword_score(row.prompt) for row in rows]
    share = sum(wanted) / len(rows)
    found = [
        _before(ALWAYS_LOCAL, None, [0.0] * len(rows)),
        _before(ALWAYS_CLOUD, None, [1.0] * len(rows)),
        _before(RANDOM, [0.0] * len(rows), [share] * len(rows)),
        _before(LENGTH, lengths, _longest(lengths, round(sum(wanted)))),
        _before(KEYWORDS, keywords, [float(score > 0) for score in keywords]),
        _before(SCOUT, [row.difficulty for row in rows], wanted),
    ]
    if least_confidence is not None:
        found += _after(rows, wanted, least_confidence)
    gains = [row.outcome.strong - row.outcome.weak for row in rows]
    return [*found, _before(ORACLE, gains, [float(gain > 0) for gain in gains])]


def _before(name: str, scores: Sequence[float] | None, sent: Sequence[float]) -> ComparedRouter:
    """Decides before the answer: what is sent is not tried."""
    return ComparedRouter(name, scores, sent, [1 - share for share in sent])


def _after(
    rows: Sequence[OutcomeRow], wanted: Sequence[float], least_confidence: float
) -> list[ComparedRouter]:
    """Looks at the local answers of what the policy does not send at once.

    Ranked, an answer that its contract rejects goes first: it would never have been given.
    """
    tried = [1 - share for share in wanted]
    broken = [float(not row.is_valid) for row in rows]
    doubted = [float(row.confidence is not None and row.confidence < least_confidence) for row in rows]
    checked = [max(pair) for pair in zip(wanted, broken, strict=True)]
    confident = [max(pair) for pair in zip(checked, doubted, strict=True)]
    by_checks = _broken_first(broken, [row.difficulty for row in rows])
    by_all = _broken_first(broken, [doubt_of(row) for row in rows])
    return [
        ComparedRouter(CHECKED, by_checks, checked, tried),
        ComparedRouter(CONFIDENT, by_all, confident, tried),
    ]


def doubt_of(row: OutcomeRow) -> float:
    """Log odds that the local answer is wrong: the mean of what was read before it and off it."""
    before = -logit(row.p_local)
    return before if row.confidence is None else (before - logit(row.confidence)) / 2


def _broken_first(broken: Sequence[float], scores: Sequence[float]) -> list[float]:
    above = max(scores) - min(scores) + 1
    return [score + above * bad for score, bad in zip(scores, broken, strict=True)]


def _longest(lengths: Sequence[float], many: int) -> list[float]:
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    sent = set(order[:many])
    return [float(place in sent) for place in range(len(lengths))]
