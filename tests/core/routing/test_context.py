import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.decision.signals import ContextPressure, CountMethod, TokenCount
from hroute.core.routing.context import CONVERSATION_TOKENS, MESSAGE_TOKENS, bound, pressure, threshold
from hroute.core.settings import Routing
from hroute.core.turn.message import Message, Role

ONE = CONVERSATION_TOKENS + MESSAGE_TOKENS


def said(*texts: str) -> list[Message]:
    return [Message.of(Role.USER, text) for text in texts]


def test_a_short_text_is_proven_below_with_a_token_a_byte() -> None:
    assert bound(said("héllo"), ONE + 6) == TokenCount(ONE + 6, CountMethod.BOUND)


def test_one_byte_more_than_the_limit_is_not_proven() -> None:
    assert bound(said("héllo"), ONE + 5) is None


def test_every_message_brings_its_own_allowance() -> None:
    limit = CONVERSATION_TOKENS + 2 * MESSAGE_TOKENS
    assert bound(said("", ""), limit) == TokenCount(limit, CountMethod.BOUND)
    assert bound(said("", "", ""), limit) is None


def test_a_long_text_is_proven_above_by_the_longest_token() -> None:
    assert bound(said("x" * 5_010), 500, 10) == TokenCount(501, CountMethod.BOUND, over=True)
    assert bound(said("x" * 5_009), 500, 10) is None
    assert bound(said("x" * 5_010), 500) is None


def test_white_space_that_a_template_may_strip_proves_nothing() -> None:
    assert bound(said("x" + " " * 1_000_000), 500, 10) is None


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4), st.integers(0, 900), st.integers(1, 200))
def test_a_bound_never_proves_both_sides(texts: list[str], limit: int, longest: int) -> None:
    found = bound(said(*texts), limit, longest)
    if found is not None:
        assert found.over == (found.tokens > limit)


@pytest.mark.parametrize(
    ("context_tokens", "expected"),
    [(None, 8192), (128_000, 8192), (8192, 7168), (4096, 3072), (1024, 512)],
)
def test_the_threshold_leaves_room_for_the_answer(context_tokens: int | None, expected: int) -> None:
    assert threshold(Routing(), context_tokens) == expected


def test_pressure_compares_the_count_with_the_threshold() -> None:
    assert pressure(TokenCount(10, CountMethod.TOKENIZER), 10) == ContextPressure(
        10, 10, CountMethod.TOKENIZER, False
    )
    assert pressure(TokenCount(11, CountMethod.TOKENIZER), 10) == ContextPressure(
        11, 10, CountMethod.TOKENIZER, True
    )
