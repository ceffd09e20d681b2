from dataclasses import replace

from hroute.cli.display import tokens_per_s
from hroute.core.confidence.signals import AnswerSignals
from hroute.core.turn.attempt import Usage
from tests.support.logged import local

ATTEMPT = local(usage=Usage(10, 41, 0), ttft_ms=100.0, wall_ms=900.0)
SIGNALS = AnswerSignals(tokens=41, logprob_sum=-4.1, logprob_mean=-0.1, logprob_min=-1.0)


def test_speed_is_of_the_tokens_after_the_first() -> None:
    assert tokens_per_s(ATTEMPT) == 50
    assert tokens_per_s(replace(ATTEMPT, answer_signals=SIGNALS)) == 50


def test_no_speed_is_told_where_the_time_is_not_only_of_these_tokens() -> None:
    assert tokens_per_s(replace(ATTEMPT, wall_ms=150.0)) is None  # all came at once
    sampled = replace(SIGNALS, agreement=0.5)
    assert tokens_per_s(replace(ATTEMPT, answer_signals=sampled)) is None
