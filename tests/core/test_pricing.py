from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hroute.core.pricing import FREE, Price, cost_usd
from hroute.core.turn.attempt import Usage

PRICE = Price(Decimal("2.5"), Decimal(10), Decimal("1.25"))

tokens = st.integers(0, 10_000_000)
usd = st.decimals(0, 1000, places=4)
prices = st.builds(Price, usd, usd, usd | st.none())


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    input_tokens = draw(tokens)
    return Usage(input_tokens, draw(tokens), cached_tokens=draw(st.integers(0, input_tokens)))


def cost(usage: Usage, price: Price) -> Decimal:
    found = cost_usd(usage, price)
    assert found is not None
    return found


def test_a_million_tokens_each_way_cost_both_prices() -> None:
    assert cost_usd(Usage(1_000_000, 1_000_000), PRICE) == Decimal("12.5")


def test_cached_tokens_are_a_part_of_the_input_at_their_own_price() -> None:
    assert cost_usd(Usage(1_000_000, 0, cached_tokens=400_000), PRICE) == Decimal("2.0")


def test_cached_tokens_without_a_price_of_their_own_cost_like_other_input() -> None:
    plain = Price(Decimal(2), Decimal(8))

    assert cost_usd(Usage(500_000, 0, cached_tokens=400_000), plain) == Decimal(1)


def test_an_unknown_price_is_an_unknown_cost() -> None:
    assert cost_usd(Usage(1000, 1000), None) is None


def test_unknown_tokens_are_an_unknown_cost() -> None:
    assert cost_usd(Usage(None, 10), PRICE) is None
    assert cost_usd(Usage(10, None), PRICE) is None


def test_a_bill_counts_more_than_a_price() -> None:
    usage = Usage(1_000_000, 0, billed_usd=Decimal("0.7"))

    assert {cost_usd(usage, price) for price in (PRICE, FREE, None)} == {Decimal("0.7")}


def test_what_is_free_costs_nothing_whatever_the_tokens() -> None:
    assert cost_usd(Usage(), FREE) == 0


@given(usages(), usages(), prices)
def test_two_attempts_cost_the_sum_of_each(a: Usage, b: Usage, price: Price) -> None:
    assert a.input_tokens is not None
    assert a.output_tokens is not None
    assert b.input_tokens is not None
    assert b.output_tokens is not None
    both = Usage(
        a.input_tokens + b.input_tokens, a.output_tokens + b.output_tokens, a.cached_tokens + b.cached_tokens
    )

    assert cost(both, price) == cost(a, price) + cost(b, price)


@given(usages(), prices, st.integers(0, 1000))
def test_a_price_times_n_costs_n_times_as_much(usage: Usage, price: Price, n: int) -> None:
    cached = None if price.cached_usd_per_mtok is None else n * price.cached_usd_per_mtok
    dearer = Price(n * price.input_usd_per_mtok, n * price.output_usd_per_mtok, cached)

    assert cost(usage, dearer) == n * cost(usage, price)


@given(usages(), prices)
def test_no_cost_is_negative(usage: Usage, price: Price) -> None:
    assert cost(usage, price) >= 0
