"""One scale for how hard an ask is and how able an engine: what a chance says, and what it does not claim."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.abilities.ability import (
    CLASSES,
    REFERENCE_CLOUD,
    SIZE_SPREAD,
    UNKNOWN,
    Ability,
    Basis,
    Demand,
    by_size,
    of_size,
    parsed,
)
from hroute.core.decision.signals import Label, ScoutReading

log_odds = st.floats(-8, 8)


def test_an_8b_is_right_every_second_time_at_difficulty_0() -> None:
    assert parsed("8B").p_right(0) == 0.5


@given(log_odds, log_odds, log_odds, st.floats(0, 3))
def test_a_chance_rises_with_the_ability_and_falls_with_the_difficulty(
    one: float, other: float, at: float, spread: float
) -> None:
    low, high = sorted((one, other))
    assert Ability(low, spread).p_right(at) <= Ability(high, spread).p_right(at)
    assert Ability(at, spread).p_right(low) >= Ability(at, spread).p_right(high)


@given(log_odds, log_odds, st.floats(0.1, 3))
def test_a_guess_never_claims_more_than_a_measurement(
    ability: float, difficulty: float, spread: float
) -> None:
    known, guessed = Ability(ability).p_right(difficulty), Ability(ability, spread).p_right(difficulty)
    assert abs(guessed - 0.5) <= abs(known - 0.5)


def test_the_classes_are_points_on_the_line_of_sizes() -> None:
    for name, ability in CLASSES.items():
        assert parsed(name).value == pytest.approx(ability)


@given(st.floats(0.01, 2000), st.floats(0.01, 2000))
def test_a_larger_model_is_no_less_able(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert of_size(low) <= of_size(high)


def test_a_size_between_two_classes_lies_between_them_and_is_a_wide_guess() -> None:
    guess = by_size(5)
    assert CLASSES["3B"] < guess.value < CLASSES["8B"]
    assert guess.spread == SIZE_SPREAD


def test_two_bits_cost_ability_and_eight_do_not() -> None:
    assert by_size(8, 2).value < by_size(8, 3).value < by_size(8, 4).value <= by_size(8, 8).value


def test_the_reference_cloud_is_the_best_there_is() -> None:
    assert REFERENCE_CLOUD.value == max(CLASSES.values())


@pytest.mark.parametrize("size", [0, -1])
def test_a_model_without_parameters_is_refused(size: float) -> None:
    with pytest.raises(ValueError, match="is none"):
        of_size(size)


CLUMSY = Ability(-3.0, 1.0, Basis.MEASURED, 0.6, ((Demand.DIGITS, -2.0), (Demand.LETTERS, -1.0)))


def test_an_offset_moves_the_chance_where_the_ask_demands_it_alone() -> None:
    plain = replace(CLUMSY, offsets=())
    assert CLUMSY.p_right(-4) == plain.p_right(-4)
    assert CLUMSY.p_right(-4, (Demand.DIGITS,)) == plain.p_right(-2)
    assert CLUMSY.p_right(-4, (Demand.DIGITS, Demand.LETTERS)) == plain.p_right(-1)


def test_what_nobody_has_measured_has_no_offsets() -> None:
    for ability in (by_size(0.135), parsed("8B"), REFERENCE_CLOUD, UNKNOWN):
        assert ability.p_right(-2, tuple(Demand)) == ability.p_right(-2)


def test_a_demand_leaves_difficulty_and_word_of_a_reading_alone() -> None:
    reading = ScoutReading(Label.TRIVIAL, -4.0, "scout-9").facing(CLUMSY, REFERENCE_CLOUD)
    demanding = reading.demanding((Demand.DIGITS,))
    assert (demanding.label, demanding.difficulty) == (Label.TRIVIAL, -4.0)
    assert demanding.p_cloud == reading.p_cloud
    assert demanding.p_local < reading.p_local
    assert demanding.local_offsets == ((Demand.DIGITS, -2.0),)
