import ctypes
from pathlib import Path

import numpy as np
import pytest

from hroute.core.decision.signals import Label
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import PullModel
from hroute.engines.scout.encoder import base
from hroute.engines.scout.encoder.scout import EncoderScout
from hroute.engines.scout.encoder.threads import use_one_thread
from tests.support.advice import advice_of


def home_with(content: bytes | None, home: Path) -> Path:
    path = base.path_in(home)
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    return home


def failure_of(scout: EncoderScout) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        scout.load()
    return caught.value


def test_without_the_base_weights_it_says_what_to_do(tmp_path: Path) -> None:
    error = failure_of(EncoderScout(tmp_path))
    assert (error.failure, error.remedies) == (Failure.MISSING, (PullModel("scout"),))


@pytest.mark.parametrize("content", [b"", b"E5S1"])
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, content: bytes) -> None:
    error = failure_of(EncoderScout(home_with(content, tmp_path)))
    assert (error.failure, error.remedies) == (Failure.BAD_FILE, (PullModel("scout", "get it again"),))


def test_a_file_of_the_right_length_with_other_content_is_refused(tmp_path: Path) -> None:
    path = base.path_in(home_with(b"E5S1", tmp_path))
    with path.open("ab") as file:
        file.truncate(base.SIZE_BYTES)
    assert failure_of(EncoderScout(tmp_path)).failure is Failure.BAD_FILE


def test_a_damaged_change_is_told_apart_from_a_damaged_base(tmp_path: Path, real_base: Path) -> None:
    (tmp_path / "delta").write_bytes(b"hroute-encoder 1\n{}\n")
    base.path_in(home_with(None, tmp_path)).symlink_to(real_base)
    error = failure_of(EncoderScout(tmp_path, tmp_path / "delta"))
    assert (error.failure, advice_of(error.remedies)) == (
        Failure.BAD_FILE,
        "install hroute again, or set scout.kind to builtin",
    )


def test_it_tells_a_greeting_from_a_research_question_in_any_language(
    tmp_path: Path, real_base: Path
) -> None:
    base.path_in(home_with(None, tmp_path)).symlink_to(real_base)
    scout = EncoderScout(tmp_path)
    easy = [scout.read(prompt) for prompt in ("hi there", "你好", "What colour is grass?")]
    hard = [
        scout.read(prompt)
        for prompt in (
            "Prove that every continuous function on a compact metric space is uniformly continuous, and"
            " give the sharpest modulus of continuity for x -> x log x on [0, 1] with a full derivation.",
            "Beweise den Satz von Banach-Steinhaus und folgere, dass es stetige Funktionen gibt, deren"
            " Fourierreihe in einem Punkt divergiert.",
        )
    ]
    assert max(one.difficulty for one in easy) < min(one.difficulty for one in hard)
    assert {one.label for one in easy} == {Label.TRIVIAL}
    assert {one.label for one in hard} == {Label.COMPLEX}


@pytest.mark.parametrize(
    "template",
    [
        "{} Think carefully step by step and put the final answer in \\boxed{{}}.",
        "Please answer the following question as accurately as possible:\n{}",
        "Hi! I hope you are doing well. {} Thanks a lot in advance!",
        "Denk Schritt für Schritt. {} Vielen Dank!",
    ],
)
def test_what_is_said_around_an_ask_does_not_move_it(tmp_path: Path, real_base: Path, template: str) -> None:
    base.path_in(home_with(None, tmp_path)).symlink_to(real_base)
    scout, ask = EncoderScout(tmp_path), "Prove that every finite division ring is commutative."
    moved = scout.read(template.format(ask)).difficulty - scout.read(ask).difficulty
    assert abs(moved) < 0.1


def test_weights_that_are_no_numbers_are_damage_and_no_reading(tmp_path: Path, real_base: Path) -> None:
    content = bytearray(real_base.read_bytes())
    content[60_000_000:70_000_000] = b"\xff" * 10_000_000
    scout = EncoderScout(home_with(bytes(content), tmp_path))
    with pytest.raises(LocalInferenceError) as caught, np.errstate(all="ignore"):
        scout.read("Prove the Riemann hypothesis")
    assert (caught.value.failure, caught.value.remedies) == (
        Failure.BAD_FILE,
        (PullModel("scout", "get it again"),),
    )


@pytest.mark.parametrize(("place", "value"), [(8, 7), (16, 0), (20, 255), (44, 255)])
def test_a_number_of_the_bases_head_that_makes_no_sense_is_damage(
    tmp_path: Path, real_base: Path, place: int, value: int
) -> None:
    content = bytearray(real_base.read_bytes())
    content[place : place + 4] = bytes([value]) * 4
    scout = EncoderScout(home_with(bytes(content), tmp_path))
    with pytest.raises(LocalInferenceError) as caught:
        scout.read("What is 2+2, in two words?")
    assert caught.value.remedies == (PullModel("scout", "get it again"),)


def test_numpy_computes_on_one_thread() -> None:
    use_one_thread()
    found = list(Path(np.__file__).parent.with_name("numpy.libs").glob("*openblas*"))
    if not found:
        pytest.skip("this numpy has no OpenBLAS of its own")
    library = ctypes.CDLL(str(found[0]))
    getter = getattr(library, "scipy_openblas_get_num_threads64_", None)
    assert getter is None or getter() == 1
