"""Verdicts for people and for scripts."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hroute.cli.format.moments import local_second
from hroute.core.moments import utc_text
from hroute.core.sanitize import one_line
from hroute.core.turn.verdict import By, Verdict

if TYPE_CHECKING:
    from hroute.store.verdicts import GivenVerdict

_BY_WORDS = {By.CONTRACT: "by its contract", By.RETRY: "as the other route was asked", By.USER: ""}


def verdict_words(verdict: Verdict) -> str:
    """E.g. "bad, 5 minutes lost", "good by its contract"."""
    by = f" {_BY_WORDS[verdict.by]}" if _BY_WORDS[verdict.by] else ""
    lost = "" if verdict.minutes is None else f", {_plain(verdict.minutes)} minutes lost"
    return f"{verdict.judgement}{by}{lost}"


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.judgement,
        "by": verdict.by,
        "minutes": None if verdict.minutes is None else _plain(verdict.minutes),
        "note": verdict.note,
    }


def given_json(given: "GivenVerdict") -> dict[str, Any]:
    return {"at": utc_text(given.at), **verdict_json(given.verdict)}


def history_words(given: "GivenVerdict") -> str:
    """One line: when, what, why."""
    note = f': "{one_line(given.verdict.note)}"' if given.verdict.note else ""
    return f"{local_second(given.at)} {verdict_words(given.verdict)}{note}"


def _plain(minutes: Decimal) -> str:
    return f"{round(minutes, 2).normalize():f}"
