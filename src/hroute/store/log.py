"""The log: every turn with its decision, every attempt with its cost, in one SQLite file."""

import json
from collections.abc import Iterator
from dataclasses import astuple
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from hroute.core.decision.decision import Decision
from hroute.core.decision.signals import Signals
from hroute.core.errors import LogError
from hroute.core.remedies import AskSomething, ListTurns
from hroute.core.turn.attempt import Answer, Attempt
from hroute.core.turn.turn import Turn
from hroute.core.turn.verdict import Verdict
from hroute.store import codec, queries, schema
from hroute.store.file import LogFile, insert, new_id
from hroute.store.inbox import Unrated, unrated
from hroute.store.replay import PastTurn, past_turns
from hroute.store.report_schema import FORGET_EMPTY
from hroute.store.rows import (
    CloudOutcome,
    Egress,
    Filter,
    LoggedTurn,
    Prompts,
    Pruned,
    Start,
    Summary,
)
from hroute.store.sessions import Sessions, move_head
from hroute.store.stored_turn import FORM
from hroute.store.verdicts import Verdicts, give_verdict

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from hroute.store.report import Reports

__all__ = ["Filter", "Log", "Prompts", "Start"]

EVERYTHING = Filter()
THREADS = 2  # one writes while another waits for its turn, or reads


class Log:
    """For any thread and any event loop; opened on first use, and the file is made by the first write.

    Every method blocks for as long as the disk takes (on an event loop, call it from a thread) and raises
    LogError when the file cannot be used. A write is committed when it returns. What iterates holds a
    moment of the log until it is used up or closed. After a fork, the child needs a log of its own.
    """

    def __init__(self, path: Path, prompts: Prompts = "full", *, busy_s: float = schema.BUSY_S) -> None:
        self.path = path
        self._prompts = prompts
        self._file = LogFile(path, busy_s)
        self._threads: Executor | None = None
        self._threads_lock = Lock()
        self.sessions = Sessions(self._file)
        self.verdicts = Verdicts(self._file, prompts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """What was handed to its threads is written first."""
        with self._threads_lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown()
        self._file.close()

    @property
    def threads(self) -> "Executor":
        """For calls from an event loop: of the log's own, so that nothing else that blocks is before them."""
        from concurrent.futures import ThreadPoolExecutor

        with self._threads_lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hroute-log")
            return self._threads

    @property
    def reports(self) -> "Reports":
        from hroute.store.report import Reports

        return Reports(self._file)

    # --- writing --------------------------------------------------------------

    def open_turn(  # noqa: PLR0913  the facts of a row; a class for them would have this one use
        self,
        turn: Turn,
        signals: Signals,
        decision: Decision,
        *,
        command: str,
        overhead_ms: float,
        at: datetime,
    ) -> int:
        """The new turn's id. `at` carries its timezone."""
        cost, scout = decision.expected_cost, signals.scout
        row = (
            {
                "created_at": codec.to_ms(at),
                "command": command,
                "category": turn.options.category,
                "wanted": decision.wanted,
                "rule": decision.rule,
                "route": decision.route,
                "degraded": decision.degraded,
                "slot": decision.slot,
                "policy": decision.policy,
                "expected_local_usd": None if cost.local is None else str(cost.local),
                "expected_cloud_usd": None if cost.cloud is None else str(cost.cloud),
                "constraint_count": signals.constraints.count,
                "context_tokens": signals.context.tokens,
                "scout_label": scout.label,
                "scout_model": scout.model,
                "scout_ms": scout.latency_ms,
                "p_local": scout.p_local,
                "difficulty": scout.difficulty,
                "overhead_ms": overhead_ms,
                "propensity": decision.propensity,
            }
            | _chances(decision)
            | _place(turn)
        )
        kept = codec.kept(turn, signals, decision, self._prompts)
        with self._file.transaction() as connection:
            turn_id = insert(connection, "turns", row)
            connection.execute(
                "INSERT INTO turn_details"
                " (turn_id, signals, reasons, flips, prompt_sha256, prompt, request, form)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (turn_id, *astuple(kept), FORM),
            )
            if turn.options.place is not None:
                move_head(connection, turn.options.place.session_id, turn_id)
        return turn_id

    def record_history_turns(self, turn_id: int, history_turns: int) -> None:
        """How many earlier turns the engine gets that is tried now, where that is not what was planned."""
        with self._file.transaction() as connection:
            connection.execute("UPDATE turns SET history_turns = ? WHERE id = ?", (history_turns, turn_id))

    def open_attempt(self, turn_id: int, start: Start, *, at: datetime) -> int:
        """The new attempt's id. To be called before the first token: a killed process leaves the row."""
        with self._file.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO attempts (turn_id, seq, started_at, engine, route, model, endpoint, sent_bytes)"
                " SELECT :turn, coalesce(max(seq), 0) + 1, :at, :engine, :route, :model, :endpoint, :bytes"
                " FROM attempts WHERE turn_id = :turn",
                {
                    "turn": turn_id,
                    "at": codec.to_ms(at),
                    "engine": start.engine,
                    "route": start.route,
                    "model": start.model,
                    "endpoint": codec.bare(start.endpoint),
                    "bytes": start.sent_bytes,
                },
            )
            return new_id(cursor)

    def close_attempt(self, attempt_id: int, attempt: Attempt) -> None:
        """How it ended. What it is (engine, model, endpoint) was said by its Start and stays."""
        usage = attempt.usage
        with self._file.transaction() as connection:
            cursor = connection.execute(
                "UPDATE attempts SET outcome = ?, reason = ?, wait_ms = ?, wall_ms = ?, ttft_ms = ?,"
                " input_tokens = ?, output_tokens = ?, cached_tokens = ?, usage_estimated = ?, cost_pusd = ?,"
                " sent_bytes = max(sent_bytes, ?), confidence = ?, thought_chars = ? WHERE id = ?",
                (
                    attempt.outcome,
                    attempt.reason,
                    attempt.wait_ms,
                    attempt.wall_ms,
                    attempt.ttft_ms,
                    usage.input_tokens,
                    usage.output_tokens,
                    usage.cached_tokens,
                    usage.estimated,
                    codec.to_pusd(attempt.cost_usd),
                    attempt.sent_bytes,
                    attempt.confidence,
                    attempt.thought_chars,
                    attempt_id,
                ),
            )
            # Another process may have pruned the turn meanwhile; the answer is not to fail for that.
            # An engine's error often quotes the prompt, so it is kept only where texts are.
            if cursor.rowcount and self._prompts == "full":
                error = None if attempt.error is None else codec.storable(attempt.error)
                text, thoughts = codec.storable(attempt.text), codec.storable(attempt.thoughts)
                connection.execute(
                    "INSERT OR REPLACE INTO attempt_texts (attempt_id, text, error, checks, thoughts)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (attempt_id, text, error, codec.written_checks(attempt.checks), thoughts),
                )
            if cursor.rowcount and attempt.answer_signals is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO attempt_signals (attempt_id, signals, calibrator)"
                    " VALUES (?, ?, ?)",
                    (attempt_id, codec.written_signals(attempt.answer_signals), attempt.calibrator),
                )

    def dismiss(self, turn_id: int, dismissed: tuple[str, ...]) -> None:
        """The user says of these texts that they are no constraints of the turn; kept where texts are."""
        texts = codec.storable(json.dumps(dismissed, ensure_ascii=False))
        with self._file.transaction() as connection:
            connection.execute(
                "UPDATE turn_details SET request = json_set(request,"
                " CASE form WHEN 1 THEN '$.dismissed' ELSE '$.options.dismissed' END, json(?))"
                " WHERE turn_id = ?",
                (texts, turn_id),
            )

    def close_turn(self, turn_id: int, answer: Answer | None, *, at: datetime) -> None:
        """The turn ended: with this answer, or with none. A turn never closed reads as interrupted.

        An answer that is bound to a form and valid is noted as good by its contract, which no figure takes
        for a verdict.
        """
        warning = codec.storable(answer.warning) if answer and self._prompts == "full" else ""
        given_seq = answer.attempts.index(answer.given) + 1 if answer else None
        with self._file.transaction() as connection:
            connection.execute("UPDATE turn_details SET warning = ? WHERE turn_id = ?", (warning, turn_id))
            connection.execute(
                "UPDATE attempts SET given = 1 WHERE turn_id = ? AND seq = ?", (turn_id, given_seq)
            )
            if answer is not None and answer.given.result is not None:
                give_verdict(connection, turn_id, Verdict.by_contract(), at=at)
            # Last: from then on every change of the turn also changes the rollup of reports.
            connection.execute("UPDATE turns SET closed = 1 WHERE id = ?", (turn_id,))

    def prune(self, *, before: datetime | None = None, keep_last: int | None = None) -> Pruned:
        """Removes the turns older than `before`, or all but the last ones, and gives the space back.

        Others that use the log are waited for as long as any write waits for them. Where they write all that
        time, LogError and nothing is removed.
        """
        if self._file.is_absent():
            return Pruned(0, 0)
        where, values = queries.prunable(before, keep_last)
        size, deadline = self._file.size_bytes(), monotonic() + self._file.busy_s
        with self._file.transaction() as connection:
            # Removed texts are overwritten, even if the file cannot be made smaller.
            connection.execute("PRAGMA secure_delete = ON")
            removed = connection.execute(f"DELETE FROM turns WHERE {where}", values).rowcount
            for statement in FORGET_EMPTY:
                connection.execute(statement)
        is_smaller = self._file.make_smaller(deadline)
        return Pruned(removed, max(0, size - self._file.size_bytes()), is_in_use=not is_smaller)

    # --- reading --------------------------------------------------------------

    def last_id(self) -> int:
        """The newest turn's id; LogError when there is none."""
        _, last = self._id_range()
        if last is None:
            raise LogError("the log is empty", AskSomething())
        return last

    def turn(self, turn_id: int) -> LoggedTurn:
        """LogError when no turn has this id."""
        turn = self._file.turn(turn_id)
        if turn is None:
            first, last = self._id_range()
            what = "The log is empty." if last is None else ListTurns(f"It has turns {first} to {last}")
            raise LogError(f"no turn {turn_id} in the log", what)
        return turn

    def turns(self, wanted: Filter = EVERYTHING, *, limit: int | None = None) -> Iterator[Summary]:
        """Newest first."""
        return self._file.values(queries.read_summary, self._file.rows(*queries.summaries(wanted, limit)))

    def search(self, text: str, *, limit: int | None = None) -> Iterator[Summary]:
        """Turns with this text in their prompt or an answer, in any case; newest first."""
        return self._file.values(queries.read_summary, self._file.rows(*queries.found(text, limit)))

    def past_turns(self, since: datetime | None = None, *, with_prompts: bool = False) -> Iterator[PastTurn]:
        """What is needed to decide every turn again, oldest first."""
        return past_turns(self._file, since, with_prompts=with_prompts)

    def unrated(self, *, limit: int) -> Iterator[Unrated]:
        """Answered turns without a verdict, newest first."""
        return unrated(self._file, limit)

    def export(self) -> Iterator[LoggedTurn]:
        """Every turn, oldest first; one that is pruned meanwhile is left out."""
        turns = (self._file.turn(row["id"]) for row in self._file.rows(queries.TURN_IDS))
        return (turn for turn in turns if turn is not None)

    def count(self, *, before: datetime | None = None, keep_last: int | None = None) -> int:
        """How many turns a prune with these bounds would remove."""
        where, values = queries.prunable(before, keep_last)
        return sum(row[0] for row in self._file.rows(f"SELECT count(*) FROM turns WHERE {where}", values))

    def egress(self, since: datetime | None = None) -> Iterator[Egress]:
        """What was sent to endpoints, oldest first."""
        since_ms = 0 if since is None else codec.to_ms(since)
        return self._file.values(queries.read_egress, self._file.rows(queries.EGRESS, (since_ms,)))

    def spent_usd(self, since: datetime) -> Decimal:
        """The sum of the costs that are known."""
        pusd = sum(row[0] for row in self._file.rows(queries.SPENT, (codec.to_ms(since),)))
        return codec.from_pusd(pusd) or Decimal(0)

    def recent_cloud_outcomes(self, since: datetime, limit: int) -> list[CloudOutcome]:
        """How the last attempts at the cloud ended, newest first; those still open are left out."""
        rows = self._file.rows(queries.CLOUD_OUTCOMES, (codec.to_ms(since), limit))
        return list(self._file.values(queries.read_cloud_outcome, rows))

    def _id_range(self) -> tuple[int | None, int | None]:
        row = next(iter(self._file.rows("SELECT min(id), max(id) FROM turns")), None)
        return (None, None) if row is None else (row[0], row[1])


def _chances(decision: Decision) -> dict[str, object]:
    chances = decision.chances
    if chances is None:
        return {}
    return {"chance_local": chances.local, "chance_cloud": chances.cloud, "chances_by": chances.by}


def _place(turn: Turn) -> dict[str, object]:
    place = turn.options.place
    if place is None:
        return {}
    return {
        "session_id": place.session_id,
        "parent_id": place.parent_id,
        "retry_of": place.retry_of,
        "history_turns": place.history_turns,
    }
