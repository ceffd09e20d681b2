from hroute.bench.brackets.compare import compare
from hroute.bench.brackets.report import report
from tests.support.runs.bracket_runs import run_with


def test_without_a_difference_the_conclusion_says_how_many_pairs_would_be_needed() -> None:
    found = report(run_with(both=50, only_b=2))
    assert found.conclusion.startswith("No difference shown in 52 pairs; N = 301 pairs would be needed")


def test_a_shown_difference_is_named_with_its_counts() -> None:
    found = report(run_with(both=30, only_b=12))
    assert "Clean and right happens more often with b than with a in the grammar arm (12 cases against 0" in (
        found.conclusion
    )


def test_every_fault_has_its_rate_and_interval() -> None:
    rate = report(run_with(both=8, only_b=2)).rate("grammar", "bracket_drop")
    assert rate is not None
    assert (rate.a.value, rate.b.value) == (0.2, 0.0)
    assert rate.b.high is not None
    assert rate.b.high > 0.2  # none in ten does not mean never


def test_the_better_model_serves_tools_and_without_a_difference_the_smaller() -> None:
    better, smaller = report(run_with(both=30, only_b=12)), report(run_with(both=30, only_b=0))
    assert (better.tools_side, smaller.tools_side) == ("b", "a")
    assert better.tools_reason.startswith("more often clean and right")
    assert smaller.tools_reason.startswith("the smaller file")


def test_a_change_between_runs_is_shown_when_its_interval_leaves_out_zero() -> None:
    changes = compare(run_with(both=100, only_b=0), run_with(both=60, only_b=40))
    shown = {(change.side, change.name) for change in changes if change.is_shown}
    assert shown == {("a", "clean and right"), ("a", "right"), ("a", "bracket_drop")}
