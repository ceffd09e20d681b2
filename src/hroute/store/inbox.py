"""Answered turns that nobody has rated; that an answer keeps its contract is no rating."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hroute.core.decision.decision import ExpectedCost, Route, Rule
from hroute.core.decision.signals import Label
from hroute.store import codec, queries
from hroute.store.file import LogFile

# The subquery picks the turns first, so that attempts are joined for these alone.
_UNRATED = """
    SELECT t.id, t.created_at, t.rule, t.scout_label, t.p_local, t.expected_local_usd, t.expected_cloud_usd,
        substr(d.prompt, 1, :chars) AS prompt,
        max(CASE WHEN a.given THEN a.route END) AS given_route,
        count(DISTINCT a.route) > 1 AS failed_over,
        max(CASE WHEN a.given THEN a.input_tokens + a.output_tokens END) AS tokens
    FROM (SELECT * FROM turns WHERE (verdict IS NULL OR verdict_by = 'contract') AND closed
        AND EXISTS (SELECT 1 FROM attempts WHERE turn_id = turns.id AND given)
        ORDER BY id DESC LIMIT :limit) AS t
    JOIN turn_details AS d ON d.turn_id = t.id
    JOIN attempts AS a ON a.turn_id = t.id
    GROUP BY t.id ORDER BY t.id DESC"""


@dataclass(frozen=True, slots=True)
class Unrated:
    """An answered turn without a verdict. `tokens` are of the given answer, prompt included."""

    id: int
    created_at: datetime
    rule: Rule
    route: Route  # of the given answer
    label: Label
    p_local: float
    expected_cost: ExpectedCost
    failed_over: bool
    tokens: int | None
    prompt: str | None  # its beginning


def unrated(file: LogFile, limit: int) -> Iterator[Unrated]:
    """The newest first. Raises LogError when the log cannot be used."""
    rows = file.rows(_UNRATED, {"chars": queries.EXCERPT_CHARS, "limit": limit})
    return file.values(_read, rows)


def _read(row: sqlite3.Row) -> Unrated:
    return Unrated(
        id=row["id"],
        created_at=codec.from_ms(row["created_at"]),
        rule=Rule(row["rule"]),
        route=Route(row["given_route"]),
        label=Label(row["scout_label"]),
        p_local=row["p_local"],
        expected_cost=queries.read_expected_cost(row),
        failed_over=bool(row["failed_over"]),
        tokens=row["tokens"],
        prompt=row["prompt"],
    )
