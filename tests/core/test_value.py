"""A family of small values: compared, hashed and printed as dataclasses are, and as frozen."""

import copy
import pickle

import pytest

from hroute.core.frozen import Value


class Point(Value):
    x: int
    y: int = 0


class Other(Value):
    x: int
    y: int = 0


class Empty(Value):
    pass


def test_fields_are_given_in_order_or_by_name_and_have_defaults() -> None:
    assert Point(1, 2) == Point(y=2, x=1)
    assert (Point(1).x, Point(1).y) == (1, 0)


def test_equal_content_of_another_class_is_another_value() -> None:
    assert Point(1) != Other(1)
    assert len({Point(1), Point(1, 0), Other(1)}) == 2
    assert Empty() == Empty()


def test_it_says_what_it_is() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0)"


@pytest.mark.parametrize(
    ("args", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"x": 2}), ((1,), {"z": 2})],
    ids=["too few", "too many", "twice", "unknown"],
)
def test_other_fields_than_its_own_are_refused(args: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        Point(*args, **named)


def test_nothing_of_it_changes() -> None:
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del point.x
    assert point == Point(1)


def test_a_copy_and_one_from_another_process_are_the_same_value() -> None:
    assert copy.deepcopy(Point(1)) == pickle.loads(pickle.dumps(Point(1))) == Point(1)


def test_it_is_taken_apart_by_a_pattern() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
