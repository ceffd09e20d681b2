"""Migrations 4 and 5: the report's rollup. Frozen, like every migration that was released."""

# A report over a million attempts has to be quick, and SQLite groups by sorting. So the log keeps what a
# report adds up: a row for each day, category, route, slot, model and ending of turns, and histograms.
# Two views say what one turn contributes; triggers take its old part out before a change and put the new
# one in after it. Only closed turns are in: while one runs, every write would move it. Readers add the
# open ones from the views; `turns_open` finds those.
#
# `cc` to `mm` are sums of products of a turn's dollars (c, in millionths), local milliseconds (w) and
# seconds that a failure took (m): enough for the variance of a cost under any tariff and hourly rate.
# They are the only sums that may leave the 64 bits; SQLite then goes on in floating point.

_KEY = ("day", "category", "route", "slot", "model", "ending")
_SUMS = (
    "turns",
    "attempts",
    "unpriced",
    "cost_pusd",
    "local_attempts",
    "local_ms",
    "local_ok",
    "local_invalid",
    "failure_s",
    "counted",
    "input_tokens",
    "output_tokens",
    "chance_local_ppm",
    "cc",
    "cw",
    "ww",
    "cm",
    "wm",
    "mm",
)

# Nobody sends a bill for a local attempt, so one that was killed has a price all the same.
# An answer that was doubted, or heard before, has passed its contract.
# What a WHERE may name stands in GROUP BY, so that SQLite looks for it in an index of `turns`.
_FACTS = """
    CREATE VIEW turn_facts AS
    SELECT turn_id, closed, created_at, session_id, day, category, confidence,
        coalesce(given_route, '') AS route, slot, coalesce(given_model, '') AS model,
        CASE
            WHEN verdict = 'good' THEN 'good'
            WHEN verdict = 'bad' AND verdict_s IS NOT NULL THEN 'bad_timed'
            WHEN verdict = 'bad' OR (closed AND given_route IS NULL) THEN 'bad'
            ELSE 'unknown'
        END AS ending,
        1 AS turns, attempts, unpriced, cost_pusd, local_attempts, local_ms, local_ok, local_invalid,
        failure_s, input_tokens IS NOT NULL AND output_tokens IS NOT NULL AS counted,
        CASE WHEN output_tokens IS NULL THEN 0 ELSE coalesce(input_tokens, 0) END AS input_tokens,
        CASE WHEN input_tokens IS NULL THEN 0 ELSE coalesce(output_tokens, 0) END AS output_tokens,
        CASE
            WHEN given_route IS 'local' THEN CAST(round(chance * 1000000) AS INTEGER)
            WHEN doubted IS NULL AND local_invalid THEN 0
            ELSE CAST(round(coalesce(doubted, chance) * 1000000) AS INTEGER)
        END AS chance_local_ppm,
        c * c AS cc, c * local_ms AS cw, local_ms * local_ms AS ww,
        c * failure_s AS cm, local_ms * failure_s AS wm, failure_s * failure_s AS mm
    FROM (
        SELECT *, (cost_pusd + 500000) / 1000000 AS c,
            coalesce(given_input, any_input) AS input_tokens,
            coalesce(given_output, any_output) AS output_tokens
        FROM (
            SELECT t.id AS turn_id, t.closed, t.created_at, t.session_id, t.slot, t.verdict, t.verdict_s,
                t.created_at / 86400000 AS day, coalesce(t.category, '') AS category,
                coalesce(t.chance_local, t.p_local) AS chance,
                CASE WHEN t.verdict = 'bad' THEN coalesce(t.verdict_s, 0) ELSE 0 END AS failure_s,
                max(CASE WHEN a.given THEN a.route END) AS given_route,
                max(CASE WHEN a.given THEN a.model END) AS given_model,
                max(CASE WHEN a.given THEN a.input_tokens END) AS given_input,
                max(CASE WHEN a.given THEN a.output_tokens END) AS given_output,
                max(a.input_tokens) AS any_input, max(a.output_tokens) AS any_output,
                max(CASE WHEN a.given AND a.route = 'local' THEN a.confidence END) AS confidence,
                count(a.id) AS attempts,
                count(CASE WHEN a.cost_pusd IS NULL AND (a.route <> 'local' OR a.outcome IS NOT NULL)
                    THEN 1 END) AS unpriced,
                coalesce(sum(a.cost_pusd), 0) AS cost_pusd,
                count(CASE WHEN a.route = 'local' THEN 1 END) AS local_attempts,
                coalesce(sum(CASE WHEN a.route = 'local' THEN CAST(round(a.wall_ms) AS INTEGER) END), 0)
                    AS local_ms,
                max(CASE WHEN a.route = 'local' AND a.reason = 'low_confidence' THEN a.confidence END)
                    AS doubted,
                count(CASE WHEN a.route = 'local'
                    AND (a.outcome = 'ok' OR a.reason IN ('low_confidence', 'loop')) THEN 1 END) AS local_ok,
                count(CASE WHEN a.route = 'local' AND a.outcome = 'invalid'
                    AND coalesce(a.reason, '') NOT IN ('low_confidence', 'loop') THEN 1 END)
                    AS local_invalid
            FROM turns AS t LEFT JOIN attempts AS a ON a.turn_id = t.id
            GROUP BY t.id, t.created_at, t.session_id, t.closed
        )
    )"""

# Latencies in microseconds, cut to two digits; local answers that were given and rated, by their
# confidence in percent.
_COUNTS = """
    CREATE VIEW turn_counts AS
    SELECT turn_id, closed, created_at, session_id, day, category, kind,
        CASE
            WHEN us < 100 THEN us
            WHEN us < 1000 THEN us / 10 * 10
            WHEN us < 10000 THEN us / 100 * 100
            WHEN us < 100000 THEN us / 1000 * 1000
            WHEN us < 1000000 THEN us / 10000 * 10000
            WHEN us < 10000000 THEN us / 100000 * 100000
            ELSE us / 1000000 * 1000000
        END AS bucket, 1 AS n
    FROM (
        SELECT id AS turn_id, closed, created_at, session_id, created_at / 86400000 AS day,
            coalesce(category, '') AS category, 'scout' AS kind, CAST(scout_ms * 1000 AS INTEGER) AS us
        FROM turns
        UNION ALL
        SELECT id, closed, created_at, session_id, created_at / 86400000,
            coalesce(category, ''), 'overhead', CAST(overhead_ms * 1000 AS INTEGER)
        FROM turns
    )
    UNION ALL
    SELECT turn_id, closed, created_at, session_id, day, category,
        CASE ending WHEN 'good' THEN 'kept_good' ELSE 'kept_bad' END, CAST(confidence * 100 AS INTEGER), 1
    FROM turn_facts WHERE confidence IS NOT NULL AND ending <> 'unknown'"""


def _columns(template: str, names: tuple[str, ...]) -> str:
    return ", ".join(template.format(name) for name in names)


def _add(table: str, view: str, key: tuple[str, ...], sums: tuple[str, ...], turn: tuple[str, str]) -> str:
    """Adds what the view says of a turn, unless it is open; `turn` is its id and a sign."""
    turn_id, sign = turn
    return f"""
        INSERT INTO {table} ({_columns("{}", key + sums)})
        SELECT {_columns("{}", key)}, {_columns(sign + "sum({})", sums)}
            FROM {view} WHERE turn_id = {turn_id} AND closed GROUP BY {_columns("{}", key)}
        ON CONFLICT ({_columns("{}", key)}) DO UPDATE SET {_columns("{0} = {0} + excluded.{0}", sums)};"""


def _count(turn_id: str, sign: str) -> str:
    return _add("report_cells", "turn_facts", _KEY, _SUMS, (turn_id, sign)) + _add(
        "report_counts", "turn_counts", _COUNT_KEY, ("n",), (turn_id, sign)
    )


def _around(event: str, table: str, out: str, into: str) -> tuple[str, ...]:
    """The two triggers of a change; `out` and `into` are the turn's id before it and after it."""
    name = f"{table}_{event.partition(' ')[0].lower()}"
    return tuple(
        f"""CREATE TRIGGER report_{moment}_{name} {moment} {event} ON {table}
            WHEN (SELECT closed FROM turns WHERE id = {turn_id})
            BEGIN {_count(turn_id, sign)} END"""
        for moment, turn_id, sign in (("before", out, "-"), ("after", into, "+"))
    )


_COUNT_KEY = ("day", "category", "kind", "bucket")
_TURN_COLUMNS = (
    "closed, created_at, category, slot, scout_ms, overhead_ms, verdict, verdict_s, chance_local, p_local"
)
_ATTEMPT_COLUMNS = (
    "turn_id, route, model, outcome, reason, given, wall_ms, input_tokens, output_tokens, cost_pusd,"
    " confidence"
)

# TOTAL() adds in floating point, where SUM() of products could fail.
_FILL = (
    f"""INSERT INTO report_cells ({_columns("{}", _KEY + _SUMS)})
        SELECT {_columns("{}", _KEY)}, {_columns("sum({})", _SUMS[:-6])}, {_columns("total({})", _SUMS[-6:])}
        FROM turn_facts WHERE closed GROUP BY {_columns("{}", _KEY)}""",
    f"""INSERT INTO report_counts ({_columns("{}", _COUNT_KEY)}, n)
        SELECT {_columns("{}", _COUNT_KEY)}, sum(n)
        FROM turn_counts WHERE closed GROUP BY {_columns("{}", _COUNT_KEY)}""",
)

REPORT_ROLLUP: tuple[str, ...] = (
    f"""CREATE TABLE report_cells (
        day INTEGER NOT NULL, category TEXT NOT NULL, route TEXT NOT NULL, slot TEXT NOT NULL,
        model TEXT NOT NULL, ending TEXT NOT NULL, {_columns("{} NOT NULL", _SUMS)},
        PRIMARY KEY ({_columns("{}", _KEY)})
    ) WITHOUT ROWID""",
    f"""CREATE TABLE report_counts (
        day INTEGER NOT NULL, category TEXT NOT NULL, kind TEXT NOT NULL, bucket INTEGER NOT NULL,
        n INTEGER NOT NULL, PRIMARY KEY ({_columns("{}", _COUNT_KEY)})
    ) WITHOUT ROWID""",
    "CREATE INDEX turns_open ON turns (created_at) WHERE NOT closed",
    _FACTS,
    _COUNTS,
    *_FILL,
    *_around("INSERT", "turns", "new.id", "new.id"),
    *_around(f"UPDATE OF {_TURN_COLUMNS}", "turns", "old.id", "new.id"),
    *_around("DELETE", "turns", "old.id", "old.id"),
    *_around("INSERT", "attempts", "new.turn_id", "new.turn_id"),
    *_around(f"UPDATE OF {_ATTEMPT_COLUMNS}", "attempts", "old.turn_id", "new.turn_id"),
    *_around("DELETE", "attempts", "old.turn_id", "old.turn_id"),
)

# Migration 5: what is good only by its contract is no verdict, so it is an ending of its own.
_JUDGED_FACTS = _FACTS.replace(
    "CASE\n            WHEN verdict = 'good' THEN 'good'",
    "CASE\n            WHEN verdict = 'good' AND verdict_by = 'contract' THEN 'valid'"
    "\n            WHEN verdict = 'good' THEN 'good'",
).replace("t.verdict, t.verdict_s,", "t.verdict, t.verdict_by, t.verdict_s,")
_JUDGED_COUNTS = _COUNTS.replace("ending <> 'unknown'", "ending NOT IN ('unknown', 'valid')")
_JUDGED_COLUMNS = _TURN_COLUMNS.replace("verdict, verdict_s", "verdict, verdict_by, verdict_s")

VALID_IS_NO_VERDICT: tuple[str, ...] = (
    *(f"DROP TRIGGER report_{moment}_turns_update" for moment in ("before", "after")),
    "DROP VIEW turn_counts",
    "DROP VIEW turn_facts",
    _JUDGED_FACTS,
    _JUDGED_COUNTS,
    "DELETE FROM report_cells",
    "DELETE FROM report_counts",
    *_FILL,
    *_around(f"UPDATE OF {_JUDGED_COLUMNS}", "turns", "old.id", "new.id"),
)

# To be run after turns were deleted: the category and the model of a row were words of its user.
FORGET_EMPTY: tuple[str, ...] = (
    "DELETE FROM report_cells WHERE turns = 0",
    "DELETE FROM report_counts WHERE n = 0",
)
