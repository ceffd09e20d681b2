import pytest

from hroute.cli.format.figures import figure_text, interval_text, share_text
from hroute.core.intervals import UNDETERMINED, Figure

SURE = Figure(0.8125, 0.7, 1.25)


def test_a_figure_stands_before_its_interval() -> None:
    assert figure_text(SURE) == ".812 [.700 1.250]"
    assert figure_text(SURE, 3, 2) == ".812 [.70 1.25]"
    assert share_text(SURE) == "81% [70% 125%]"
    assert share_text(SURE, 1) == "81.2% [70.0% 125.0%]"
    assert interval_text(SURE, lambda usd: f"${usd:.2f}") == "$0.81 [$0.70 $1.25]"


@pytest.mark.parametrize("text", [figure_text, share_text])
def test_what_is_not_known_is_left_out(text: "type[str]") -> None:
    assert text(UNDETERMINED) == ""
    assert "[" not in text(Figure(0.5, None, 0.6))
