"""Decisions and answers as the JSON that scripts rely on."""

import json
from typing import Any

from hroute.app.answer.events import Decided
from hroute.cli.format.money import as_text
from hroute.cli.words.decision import flip_words, reasons_words
from hroute.core.contract import Fault
from hroute.core.decision.decision import Decision
from hroute.core.decision.signals import ConstraintItem, Signals
from hroute.core.sanitize import safe_json
from hroute.core.turn.attempt import Answer, Attempt, ConstraintCheck, total_usd


def json_line(value: dict[str, Any]) -> str:
    """One line of JSON, safe to look at."""
    text = json.dumps(value, ensure_ascii=False)
    # Half of a pair of surrogates is no UTF-8, but its escape is JSON.
    return safe_json(text.encode("utf-8", "backslashreplace").decode()) + "\n"


def decision_json(decision: Decision, signals: Signals) -> dict[str, Any]:
    return {
        "wanted": decision.wanted,
        "rule": decision.rule,
        "route": decision.route,
        "degraded": decision.degraded,
        "slot": decision.slot,
        "policy": decision.policy,
        "reasons": reasons_words(decision),
        "signals": signals_json(signals),
        "expected_cost_usd": {
            "local": as_text(decision.expected_cost.local),
            "cloud": as_text(decision.expected_cost.cloud),
        },
        "expected_failures_usd": {
            "local": as_text(decision.expected_cost.local_failures),
            "cloud": as_text(decision.expected_cost.cloud_failures),
        },
        "chances": chances_json(decision),
        "propensity": decision.propensity,
        "flips": flip_words(decision),
    }


def chances_json(decision: Decision) -> dict[str, Any] | None:
    """P(success) of each route, and who says so."""
    chances = decision.chances
    if chances is None:
        return None
    return {"local": round(chances.local, 4), "cloud": round(chances.cloud, 4), "by": chances.by}


def signals_json(signals: Signals) -> dict[str, Any]:
    constraints, context, scout = signals.constraints, signals.context, signals.scout
    return {
        "constraints": {
            "count": constraints.count,
            "threshold": constraints.threshold,
            "items": [item_json(item) for item in constraints.items],
        },
        "context": {"tokens": context.tokens, "threshold": context.threshold, "method": context.method},
        "scout": {
            "label": scout.label,
            "difficulty": scout.difficulty,
            "ability": scout.local.value,
            "ability_by": scout.local.basis,
            "ability_offsets": dict(scout.local_offsets),
            "p_local": scout.p_local,
            "p_cloud": scout.p_cloud,
            "latency_ms": round(scout.latency_ms, 3),
            "model": scout.model,
        },
    }


def item_json(item: ConstraintItem) -> dict[str, Any]:
    found = {"kind": item.kind, "text": item.text, "start": item.start, "end": item.end}
    return {**found, "params": dict(item.params)} if item.params else found


def attempt_json(attempt: Attempt) -> dict[str, Any]:
    return {
        "engine": attempt.engine,
        "model": attempt.model,
        "outcome": attempt.outcome,
        "reason": attempt.reason,
        "error": attempt.error,
        "wait_ms": round(attempt.wait_ms, 1),
        "wall_ms": round(attempt.wall_ms, 1),
        "ttft_ms": None if attempt.ttft_ms is None else round(attempt.ttft_ms, 1),
        "input_tokens": attempt.usage.input_tokens,
        "output_tokens": attempt.usage.output_tokens,
        "thought_chars": attempt.thought_chars,
        "cost_usd": as_text(attempt.cost_usd),
        "confidence": attempt.confidence,
        "calibrator": attempt.calibrator,
        "answer_signals": attempt.answer_signals.as_json() if attempt.answer_signals else None,
        "checks": [check_json(check) for check in attempt.checks],
    }


def check_json(check: ConstraintCheck) -> dict[str, Any]:
    return {"kind": check.kind, "text": check.text, "status": check.status, "detail": check.detail}


def turn_json(decided: Decided, attempts: tuple[Attempt, ...], answer: Answer | None) -> dict[str, Any]:
    """A finished turn; `answer` None when none could be given.

    `cut`: a limit that the user did not set, or the server's filter, ended the given answer; `refused`: its
    model said that it will not answer. `warning` says it in words.
    """
    given = answer.given if answer else None
    return {
        "id": str(decided.turn_id),
        **({"session": decided.session_id} if decided.session_id is not None else {}),
        "text": answer.text if answer else None,
        "tool_calls": tool_calls(given),
        "route": given.route if given else None,
        "slot": decided.decision.slot,
        "model": given.model if given else None,
        "cut": given is not None and given.reason in (Fault.TRUNCATED, Fault.FILTERED),
        "refused": given is not None and given.reason == Fault.REFUSED,
        "decision": decision_json(decided.decision, decided.signals),
        "attempts": [attempt_json(a) for a in attempts],
        "cost_usd": as_text(total_usd(a.cost_usd for a in attempts)),
        "warning": answer.warning if answer else None,
    }


def tool_calls(given: Attempt | None) -> list[Any]:
    """The calls of a valid answer; a list is what calls are, and no other result is one of named calls."""
    calls = json.loads(given.result) if given and given.result else []
    return calls if isinstance(calls, list) and all(_is_call(call) for call in calls) else []


def _is_call(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"name", "arguments"}
