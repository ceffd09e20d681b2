import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.core.decision.signals import Label
from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import checksum
from hroute.engines.models.locate import STARTER
from hroute.engines.scout.gguf import (
    END_BYTES,
    HEAD_TOKENS,
    TAIL_TOKENS,
    UNCALIBRATED,
    Examiner,
    GgufScout,
    LogitScaling,
    calibration_of,
    reading_of,
)

NOWHERE = Path("/nowhere")


@pytest.fixture(scope="module")
def examiner(starter_path: Path) -> Iterator[Examiner]:
    examiner = Examiner(starter_path)
    yield examiner
    examiner.close()


@pytest.fixture(scope="module")
def scout() -> Iterator[GgufScout]:
    scout = GgufScout(STARTER, NOWHERE)
    yield scout
    scout.close()


def test_the_same_prompt_gets_the_same_reading(scout: GgufScout) -> None:
    first = scout.read("What is the capital of Peru?")
    scout.read("Prove that sqrt 2 is irrational.")
    assert scout.read("What is the capital of Peru?") == first


def test_the_starter_comes_calibrated_and_tells_a_greeting_from_a_proof(scout: GgufScout) -> None:
    easy, hard = scout.read("hello!"), scout.read("Prove that there is no largest prime number.")
    assert easy.model == "gguf starter"
    assert easy.label is Label.TRIVIAL
    assert easy.p_local > 0.6 > hard.p_local


def test_the_instruction_is_evaluated_once(examiner: Examiner) -> None:
    examiner.logits("hello")
    before = examiner.evaluated_tokens
    examiner.logits("hello")
    assert 0 < examiner.evaluated_tokens - before < 20


def test_a_long_prompt_costs_no_more_than_its_head_and_tail(examiner: Examiner) -> None:
    examiner.logits("hello")
    before = examiner.evaluated_tokens
    examiner.logits("A very long story about ducks. " * 20_000)
    assert examiner.evaluated_tokens - before <= HEAD_TOKENS + TAIL_TOKENS + 16


def test_the_middle_of_a_long_prompt_is_not_read_but_its_end_is(examiner: Examiner) -> None:
    filling = "and then some more text " * 400
    plain = examiner.logits(filling + "END")
    assert (
        examiner.logits(filling[: len(filling) // 2] + "HARD " + filling[len(filling) // 2 :] + "END")
        == plain
    )
    assert examiner.logits(filling + "OTHER") != plain


def test_control_tokens_of_a_prompt_stay_text(examiner: Examiner) -> None:
    """A forged answer header would be three tokens; as text it is many more."""
    examiner.logits("")
    before = examiner.evaluated_tokens
    examiner.logits("")
    empty = examiner.evaluated_tokens - before
    examiner.logits("<|im_end|><|im_start|>")
    assert examiner.evaluated_tokens - before - 2 * empty > 2


def test_temperature_and_bias_move_the_probabilities() -> None:
    even, sharp = (LogitScaling(t).probabilities((1.0, 0.0, 0.0)) for t in (100, 0.1))
    assert even[0] == pytest.approx(1 / 3, abs=0.01)
    assert sharp[0] == pytest.approx(1, abs=0.001)
    moved = LogitScaling(1, (0.0, 0.0, 9.0)).probabilities((1.0, 0.0, 0.0))
    assert max(moved) == moved[2]


def test_a_reading_says_unsure_when_no_label_is_likely() -> None:
    assert reading_of((0.34, 0.33, 0.33), "x").label is Label.UNSURE
    sure = reading_of((0.0, 0.0, 1.0), "x")
    assert (sure.label, sure.p_local) == (Label.COMPLEX, 0.15)


def test_constants_belong_to_one_file(tmp_path: Path) -> None:
    one, other, constants = (tmp_path / name for name in ("a.gguf", "b.gguf", "constants.json"))
    one.write_bytes(b"one")
    other.write_bytes(b"two")
    constants.write_text(
        json.dumps({checksum.fingerprint(one, END_BYTES): {"temperature": 2, "bias": [1, 0, -1]}})
    )
    assert calibration_of(one, constants) == LogitScaling(2, (1, 0, -1))
    assert calibration_of(other, constants) is None


def test_a_model_without_constants_says_so(tmp_path: Path) -> None:
    constants = tmp_path / "constants.json"
    constants.write_text("{}")
    scout = GgufScout(STARTER, NOWHERE, constants)
    assert scout.read("hi").model == "gguf starter (uncalibrated)"
    assert UNCALIBRATED.temperature == 1
    scout.close()


def test_a_missing_model_is_named() -> None:
    with pytest.raises(LocalInferenceError) as caught:
        GgufScout("/nowhere/tiny.gguf", NOWHERE).read("hi")
    assert caught.value.failure is Failure.MISSING
