from pathlib import Path

from hroute.bench.brackets.cases import ordered, suite
from hroute.bench.grammar_cost import measure_grammar_cost


def test_both_ways_of_decoding_are_timed_on_the_same_cases(starter_path: Path) -> None:
    cost = measure_grammar_cost(starter_path, ordered(suite(None), seed=1, plain=False)[:1])
    assert cost.cases == 1
    assert cost.free_ms > 0
    assert cost.grammar_ms > 0
