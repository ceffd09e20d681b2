"""Logged turns as JSON and as the flat rows of a CSV file."""

import re
from dataclasses import asdict
from typing import Any

from hroute.cli.format.as_json import attempt_json, decision_json
from hroute.cli.format.money import as_text
from hroute.cli.format.verdict_words import verdict_json
from hroute.core.moments import utc_text
from hroute.core.turn.attempt import total_usd
from hroute.core.turn.groups import split
from hroute.core.turn.message import Text
from hroute.store.rows import Egress, LoggedAttempt, LoggedTurn, Summary
from hroute.store.stored_turn import StoredTurn, message_json

_UNSAFE_IN_CSV = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def summary_json(summary: Summary) -> dict[str, Any]:
    return {
        **asdict(summary),
        "id": str(summary.id),
        "created_at": utc_text(summary.created_at),
        "cost_usd": as_text(summary.cost_usd),
    }


def logged_json(logged: LoggedTurn) -> dict[str, Any]:
    """Everything the log knows of a turn, in the shape of `ask --json` with more beside it."""
    given = logged.given.attempt if logged.given else None
    return {
        "id": str(logged.id),
        "created_at": utc_text(logged.created_at),
        "command": logged.command,
        "category": logged.category,
        "outcome": logged.outcome,
        "prompt": logged.prompt,
        "prompt_sha256": logged.prompt_sha256,
        "text": given.text if given else None,
        "route": given.route if given else None,
        "model": given.model if given else None,
        "decision": decision_json(logged.decision, logged.signals),
        "overhead_ms": logged.overhead_ms,
        "attempts": [_attempt_json(attempt) for attempt in logged.attempts],
        "cost_usd": as_text(total_usd(a.attempt.cost_usd for a in logged.attempts)),
        "warning": logged.warning or None,
        "verdict": None if logged.verdict is None else verdict_json(logged.verdict),
        "request": None if logged.request is None else _request_json(logged.request),
    }


def _request_json(stored: StoredTurn) -> dict[str, Any]:
    """`messages`: only where some are not plain text."""
    said, expected, options = stored.said, stored.expected, stored.said.options
    earlier = [message for group in split(said.messages).earlier for message in group]
    has_more = any(not isinstance(part, Text) for message in said.messages for part in message.parts)
    return {
        "prompt": said.ask,
        "system": said.system,
        "history": [{"role": message.role, "content": message.text} for message in earlier],
        "attachments": [{"name": file.source, "text": file.text} for file in said.files],
        "tools": expected.tools,
        "schema": expected.schema,
        "forced": options.forced,
        "sampling": asdict(options.sampling),
        "category": options.category,
        "dismissed": options.dismissed,
        "held": options.held,
        "place": None,
        "local_model": options.local_model,
        **({"messages": [message_json(message) for message in said.messages]} if has_more else {}),
    }


def egress_json(egress: Egress) -> dict[str, Any]:
    return {
        "at": utc_text(egress.at),
        "endpoint": egress.endpoint,
        "host": egress.host,
        "this_machine": egress.stayed,
        "model": egress.model,
        "sent_bytes": egress.sent_bytes,
        "turn_id": str(egress.turn_id),
        "outcome": egress.outcome,
    }


def csv_rows(logged: LoggedTurn) -> list[dict[str, object]]:
    """A row per attempt with its turn's columns before it; a turn without attempts is a row too."""
    turn = _turn_columns(logged)
    attempts = [_attempt_columns(attempt) for attempt in logged.attempts] or [_no_attempt()]
    return [{name: csv_cell(cell) for name, cell in {**turn, **columns}.items()} for columns in attempts]


CSV_ATTEMPT = (
    "started_at",
    "engine",
    "attempt_route",
    "model",
    "endpoint",
    "sent_bytes",
    "outcome",
    "reason",
    "error",
    "given",
    "wait_ms",
    "wall_ms",
    "ttft_ms",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "usage_estimated",
    "cost_usd",
    "thought_chars",
    "text",
)


def _turn_columns(logged: LoggedTurn) -> dict[str, object]:
    decision, signals = logged.decision, logged.signals
    return {
        "id": logged.id,
        "created_at": utc_text(logged.created_at),
        "command": logged.command,
        "category": logged.category,
        "turn_outcome": logged.outcome,
        "wanted": decision.wanted,
        "rule": decision.rule,
        "route": decision.route,
        "degraded": decision.degraded,
        "slot": decision.slot,
        "policy": decision.policy,
        "constraints": signals.constraints.count,
        "context_tokens": signals.context.tokens,
        "scout_label": signals.scout.label,
        "difficulty": signals.scout.difficulty,
        "p_local": signals.scout.p_local,
        "scout_ms": signals.scout.latency_ms,
        "overhead_ms": logged.overhead_ms,
        "propensity": logged.decision.propensity,
        "verdict": logged.verdict.judgement if logged.verdict else None,
        "prompt_sha256": logged.prompt_sha256,
        "prompt": logged.prompt,
    }


def _attempt_columns(logged: LoggedAttempt) -> dict[str, object]:
    attempt, usage = logged.attempt, logged.attempt.usage
    cells = (
        utc_text(logged.started_at),
        attempt.engine,
        attempt.route,
        attempt.model,
        attempt.endpoint,
        attempt.sent_bytes,
        attempt.outcome,
        attempt.reason,
        attempt.error,
        int(logged.given),
        attempt.wait_ms,
        attempt.wall_ms,
        attempt.ttft_ms,
        usage.input_tokens,
        usage.output_tokens,
        usage.cached_tokens,
        int(usage.estimated),
        as_text(attempt.cost_usd),
        attempt.thought_chars,
        attempt.text,
    )
    return dict(zip(CSV_ATTEMPT, cells, strict=True))


def _no_attempt() -> dict[str, object]:
    return dict.fromkeys(CSV_ATTEMPT)


def _attempt_json(logged: LoggedAttempt) -> dict[str, Any]:
    attempt = logged.attempt
    return {
        **attempt_json(attempt),
        "route": attempt.route,
        "started_at": utc_text(logged.started_at),
        "given": logged.given,
        "cached_tokens": attempt.usage.cached_tokens,
        "usage_estimated": attempt.usage.estimated,
        "endpoint": attempt.endpoint,
        "sent_bytes": attempt.sent_bytes,
        "text": attempt.text,
        "thoughts": attempt.thoughts,
    }


def csv_cell(cell: object) -> object:
    """Control characters spelt out (\\x1b), for CSV has no escapes of its own."""
    if not isinstance(cell, str):
        return cell
    return _UNSAFE_IN_CSV.sub(lambda found: found[0].encode("unicode_escape").decode(), cell)
