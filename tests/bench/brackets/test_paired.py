import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.bench.brackets.paired import discordant, holm, mcnemar_p, pairs_needed, power


def test_mcnemar_is_the_two_sided_binomial_test_of_the_discordant_pairs() -> None:
    assert mcnemar_p(10, 2) == pytest.approx(158 / 4096)
    assert mcnemar_p(0, 0) == 1
    assert mcnemar_p(5, 5) == 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_does_not_depend_on_which_model_comes_first(a: int, b: int) -> None:
    assert mcnemar_p(a, b) == mcnemar_p(b, a)


def test_holm_multiplies_by_the_tests_that_are_left_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_makes_a_p_smaller(p_values: list[float]) -> None:
    assert all(p <= q <= 1 for p, q in zip(p_values, holm(p_values), strict=True))


def test_about_three_hundred_pairs_show_five_percent_against_one() -> None:
    n = pairs_needed(0.05, 0.01)
    assert n == 301  # 197 if all failures coincide, 302 if none do: FACTS of November 2026
    assert power(n, 0.05 * 0.99, 0.01 * 0.95, 0.05) >= 0.8


def test_more_tests_need_more_pairs() -> None:
    assert pairs_needed(0.05, 0.01, 0.05 / 9) > pairs_needed(0.05, 0.01)


def test_only_pairs_that_differ_count() -> None:
    found = discordant([(True, True), (True, False), (False, True), (False, True)])
    assert (found.n, found.only_a, found.only_b) == (4, 1, 2)
