"""The messages that engines receive, byte for byte: prefix caches and measured figures rest on them."""

from pathlib import Path

import pytest

from tests.support.rendered import CASES, lines_of
from tests.support.world import Make

GOLDEN = Path(__file__).parent / "what_engines_receive.txt"


def golden() -> dict[str, str]:
    parts = GOLDEN.read_text().split("=== ")[1:]
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


@pytest.mark.parametrize("name", CASES)
def test_a_turn_is_told_in_the_same_bytes_as_ever(make: Make, name: str) -> None:
    assert lines_of(make, name) == golden()[name]
