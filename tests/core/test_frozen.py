"""A frozen value does what a frozen, slotted dataclass does."""

from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.frozen import frozen


@frozen
class Sum:
    unit: str
    amount: int = 1
    parts: tuple[int, ...] = field(default_factory=tuple)


@frozen
class Other:
    unit: str
    amount: int = 1
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plain:
    unit: str
    amount: int = 1
    parts: tuple[int, ...] = field(default_factory=tuple)


Fields = tuple[str, int, tuple[int, ...]]
FIELDS = st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.sampled_from([(), (1,)]))


@given(FIELDS, FIELDS)
def test_values_compare_hash_and_print_as_dataclasses_do(one: Fields, other: Fields) -> None:
    assert (Sum(*one) == Sum(*other)) is (Plain(*one) == Plain(*other))
    assert hash(Sum(*one)) == hash(Plain(*one))
    assert repr(Sum(*one)).removeprefix("Sum") == repr(Plain(*one)).removeprefix("Plain")


def test_values_of_two_classes_are_never_equal() -> None:
    one: object = Sum("a")
    assert one != Other("a")


def test_a_value_cannot_be_changed_and_has_no_other_attributes() -> None:
    with pytest.raises(FrozenInstanceError):
        Sum("a").unit = "b"  # type: ignore[misc]
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        Sum("a").more = 1  # type: ignore[attr-defined]


def test_replace_and_asdict_know_its_fields() -> None:
    assert replace(Sum("a"), amount=2) == Sum("a", 2)
    assert asdict(Sum("a")) == {"unit": "a", "amount": 1, "parts": ()}
