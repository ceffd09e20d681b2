"""Abilities, fitted to graded answers and moved by verdicts."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.abilities.ability import Ability, Basis, Demand, by_size
from hroute.core.learning.ability_fit import FittedAbility, GradedPrompt, fit, moved
from hroute.core.odds import sigmoid

WIDE = Ability(0.0, 3.0, Basis.ASSUMED)


def drawn(
    ability: float, n: int, *, chance: float = 0.0, slope: float = 1.0, kinds: int = 10
) -> list[GradedPrompt]:
    rng = Random(5)
    rows = []
    for number in range(n):
        difficulty = rng.uniform(-4, 4)
        p = chance + (1 - chance) * sigmoid(slope * (ability - difficulty))
        rows.append(GradedPrompt(f"kind {number % kinds}", difficulty, rng.random() < p, chance))
    return rows


@pytest.mark.parametrize("ability", [-3.0, 0.0, 2.0])
def test_an_ability_is_found_within_two_errors(ability: float) -> None:
    found = fit(drawn(ability, 600), WIDE)
    assert abs(found.value - ability) < 2 * found.error + 0.1
    assert found.slope == pytest.approx(1.0, abs=0.3)


def test_guessing_is_not_taken_for_ability() -> None:
    rows = drawn(-3.0, 600, chance=0.25)
    knows = [GradedPrompt(row.kind, row.difficulty, row.is_right) for row in rows]
    assert abs(fit(rows, WIDE).value + 3.0) < 0.6
    assert fit(knows, WIDE).value > fit(rows, WIDE).value + 0.3


def test_answers_that_follow_the_difficulty_less_have_a_lower_slope() -> None:
    assert fit(drawn(0.0, 800, slope=0.4), WIDE).slope < 0.6


def test_one_answer_hardly_moves_what_the_size_says() -> None:
    prior = by_size(8)
    found = fit([GradedPrompt("sums", -1.0, False)], prior)
    assert abs(found.value - prior.value) < prior.spread
    assert found.error < prior.spread + 0.01


def test_a_model_that_gets_everything_right_has_a_finite_ability() -> None:
    found = fit([GradedPrompt(f"kind {place % 5}", 2.0, True) for place in range(50)], by_size(8))
    assert 0 < found.value < 8


def test_what_is_installed_allows_for_a_kind_that_nobody_has_seen() -> None:
    found = fit(drawn(0.0, 300), WIDE)
    assert found.ability().spread >= max(found.error, found.kind_spread)


def test_verdicts_pull_an_ability_towards_them_and_narrow_it() -> None:
    prior = Ability(-2.0, 1.0, Basis.MEASURED, 0.8)
    good = moved(prior, [GradedPrompt("", -1.0, True)] * 30)
    bad = moved(prior, [GradedPrompt("", -3.0, False)] * 30)
    assert bad.value < -2.5 < -1.5 < good.value
    assert max(good.spread, bad.spread) < prior.spread
    assert (good.basis, good.slope) == (Basis.VERDICTS, 0.8)


def test_without_verdicts_nothing_moves() -> None:
    prior = Ability(-2.0, 1.0, Basis.MEASURED)
    same = moved(prior, [])
    assert same.value == -2.0
    assert same.spread == pytest.approx(1.0)


@given(st.lists(st.tuples(st.floats(-9, 9), st.booleans()), max_size=60), st.floats(-6, 6))
def test_any_verdicts_leave_a_sensible_ability(said: list[tuple[float, bool]], value: float) -> None:
    prior = Ability(value, 1.0, Basis.MEASURED)
    found = moved(prior, [GradedPrompt("", difficulty, right) for difficulty, right in said])
    assert abs(found.value - value) <= 60
    assert 0 < found.spread <= 1.0 + 1e-9


def clumsy(offset: float, *, kinds: int = 16, demanding: int = 8, each: int = 40) -> list[GradedPrompt]:
    """Answers of a model that is so much less able where digits are asked for, in some of the kinds."""
    rng = Random(3)
    rows = []
    for kind in range(kinds):
        demands = (Demand.DIGITS,) if kind < demanding else ()
        for _ in range(each):
            difficulty = rng.uniform(-4, 2)
            p = sigmoid(-1.0 + (offset if demands else 0.0) - difficulty)
            rows.append(GradedPrompt(f"kind {kind}", difficulty, rng.random() < p, demands=demands))
    return rows


def offsets(found: FittedAbility) -> dict[Demand, float]:
    return dict(found.ability().offsets)


def test_what_many_kinds_say_of_a_demand_is_found() -> None:
    found = fit(clumsy(-1.5), WIDE)
    assert offsets(found)[Demand.DIGITS] == pytest.approx(-1.5, abs=0.4)
    assert found.value == pytest.approx(-1.0, abs=0.4)
    [one] = found.offsets
    assert one.n == 320
    assert abs(one.value + 1.5) < 2 * one.error + 0.1


def test_a_demand_that_makes_no_difference_has_hardly_an_offset() -> None:
    assert abs(offsets(fit(clumsy(0.0), WIDE))[Demand.DIGITS]) < 0.3


def test_one_kind_alone_says_little_of_a_demand() -> None:
    """Whatever is wrong with it may be its own."""
    spread_kinds = [
        replace(row, difficulty=row.difficulty + 0.7 * ((int(row.kind[5:]) + 2) % 5 - 2))
        for row in clumsy(-2.0, demanding=1)
    ]
    few, many = fit(spread_kinds, WIDE), fit(clumsy(-2.0), WIDE)
    assert few.offsets[0].error > 2 * many.offsets[0].error
    assert abs(few.offsets[0].value) < abs(many.offsets[0].value)


def test_what_all_asks_demand_or_none_has_no_offset() -> None:
    assert fit(clumsy(-1.0, demanding=0), WIDE).offsets == ()
    assert fit(clumsy(-1.0, demanding=16), WIDE).offsets == ()
    assert fit(clumsy(-1.0), WIDE, has_offsets=False).offsets == ()


def test_verdicts_on_asks_with_digits_are_judged_with_the_offset() -> None:
    prior = Ability(-2.0, 1.0, Basis.MEASURED, 1.0, ((Demand.DIGITS, -2.0),))
    wrong = [GradedPrompt("", -3.0, False)] * 20
    excused = moved(prior, [replace(row, demands=(Demand.DIGITS,)) for row in wrong])
    assert moved(prior, wrong).value < excused.value - 0.5
    assert excused.offsets == prior.offsets
