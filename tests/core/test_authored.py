import pytest

from hroute.core.authored import DataSplit, SmallestOk, part_of
from hroute.core.decision.signals import Label


@pytest.mark.parametrize(
    ("smallest_ok", "label"),
    [
        ("0.1B", Label.TRIVIAL),
        ("1B", Label.TRIVIAL),
        ("3B", Label.STANDARD),
        ("8B", Label.STANDARD),
        ("30B", Label.COMPLEX),
        ("frontier", Label.COMPLEX),
        ("none", Label.COMPLEX),
    ],
)
def test_trivial_is_what_a_1b_does_and_complex_what_an_8b_does_not(smallest_ok: str, label: Label) -> None:
    assert SmallestOk(smallest_ok).label is label
    assert SmallestOk(smallest_ok).is_beyond_8b is (label is Label.COMPLEX)


def test_about_a_tenth_is_for_tests_and_which_is_fixed() -> None:
    parts = [part_of(f"prompt {n}") for n in range(2000)]
    assert 150 < parts.count(DataSplit.TEST) < 250
    assert [n for n in range(20) if parts[n] is DataSplit.TEST] == [0, 3, 6, 12, 16]
