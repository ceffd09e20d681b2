import pytest

from hroute.bench.brackets.threads import idle_threads


@pytest.mark.parametrize(
    ("shares", "threads"),
    [
        ([0.04, 0.98], 1),  # a core that others use is left to them
        ([0.96, 1.0], 2),
        ([0.0, 0.0], 1),  # a busy machine still gives one
        ([1.0] * 8, 2),  # this process may not have more
    ],
)
def test_the_cores_that_nobody_uses_are_taken(shares: list[float], threads: int) -> None:
    assert idle_threads(2, lambda: shares) == threads


def test_all_cores_are_taken_where_the_system_does_not_say() -> None:
    def nothing() -> list[float]:
        raise FileNotFoundError

    assert (idle_threads(4, nothing), idle_threads(4, list)) == (4, 4)


def test_a_machine_is_looked_at() -> None:
    assert 1 <= idle_threads(2) <= 2
