"""How a point in time may be written."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.cli.format.moments import parse
from hroute.cli.words.remedies import hint_of
from hroute.core.errors import UsageError

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        (" 2w ", timedelta(weeks=2)),
    ],
)
def test_an_age_is_counted_from_now(text: str, age: timedelta) -> None:
    assert parse(text, NOW) == NOW - age


def test_a_date_is_its_local_midnight() -> None:
    assert parse("2026-11-01", NOW) == datetime(2026, 11, 1).astimezone()


def test_a_time_may_name_its_zone() -> None:
    assert parse("2026-11-01T14:30+02:00", NOW) == datetime(2026, 11, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "7 d", "yesterday", "2026-13-01", "9" * 30 + "d"])
def test_anything_else_is_refused_with_its_value_and_the_forms(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, NOW, "--before")
    assert refused.value.message == f"--before {text!r} is not a time"
    assert "7d" in hint_of(refused.value.remedies)


@given(st.text(max_size=12))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with suppress(UsageError):
        assert parse(text, NOW).tzinfo is not None
