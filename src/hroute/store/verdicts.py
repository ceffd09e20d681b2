"""Verdicts: whether a turn succeeded, who said so, and every word that was said before."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hroute.core.decision.decision import Route
from hroute.core.errors import LogError
from hroute.core.remedies import ListTurns
from hroute.core.turn.verdict import By, Judgement, Verdict
from hroute.store import codec
from hroute.store.file import LogFile
from hroute.store.rows import Prompts

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals

_RANK = {by.value: rank for rank, by in enumerate(By)}


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """What is known of whether one attempt was right, for those of which something is known.

    An attempt that its contract rejected was wrong; the given one was what somebody said of the turn. One
    that its contract took, or that was only doubted, may have been right: nobody knows.
    `prompt` is None where texts are not kept.
    """

    turn_id: int
    at: datetime
    route: Route
    model: str
    was_right: bool
    by: By
    p_local: float  # of the scout
    scout_model: str
    constraint_count: int
    context_tokens: int
    propensity: float
    prompt: str | None
    confidence: float | None
    answer_signals: "AnswerSignals | None"
    calibrator: str | None  # that judged the answer
    worth: float = 1.0  # of a verdict: less for a rejection, where not all answers get one


_HISTORY = "SELECT given_at, verdict, by, seconds, note FROM verdicts WHERE turn_id = ? ORDER BY id"

# Every rejection is known, and only some of the answers that were given: so a rejection counts for as much of
# an attempt as answers of its route are rated. Else a log that nobody rates would teach that all fails.
_OUTCOMES = """
    WITH rated AS MATERIALIZED (
        SELECT a.route, avg(coalesce(t.verdict IN ('good', 'bad') AND t.verdict_by <> 'contract', 0)) AS share
        FROM attempts AS a JOIN turns AS t ON t.id = a.turn_id WHERE a.given GROUP BY a.route
    )
    SELECT t.id AS turn_id, a.started_at AS at, a.route, a.model, t.p_local, t.scout_model,
        t.constraint_count, t.context_tokens, t.propensity, d.prompt, a.confidence,
        s.signals AS answer_signals, s.calibrator,
        CASE WHEN a.given THEN t.verdict = 'good' ELSE 0 END AS was_right,
        CASE WHEN a.given THEN t.verdict_by ELSE 'contract' END AS by,
        CASE WHEN a.given THEN 1 ELSE rated.share END AS worth
    FROM attempts AS a JOIN turns AS t ON t.id = a.turn_id
    JOIN turn_details AS d ON d.turn_id = t.id
    LEFT JOIN attempt_signals AS s ON s.attempt_id = a.id
    LEFT JOIN rated ON rated.route = a.route
    WHERE (a.given AND t.verdict IN ('good', 'bad') AND t.verdict_by <> 'contract')
        OR (a.outcome = 'invalid' AND NOT a.given
            AND coalesce(a.reason, '') NOT IN ('low_confidence', 'loop') AND rated.share > 0)
    ORDER BY a.id"""


class Verdicts:
    """Every method raises LogError when the log cannot be used."""

    def __init__(self, file: LogFile, prompts: Prompts) -> None:
        self._file, self._prompts = file, prompts

    def give(self, turn_id: int, verdict: Verdict, *, at: datetime) -> None:
        """LogError when no turn has this id. A note is kept only where texts are."""
        with self._file.transaction() as connection:
            if connection.execute("SELECT 1 FROM turns WHERE id = ?", (turn_id,)).fetchone() is None:
                raise LogError(f"no turn {turn_id} in the log", ListTurns())
            give_verdict(connection, turn_id, verdict, at=at, keeps_texts=self._prompts == "full")

    def history(self, turn_id: int) -> list[GivenVerdict]:
        """Oldest first."""
        return list(self._file.values(_read_verdict, self._file.rows(_HISTORY, (turn_id,))))

    def outcomes(self) -> Iterator[AttemptOutcome]:
        """Of every attempt about which something is known, oldest first."""
        return self._file.values(_read_outcome, self._file.rows(_OUTCOMES))


def give_verdict(
    connection: sqlite3.Connection,
    turn_id: int,
    verdict: Verdict,
    *,
    at: datetime,
    keeps_texts: bool = True,
) -> None:
    """Adds to the history; what holds now changes unless somebody of a higher rank has spoken."""
    seconds = codec.to_seconds(verdict.minutes)
    note = codec.storable(verdict.note) if verdict.note and keeps_texts else None
    connection.execute(
        "INSERT INTO verdicts (turn_id, given_at, verdict, by, seconds, note) VALUES (?, ?, ?, ?, ?, ?)",
        (turn_id, codec.to_ms(at), verdict.judgement, verdict.by, seconds, note),
    )
    now = connection.execute("SELECT verdict_by FROM turns WHERE id = ?", (turn_id,)).fetchone()
    if now is None or _RANK.get(now["verdict_by"], -1) > _RANK[verdict.by]:
        return
    is_known = verdict.judgement is not Judgement.UNKNOWN
    connection.execute(
        "UPDATE turns SET verdict = ?, verdict_by = ?, verdict_s = ? WHERE id = ?",
        (*((verdict.judgement, verdict.by, seconds) if is_known else (None, None, None)), turn_id),
    )


def _read_verdict(row: sqlite3.Row) -> GivenVerdict:
    minutes = codec.to_minutes(row["seconds"])
    verdict = Verdict(Judgement(row["verdict"]), By(row["by"]), minutes, row["note"])
    return GivenVerdict(codec.from_ms(row["given_at"]), verdict)


def _read_outcome(row: sqlite3.Row) -> AttemptOutcome:
    return AttemptOutcome(
        turn_id=row["turn_id"],
        at=codec.from_ms(row["at"]),
        route=Route(row["route"]),
        model=row["model"],
        was_right=bool(row["was_right"]),
        by=By(row["by"]),
        p_local=row["p_local"],
        scout_model=row["scout_model"],
        constraint_count=row["constraint_count"],
        context_tokens=row["context_tokens"],
        propensity=row["propensity"],
        prompt=row["prompt"],
        confidence=row["confidence"],
        answer_signals=codec.read_answer_signals(row["answer_signals"]),
        calibrator=row["calibrator"],
        worth=row["worth"],
    )
