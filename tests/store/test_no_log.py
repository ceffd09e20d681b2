"""A log that keeps nothing but what limits on money and the breaker need."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.core.decision.decision import Route
from hroute.core.turn.attempt import Outcome
from hroute.store.no_log import NoLog
from hroute.store.rows import Start
from tests.support.logged import cloud, local

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SKY = Start("sky", Route.CLOUD, "big", "http://127.0.0.1:9/v1", 10)
HERE = Start("local", Route.LOCAL, "small", None, 0)


def test_it_adds_up_what_clouds_cost_by_the_day() -> None:
    with NoLog() as log:
        for at, usd in ((NOON - timedelta(days=1), "0.5"), (NOON, "0.25")):
            log.close_attempt(log.open_attempt(1, SKY, at=at), cloud(cost_usd=Decimal(usd)))
        log.close_attempt(log.open_attempt(1, HERE, at=NOON), local())
        midnight = NOON.replace(hour=0)
        assert log.spent_usd(midnight) == Decimal("0.25")
        assert log.spent_usd(midnight.replace(day=1)) == Decimal("0.75")


def test_it_tells_how_the_last_attempts_at_clouds_ended_the_newest_first() -> None:
    with NoLog() as log:
        for minutes, outcome in ((-30, Outcome.ERROR), (-2, Outcome.TIMEOUT), (-1, Outcome.OK)):
            attempt = log.open_attempt(1, SKY, at=NOON + timedelta(minutes=minutes))
            log.close_attempt(attempt, cloud(outcome=outcome))
        log.open_attempt(1, SKY, at=NOON)
        since = NOON - timedelta(minutes=10)
        found = [one.outcome for one in log.recent_cloud_outcomes(since, 5)]
        assert found == [Outcome.OK, Outcome.TIMEOUT]
        assert len(log.recent_cloud_outcomes(since, 1)) == 1


def test_it_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with NoLog() as log:
        log.close_attempt(log.open_attempt(1, HERE, at=NOON), local())
        log.record_history_turns(1, 0)
        log.close_turn(1, None, at=NOON)
        assert not [*log.export()]
    assert not [*tmp_path.iterdir()]
