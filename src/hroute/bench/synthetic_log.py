"""Fills a log with made-up turns of a year, as many as wanted, in seconds."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from hroute.store import codec, schema
from hroute.store.report_schema import REPORT_ROLLUP

DAYS = 365
_ATTEMPTS_A_TURN = 1.1
_CHUNK = 20_000
_CATEGORIES = (None, "code", "mail", "summary", "extract", "chat")
_WEIGHTS = (30, 25, 15, 10, 10, 10)
_P_LOCAL, _P_TOOLS, _P_SESSION, _P_RATED = 0.7, 0.2, 0.3, 0.25
_TEXT = "Made-up words, about as many as in a short answer. " * 4

_TURN_COLUMNS = (
    "id, created_at, command, category, wanted, rule, route, slot, policy, constraint_count, context_tokens,"
    " scout_label, scout_model, scout_ms, p_local, overhead_ms, closed, session_id, verdict, verdict_by"
)
_ATTEMPT_COLUMNS = (
    "id, turn_id, seq, started_at, engine, route, model, sent_bytes, outcome, given, wall_ms, ttft_ms,"
    " input_tokens, output_tokens, cost_pusd, confidence"
)

LogRow = tuple[object, ...]


def fill_log(path: Path, attempts: int, end: datetime, seed: int = 0) -> int:
    """A new log with about so many attempts; the number of turns.

    It is as an older hroute would have left it, so that opening it brings it up to date.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    turns = max(1, round(attempts / _ATTEMPTS_A_TURN))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        schema.migrate(connection, schema.MIGRATIONS[: schema.MIGRATIONS.index(REPORT_ROLLUP)])
        maker = _Maker(Random(seed), end - timedelta(days=DAYS), timedelta(days=DAYS) / turns)
        for first in range(1, turns + 1, _CHUNK):
            _insert(connection, maker, range(first, min(first + _CHUNK, turns + 1)))
    return turns


def _insert(connection: sqlite3.Connection, maker: "_Maker", ids: range) -> None:
    turns = [maker.turn(turn_id) for turn_id in ids]
    attempts = [attempt for turn in turns for attempt in maker.attempts(turn)]
    details = [(turn_id, "{}", "[]", "", f"prompt {turn_id}. {_TEXT}", "{}") for turn_id in ids]
    texts = [(attempt[0], _TEXT) for attempt in attempts]
    connection.execute("BEGIN")
    _many(connection, "turns", _TURN_COLUMNS, turns)
    _many(connection, "turn_details", "turn_id, signals, reasons, flips, prompt, request", details)
    _many(connection, "attempts", _ATTEMPT_COLUMNS, attempts)
    _many(connection, "attempt_texts", "attempt_id, text", texts)
    connection.execute("COMMIT")


def _many(connection: sqlite3.Connection, table: str, columns: str, rows: Sequence[LogRow]) -> None:
    places = ", ".join("?" for _ in columns.split(","))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


class _Maker:
    """Rows in the order of their columns. Failures of validation become a little more frequent."""

    def __init__(self, random: Random, start: datetime, step: timedelta) -> None:
        self._random, self._start_ms, self._step_ms = (
            random,
            codec.to_ms(start),
            step / timedelta(milliseconds=1),
        )
        self._attempt_id = 0

    def turn(self, turn_id: int) -> LogRow:
        random = self._random.random
        route = "local" if random() < _P_LOCAL else "cloud"
        (category,) = self._random.choices(_CATEGORIES, _WEIGHTS)
        slot = "tools" if random() < _P_TOOLS else "chat"
        verdict, by = self._verdict(slot)
        return (
            turn_id,
            self._start_ms + int(turn_id * self._step_ms),
            "ask",
            category,
            route,
            "default" if route == "local" else "scout_complex",
            route,
            slot,
            "signals",
            int(5 * random()),
            int(2000 * random()),
            "standard",
            "builtin-1",
            0.3 + 2 * random() ** 4,
            random(),
            0.8 + 4 * random() ** 4,
            int(random() > 0.001),
            turn_id // 10 if random() < _P_SESSION else None,
            verdict,
            by,
        )

    def _verdict(self, slot: str) -> tuple[str | None, str | None]:
        if slot == "tools":
            return "good", "contract"
        if self._random.random() > _P_RATED:
            return None, None
        return ("good" if self._random.random() < 0.92 else "bad"), "user"

    def attempts(self, turn: LogRow) -> Iterator[LogRow]:
        turn_id, at_ms, route = turn[0], turn[1], turn[6]
        assert isinstance(at_ms, int)
        share = (at_ms - self._start_ms) / (DAYS * 86_400_000)
        if route == "local" and self._random.random() < 0.12 + 0.04 * share:
            yield self._attempt((turn_id, 1, at_ms), "local", "invalid")
            yield self._attempt((turn_id, 2, at_ms + 900), "cloud", "ok")
        else:
            yield self._attempt((turn_id, 1, at_ms), str(route), "ok")

    def _attempt(self, place: LogRow, route: str, outcome: str) -> LogRow:
        random, is_local = self._random.random, route == "local"
        self._attempt_id += 1
        input_tokens, output_tokens = int(2000 * random()), int(600 * random())
        cost_pusd = 0 if is_local else 150_000 * input_tokens + 600_000 * output_tokens
        return (
            self._attempt_id,
            *place,
            route,
            route,
            "tiny-q4" if is_local else "big",
            0 if is_local else 4 * input_tokens,
            outcome,
            int(outcome == "ok"),
            200 + 6000 * random(),
            50 + 300 * random(),
            input_tokens,
            output_tokens,
            None if random() < 0.0001 else cost_pusd,
            0.5 + 0.5 * random() if is_local else None,
        )
