import pytest

from hroute.bench.brackets.microscope import depths, pairs_of, parting
from hroute.core.errors import UsageError
from tests.support.advice import advice_of
from tests.support.runs.bracket_runs import outcome, run_with


def test_the_depth_of_brackets_is_drawn_under_every_character() -> None:
    assert depths('{"a": [1]}') == "1···112210"
    assert depths('{"}"}') == "1···0"
    assert depths('["\\""]') == "1····0"
    assert depths("}") == "!"


def test_answers_part_at_the_first_token_that_differs() -> None:
    a, b = outcome("a", "x", '{"a"|: 1|}'), outcome("b", "x", '{"a"|: 1|}}')
    parted = parting(a.tokens, b.tokens)
    assert parted is not None
    assert parted.before == '{"a": 1'
    assert (parted.a, parted.b) == (a.tokens[2], b.tokens[2])


def test_an_answer_that_ended_before_has_no_token_there() -> None:
    parted = parting(outcome("a", "x", "{|}").tokens, outcome("b", "x", "{").tokens)
    assert parted is not None
    assert parted.a is not None
    assert parted.b is None


def test_equal_answers_do_not_part() -> None:
    assert parting(outcome("a", "x").tokens, outcome("b", "x").tokens) is None


def test_a_case_that_the_run_did_not_have_is_refused_with_those_it_had() -> None:
    with pytest.raises(UsageError, match="no case easy_9") as caught:
        pairs_of(run_with(both=1, only_b=0), "easy_9")
    assert "same_0" in advice_of(caught.value.remedies)
