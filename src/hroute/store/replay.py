"""What of each turn is needed to decide it again, in one pass over the log."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from hroute.core.decision.decision import Chances, Degraded, Route, Rule, Slot
from hroute.core.decision.signals import CountMethod, Label, ScoutReading
from hroute.store import codec, queries
from hroute.store.file import LogFile

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals

# The prompts of a long log are many megabytes, so they are read only for a scout that reads them again.
_PAST = """
    SELECT t.id, t.rule, t.wanted, t.route, t.degraded, t.slot, t.constraint_count, t.context_tokens,
        json_extract(d.signals, '$.context.method') AS method,
        json_extract(d.signals, '$.context.exceeded') AS exceeded,
        t.scout_label, t.difficulty, t.scout_model,
        json_extract(d.signals, '$.scout.demands') AS demands,
        t.chance_local, t.chance_cloud, t.chances_by, t.propensity,
        t.session_id, t.parent_id, parent.route AS parent_route,
        CASE WHEN t.verdict = 'good' AND t.verdict_by = 'contract' THEN NULL
            WHEN t.verdict IS NOT NULL THEN t.verdict = 'good'
            WHEN t.closed AND NOT max(a.given) THEN 0 END AS success,
        t.verdict_s, {prompt} AS prompt,
        CASE WHEN count(a.id) = count(a.cost_pusd) THEN coalesce(sum(a.cost_pusd), 0) END AS cost_pusd,
        coalesce(sum(CASE WHEN a.route = 'local' THEN a.wall_ms END), 0) AS local_ms,
        max(a.input_tokens) AS input_tokens,
        answer.model, answer.confidence, answer.reason = 'low_confidence' AS was_doubted,
        s.signals AS answer_signals, s.calibrator
    FROM turns AS t
    JOIN turn_details AS d ON d.turn_id = t.id
    LEFT JOIN attempts AS a ON a.turn_id = t.id
    LEFT JOIN turns AS parent ON parent.id = t.parent_id
    LEFT JOIN attempts AS answer ON answer.id = (
        SELECT max(id) FROM attempts WHERE turn_id = t.id AND route = 'local'
            AND (given OR reason IN ('low_confidence', 'loop')))
    LEFT JOIN attempt_signals AS s ON s.attempt_id = answer.id
    WHERE t.created_at >= :since
    GROUP BY t.id ORDER BY t.id"""


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """A local answer that its contract accepted, and how sure of it anybody was."""

    model: str
    confidence: float | None  # by a calibrator of then
    signals: "AnswerSignals | None"
    calibrator: str | None
    was_doubted: bool  # it was not given, for its confidence


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn of the log: its signals, how it was decided, and what came of it.

    `success` is the verdict, or False where no engine could answer; None: nobody knows, or none was asked.
    That an answer keeps its contract is no verdict.
    `cost_usd` is of all attempts, None where a price is unknown; `failure_s` is what the user said that its
    failure took.
    """

    id: int
    rule: Rule
    wanted: Route
    route: Route
    degraded: Degraded | None
    slot: Slot
    constraints: int
    tokens: int
    method: CountMethod
    exceeded: bool
    reading: ScoutReading
    chances: Chances | None
    propensity: float
    session_id: int | None
    parent_id: int | None
    parent_route: Route | None
    success: bool | None
    cost_usd: Decimal | None
    local_ms: float
    failure_s: int | None
    input_tokens: int | None  # as an engine counted them
    local_answer: PastAnswer | None
    prompt: str | None


def past_turns(file: LogFile, since: datetime | None, *, with_prompts: bool) -> Iterator[PastTurn]:
    """Oldest first. Raises LogError when the log cannot be used."""
    sql = _PAST.format(prompt="d.prompt" if with_prompts else "NULL")
    rows = file.rows(sql, {"since": 0 if since is None else codec.to_ms(since)})
    return file.values(_read, rows)


def _read(row: sqlite3.Row) -> PastTurn:
    return PastTurn(
        id=row["id"],
        rule=Rule(row["rule"]),
        wanted=Route(row["wanted"]),
        route=Route(row["route"]),
        degraded=Degraded(row["degraded"]) if row["degraded"] else None,
        slot=Slot(row["slot"]),
        constraints=row["constraint_count"],
        tokens=row["context_tokens"],
        method=CountMethod(row["method"] or CountMethod.ESTIMATE),
        exceeded=bool(row["exceeded"]),
        reading=ScoutReading(
            Label(row["scout_label"]),
            row["difficulty"],
            row["scout_model"],
            demands=codec.read_demands(row["demands"]),
        ),
        chances=queries.read_chances(row),
        propensity=row["propensity"],
        session_id=row["session_id"],
        parent_id=row["parent_id"],
        parent_route=Route(row["parent_route"]) if row["parent_route"] else None,
        success=None if row["success"] is None else bool(row["success"]),
        cost_usd=codec.from_pusd(row["cost_pusd"]),
        local_ms=row["local_ms"],
        failure_s=row["verdict_s"],
        input_tokens=row["input_tokens"],
        local_answer=_read_answer(row) if row["model"] else None,
        prompt=row["prompt"],
    )


def _read_answer(row: sqlite3.Row) -> PastAnswer:
    return PastAnswer(
        model=row["model"],
        confidence=row["confidence"],
        signals=codec.read_answer_signals(row["answer_signals"]),
        calibrator=row["calibrator"],
        was_doubted=bool(row["was_doubted"]),
    )
