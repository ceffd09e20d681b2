"""The log's reading queries: SQL with its parameters, and rows to values."""

import sqlite3
from datetime import datetime
from decimal import Decimal

from hroute.core.decision.decision import Chances, Decision, Degraded, ExpectedCost, Route, Rule, Slot
from hroute.core.errors import UsageError
from hroute.core.turn.attempt import Attempt, Outcome, Usage
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import By, Judgement, Verdict
from hroute.store import codec, stored_reasons, stored_turn
from hroute.store.rows import CloudOutcome, Egress, Filter, LoggedAttempt, LoggedTurn, Summary, outcome_word

Query = tuple[str, dict[str, object]]

EXCERPT_CHARS = 200

TURN = "SELECT * FROM turns JOIN turn_details ON turn_id = id WHERE id = ?"

TURN_IDS = "SELECT id FROM turns ORDER BY id"

ATTEMPTS = """
    SELECT attempts.*, t.text, t.error, t.checks, t.thoughts, s.signals, s.calibrator FROM attempts
    LEFT JOIN attempt_texts AS t ON t.attempt_id = attempts.id
    LEFT JOIN attempt_signals AS s ON s.attempt_id = attempts.id
    WHERE turn_id = ? ORDER BY seq"""

EGRESS = """
    SELECT started_at, endpoint, model, sent_bytes, turn_id, outcome FROM attempts
    WHERE endpoint IS NOT NULL AND started_at >= ? ORDER BY started_at, id"""

SPENT = "SELECT coalesce(sum(cost_pusd), 0) FROM attempts WHERE started_at >= ?"

CLOUD_OUTCOMES = """
    SELECT started_at, outcome, reason FROM attempts
    WHERE started_at >= ? AND route = 'cloud' AND outcome IS NOT NULL
    ORDER BY started_at DESC, id DESC LIMIT ?"""

# The subquery picks the turns first, so that attempts are joined for these alone. An unknown cost or token
# count makes the sum unknown: SUM() skips NULL, so the counts are compared.
_SUMMARIES = """
    SELECT t.id, t.created_at, t.command, t.category, t.route, t.degraded, t.rule, t.closed,
        substr(d.prompt, 1, {excerpt}) AS prompt,
        max(CASE WHEN a.given THEN a.outcome END) AS given,
        (SELECT model FROM attempts WHERE turn_id = t.id ORDER BY given DESC, seq DESC LIMIT 1) AS model,
        CASE WHEN count(a.id) = count(a.input_tokens) THEN sum(a.input_tokens) END AS input_tokens,
        CASE WHEN count(a.id) = count(a.output_tokens) THEN sum(a.output_tokens) END AS output_tokens,
        CASE WHEN count(a.id) = count(a.cost_pusd) THEN coalesce(sum(a.cost_pusd), 0) END AS cost_pusd,
        sum(a.wall_ms) AS wall_ms
    FROM (SELECT * FROM turns WHERE {where} ORDER BY id DESC LIMIT :limit) AS t
    JOIN turn_details AS d ON d.turn_id = t.id
    LEFT JOIN attempts AS a ON a.turn_id = t.id
    GROUP BY t.id ORDER BY t.id DESC"""


def summaries(wanted: Filter, limit: int | None) -> Query:
    """Newest first."""
    values: dict[str, object] = {
        "since": codec.to_ms(wanted.since) if wanted.since else None,
        "route": wanted.route,
        "rule": wanted.rule,
        "category": wanted.category,
        "outcome": wanted.outcome,
    }
    conditions = {
        "since": "created_at >= :since",
        "route": "route = :route",
        "rule": "rule = :rule",
        "category": "category = :category",
        "outcome": """EXISTS (SELECT 1 FROM attempts
            WHERE turn_id = turns.id AND coalesce(outcome, 'interrupted') = :outcome)""",
    }
    terms = [conditions[name] for name, value in values.items() if value is not None]
    if wanted.failed:
        terms.append("NOT EXISTS (SELECT 1 FROM attempts WHERE turn_id = turns.id AND given)")
    where = " AND ".join(terms) or "1"
    return _SUMMARIES.format(where=where, excerpt=EXCERPT_CHARS), values | {"limit": _limit(limit)}


def found(text: str, limit: int | None) -> Query:
    """Turns with this text in their prompt or an answer.

    A scan, not an FTS index: an index of every text would double the log and slow down each turn, to save
    a fraction of a second in a rare command.
    """
    where = """EXISTS (SELECT 1 FROM turn_details WHERE turn_id = turns.id AND contains(prompt, :text))
        OR EXISTS (SELECT 1 FROM attempts JOIN attempt_texts ON attempt_id = attempts.id
            WHERE turn_id = turns.id AND contains(text, :text))"""
    sql = _SUMMARIES.format(where=where, excerpt=EXCERPT_CHARS)
    return sql, {"text": codec.storable(text).casefold(), "limit": _limit(limit)}


def contains(text: str | None, folded: str) -> bool:
    """Case is ignored in every alphabet; SQLite's LIKE knows only that of ASCII."""
    return text is not None and folded in text.casefold()


def prunable(before: datetime | None, keep_last: int | None) -> Query:
    """The condition on turns.id of what a prune removes."""
    if before is not None:
        return "created_at < :before", {"before": codec.to_ms(before)}
    if keep_last is None:
        raise UsageError("nothing says what to remove", "Give a time or a number of turns to keep.")
    newest_gone = "SELECT id FROM turns ORDER BY id DESC LIMIT 1 OFFSET :keep"
    return f"id <= ({newest_gone})", {"keep": keep_last}


def read_summary(row: sqlite3.Row) -> Summary:
    return Summary(
        id=row["id"],
        created_at=codec.from_ms(row["created_at"]),
        command=row["command"],
        category=row["category"],
        route=Route(row["route"]),
        degraded=_degraded(row),
        rule=Rule(row["rule"]),
        outcome=outcome_word(Outcome(row["given"]) if row["given"] else None, closed=bool(row["closed"])),
        model=row["model"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cost_usd=codec.from_pusd(row["cost_pusd"]),
        wall_ms=row["wall_ms"],
        prompt=row["prompt"],
    )


def read_turn(row: sqlite3.Row, attempts: list[sqlite3.Row]) -> LoggedTurn:
    return LoggedTurn(
        id=row["id"],
        created_at=codec.from_ms(row["created_at"]),
        command=row["command"],
        category=row["category"],
        signals=codec.read_signals(row["signals"]),
        decision=_read_decision(row),
        overhead_ms=row["overhead_ms"],
        closed=bool(row["closed"]),
        warning=row["warning"],
        prompt_sha256=row["prompt_sha256"],
        request=None
        if row["request"] is None
        else stored_turn.read(row["form"], row["prompt"], row["request"]),
        attempts=tuple(_read_attempt(a) for a in attempts),
        place=_read_place(row),
        verdict=_read_verdict(row),
    )


def read_egress(row: sqlite3.Row) -> Egress:
    return Egress(
        codec.from_ms(row["started_at"]),
        row["endpoint"],
        row["model"],
        row["sent_bytes"],
        row["turn_id"],
        _outcome(row),
    )


def read_cloud_outcome(row: sqlite3.Row) -> CloudOutcome:
    return CloudOutcome(codec.from_ms(row["started_at"]), Outcome(row["outcome"]), row["reason"])


def _read_decision(row: sqlite3.Row) -> Decision:
    return Decision(
        wanted=Route(row["wanted"]),
        rule=Rule(row["rule"]),
        route=Route(row["route"]),
        degraded=_degraded(row),
        slot=Slot(row["slot"]),
        policy=row["policy"],
        reasons=stored_reasons.read_reasons(row["form"], row["reasons"]),
        expected_cost=read_expected_cost(row),
        flips=stored_reasons.read_flips(row["form"], row["flips"]),
        chances=read_chances(row),
        propensity=row["propensity"],
    )


def read_expected_cost(row: sqlite3.Row) -> ExpectedCost:
    return ExpectedCost(_decimal(row["expected_local_usd"]), _decimal(row["expected_cloud_usd"]))


def read_chances(row: sqlite3.Row) -> Chances | None:
    if row["chances_by"] is None:
        return None
    return Chances(row["chance_local"], row["chance_cloud"], row["chances_by"])


def _read_place(row: sqlite3.Row) -> SessionPlace | None:
    if row["session_id"] is None:
        return None
    return SessionPlace(row["session_id"], row["parent_id"], row["retry_of"], row["history_turns"])


def _read_verdict(row: sqlite3.Row) -> Verdict | None:
    if row["verdict"] is None:
        return None
    return Verdict(Judgement(row["verdict"]), By(row["verdict_by"]), codec.to_minutes(row["verdict_s"]))


def _read_attempt(row: sqlite3.Row) -> LoggedAttempt:
    estimated = bool(row["usage_estimated"])
    usage = Usage(row["input_tokens"], row["output_tokens"], row["cached_tokens"], estimated)
    attempt = Attempt(
        engine=row["engine"],
        route=Route(row["route"]),
        model=row["model"],
        outcome=_outcome(row),
        text=row["text"] or "",
        reason=row["reason"],
        error=row["error"],
        wait_ms=row["wait_ms"] or 0.0,
        wall_ms=row["wall_ms"] or 0.0,
        ttft_ms=row["ttft_ms"],
        usage=usage,
        cost_usd=codec.from_pusd(row["cost_pusd"]),
        endpoint=row["endpoint"],
        sent_bytes=row["sent_bytes"],
        checks=codec.read_checks(row["checks"]),
        answer_signals=codec.read_answer_signals(row["signals"]),
        confidence=row["confidence"],
        calibrator=row["calibrator"],
        thoughts=row["thoughts"] or "",
        thought_chars=row["thought_chars"],
    )
    return LoggedAttempt(row["id"], codec.from_ms(row["started_at"]), attempt, bool(row["given"]))


def _outcome(row: sqlite3.Row) -> Outcome:
    """An attempt that nobody closed was killed, or is running right now."""
    return Outcome(row["outcome"]) if row["outcome"] else Outcome.INTERRUPTED


def _degraded(row: sqlite3.Row) -> Degraded | None:
    return Degraded(row["degraded"]) if row["degraded"] else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _limit(limit: int | None) -> int:
    return -1 if limit is None else limit  # SQLite: a negative limit is none
