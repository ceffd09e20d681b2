from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from hroute.core.once import once


class Whole:
    def __init__(self, *, fails: int = 0) -> None:
        self.made, self.fails = 0, fails

    @once
    def part(self) -> object:
        """What is slow to make."""
        self.made += 1
        sleep(0.01)
        if self.made <= self.fails:
            raise ValueError(self.made)
        return object()


def test_many_threads_get_one_part() -> None:
    whole = Whole()
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: whole.part, range(8)))
    assert (set(parts), whole.made) == ({whole.part}, 1)


def test_objects_have_parts_of_their_own() -> None:
    assert Whole().part is not Whole().part
    assert Whole.part.__doc__ == "What is slow to make."


def test_a_failure_is_not_kept() -> None:
    whole = Whole(fails=1)
    with pytest.raises(ValueError, match="1"):
        _ = whole.part
    assert whole.part is whole.part
