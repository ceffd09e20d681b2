import pytest

from hroute.bench.signals.counting_metrics import Counted, by_source_and_group, count_figures, macro_f1

ROWS = [
    Counted("ifeval", 1, False, 1),
    Counted("ifeval", 2, False, 5),
    Counted("edge_dev", 5, True, 4),
    Counted("edge_dev", 6, True, 2),
    Counted("neg_gsm8k", None, False, 0),
]


def test_a_source_gets_counts_and_rates() -> None:
    found = count_figures("all", ROWS, rounds=20, seed=0)
    assert (found.n, found.positives) == (5, 2)
    assert (found.exact.value, found.mae.value) == (0.25, 2.0)
    assert (found.precision.value, found.recall.value, found.f1.value) == (0.5, 0.5, 0.5)
    assert found.false_alarms.value == pytest.approx(1 / 3)


def test_rows_without_a_count_are_judged_by_their_flag_alone() -> None:
    found = count_figures("plain", ROWS[-1:], rounds=20, seed=0)
    assert (found.exact.value, found.mae.value, found.f1.value) == (None, None, None)
    assert found.false_alarms.value == 0.0


def test_every_source_and_every_group_that_has_rows_gets_a_line() -> None:
    names = [line.name for line in by_source_and_group(ROWS, rounds=20, seed=0)]
    sources, groups = names[:3], names[3:]
    assert sources == ["edge_dev", "ifeval", "neg_gsm8k"]
    assert groups == ["= core", "= plain tasks", "= terse", "= all", "= all but few-shot"]


def test_macro_f1_is_over_sources_with_positives_and_not_over_groups() -> None:
    assert macro_f1(by_source_and_group(ROWS, rounds=20, seed=0)) == pytest.approx(2 / 3)
    assert macro_f1(by_source_and_group(ROWS[:2], rounds=20, seed=0)) is None
