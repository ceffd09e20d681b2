import json

import pytest
from pydantic import ValidationError

from hroute.core.abilities.ability import Ability, Basis, Demand
from hroute.core.abilities.known import checked_rows
from hroute.core.abilities.plain import plain_rows
from hroute.data import SHIPPED

ROW = {"name": "m", "ability": -1.0, "spread": 1.0, "basis": "known"}


def table(**fields: object) -> bytes:
    return json.dumps({"models": [ROW | fields]}).encode()


def test_the_table_that_ships_is_read_without_a_schema_as_with_one() -> None:
    data = (SHIPPED / "abilities.json").read_bytes()
    assert plain_rows(data) == checked_rows(data)


def test_a_row_may_have_a_slope_and_offsets() -> None:
    rows = plain_rows(table(slope=0.5, offsets={"digits": -2.0}))
    assert rows == [("m", Ability(-1.0, 1.0, Basis.KNOWN, 0.5, ((Demand.DIGITS, -2.0),)))]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": 1},
        {"ability": None},
        {"ability": 51.0},
        {"ability": float("nan")},
        {"ability": float("inf")},
        {"spread": -0.1},
        {"slope": 0.0},
        {"basis": "sure"},
        {"offsets": {"colours": -1.0}},
        {"offsets": {"digits": 60.0}},
        {"offsets": [1.0]},
    ],
)
def test_what_the_schema_refuses_is_not_plainly_right(fields: dict[str, object]) -> None:
    assert plain_rows(table(**fields)) is None
    with pytest.raises(ValidationError):
        checked_rows(table(**fields))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"models": [1]}', b"\xff", b"[" * 100_000])
def test_what_is_no_table_is_not_plainly_right(data: bytes) -> None:
    assert plain_rows(data) is None


@pytest.mark.parametrize("one", [1, True])
def test_what_only_the_schema_takes_for_a_number_is_left_to_it(one: object) -> None:
    assert plain_rows(table(ability=one)) is None
    assert checked_rows(table(ability=one)) == [("m", Ability(1.0, 1.0, Basis.KNOWN))]
