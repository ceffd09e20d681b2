"""The interval of a cost per success."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.report.cpst import cpst_of
from hroute.core.report.facts import Ending, Tally
from hroute.core.settings import Cpst

SETTINGS = Cpst()
CENT = 10**10  # in pico-dollars


def turns(n: int, usd_cents: float = 0.01) -> Tally:
    micros = round(usd_cents * 10_000)
    return Tally(n, attempts=n, cost_pusd=round(n * usd_cents * CENT), cc=n * micros**2)


def test_a_group_without_a_failure_is_not_certain() -> None:
    few, many = (cpst_of({Ending.GOOD: turns(n)}, SETTINGS) for n in (10, 1000))
    assert few.usd == many.usd == Decimal("0.0001")
    assert few.high_usd is not None
    assert many.high_usd is not None
    assert few.high_usd > Decimal("0.01")
    assert many.high_usd < few.high_usd / 50


def test_a_group_with_hardly_a_success_has_no_upper_end() -> None:
    assert cpst_of({Ending.GOOD: turns(1), Ending.UNKNOWN: turns(200)}, SETTINGS).high_usd is None
    assert cpst_of({Ending.BAD: turns(5)}, SETTINGS).known_usd is None


@given(st.integers(1, 1000), st.integers(0, 1000), st.integers(0, 1000), st.floats(0, 100))
def test_an_interval_holds_its_own_figure(good: int, bad: int, unknown: int, cents: float) -> None:
    counts = {Ending.GOOD: good, Ending.BAD: bad, Ending.UNKNOWN: unknown}
    found = cpst_of({ending: turns(n, cents) for ending, n in counts.items() if n}, SETTINGS)
    assert found.known_usd is not None
    assert found.low_usd is not None
    assert 0 <= found.low_usd <= found.known_usd
    assert found.high_usd is None or found.known_usd <= found.high_usd


@pytest.mark.parametrize(("n", "p"), [(10, 0.8), (30, 0.95), (100, 0.99), (300, 0.5)])
def test_the_interval_holds_the_truth_as_often_as_it_says(n: int, p: float) -> None:
    random = Random(7)
    truth = Decimal(str(((1 - p) * 2 + 0.0001) / p))
    held = tried = 0
    for _ in range(400):
        good = sum(random.random() < p for _ in range(n))
        endings = {Ending.GOOD: turns(good), Ending.BAD: turns(n - good)}
        found = cpst_of({ending: tally for ending, tally in endings.items() if tally.turns}, SETTINGS)
        if found.low_usd is None:
            continue
        tried += 1
        held += found.low_usd <= truth and (found.high_usd is None or truth <= found.high_usd)
    assert held / tried >= 0.92
