from datetime import date
from random import Random

import pytest
from pydantic import ValidationError

from hroute.core.confidence.calibrator import GradedAnswer
from hroute.core.confidence.generic import Generic, Member, by_others, generic
from hroute.core.confidence.names import is_generic
from tests.support.runs.calibrators import calibrator, sure

TODAY = date(2026, 11, 27)


def graded(family: str, seed: int, n: int = 80) -> list[GradedAnswer]:
    """Surer answers are right more often."""
    rng = Random(seed)
    drawn = [rng.random() for _ in range(n)]
    return [GradedAnswer(family, sure(sureness), rng.random() < sureness) for sureness in drawn]


def member(own: float = 0.8, others: float = 0.8) -> Member:
    return Member(
        name="a.gguf", quantization="Q8_0", sha256="ab" * 32, seed=1, hard=False, n=100, right=40,
        auroc_own=own, auroc_generic=others, error_own=0.02, error_generic=0.03,
    )  # fmt: skip


def made(*members: Member) -> Generic:
    return generic(graded("sums", 1), members or (member(), member()), TODAY)


def test_surer_answers_are_likelier_right() -> None:
    assert made().predict(sure(0.1)) < 0.4 < made().predict(sure(0.9))


def test_its_name_says_that_it_knows_no_model_in_particular() -> None:
    assert made().name == "generic calibrator of 2026-11-27, 2 models"
    assert is_generic(made().name)
    assert not is_generic(calibrator().name)
    assert not is_generic(None)


def test_it_speaks_for_other_models_only_where_it_was_close_to_their_own() -> None:
    assert made(member(0.80, 0.79), member(0.80, 0.77)).is_close
    assert not made(member(0.80, 0.79), member(0.80, 0.72)).is_close


def test_it_is_its_own_file_format() -> None:
    assert Generic.model_validate_json(made().model_dump_json()) == made()
    with pytest.raises(ValidationError, match="make it anew"):
        Generic.model_validate(made().model_dump() | {"features": ("length",)})


def test_an_answer_is_not_judged_by_others_to_the_same_kind_of_task() -> None:
    """Here the other model's sums teach that doubt is right: on sums, only its words may count."""
    upside_down = [GradedAnswer("sums", row.signals, not row.is_right) for row in graded("sums", 2)]
    rows = graded("sums", 1)
    chances = by_others(rows, [*upside_down, *graded("words", 3)])
    surest = max(range(len(rows)), key=lambda place: rows[place].signals.logprob_mean)
    assert chances[surest] > 0.7
