"""Quantizing the real starter, which takes seconds: one pair serves every test that looks at it."""

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.core.errors import Failure, LocalInferenceError, UsageError
from hroute.engines.llama import quantize
from hroute.engines.llama.quantize import FilePair, make_pair, types_named
from hroute.engines.models import checksum
from tests.support.advice import advice_of
from tests.support.files.ggufs import with_number, with_text


@pytest.fixture(scope="module")
def pair(starter_path: Path, tmp_path_factory: pytest.TempPathFactory) -> FilePair:
    return make_pair(starter_path, tmp_path_factory.mktemp("pair") / "new" / "folder")


@pytest.fixture
def _small_files_only() -> Iterator[None]:
    """Writing stops after 10 MB, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_pair_is_a_small_and_a_large_file_of_one_source(pair: FilePair, starter_path: Path) -> None:
    assert pair.small.path.name == f"{starter_path.stem}.Q4_K_M.gguf"
    assert pair.large.path.name == f"{starter_path.stem}.Q8_0.gguf"
    assert pair.small.weights.size_bytes < pair.large.weights.size_bytes
    assert pair.small.weights.parameters == pair.large.weights.parameters == pair.source.parameters


def test_a_pair_says_what_it_is_a_pair_of(pair: FilePair) -> None:
    assert pair.origin == "made from an already quantized source (mostly Q4_1)"


def test_what_came_of_a_type_is_told_by_the_tensors(pair: FilePair) -> None:
    """SmolLM2's rows of 576 are no whole blocks of 256: most of a "Q4_K_M" is Q5_0."""
    assert (pair.small.asked, pair.small.weights.quantization) == ("Q4_K_M", "Q5_0")
    assert (pair.large.asked, pair.large.weights.quantization) == ("Q8_0", "Q8_0")


def test_only_whole_files_and_their_hashes_are_in_the_folder(pair: FilePair) -> None:
    folder = pair.small.path.parent
    assert len(list(folder.iterdir())) == 4
    checked = subprocess.run(
        ["sha256sum", "-c", checksum.file_beside(pair.small.path).name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.endswith("OK\n")
    assert checksum.recorded(pair.large.path) == pair.large.sha256


@pytest.mark.usefixtures("_small_files_only")
def test_a_disk_that_fills_up_leaves_nothing(starter_path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did not take all of the file"):
        quantize.quantize(starter_path, tmp_path / "out", ["Q8_0"])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_source_that_llama_cpp_refuses_leaves_nothing(starter_path: Path, tmp_path: Path) -> None:
    source = with_text(starter_path, tmp_path, "general.architecture", "lamas")
    with pytest.raises(LocalInferenceError, match="unknown model architecture"):
        quantize.quantize(source, tmp_path / "out", ["Q8_0"])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_source_that_crashes_llama_cpp_does_not_crash_hroute(starter_path: Path, tmp_path: Path) -> None:
    source = with_number(starter_path, tmp_path, "llama.block_count", 0)
    with pytest.raises(LocalInferenceError) as caught:
        quantize.quantize(source, tmp_path / "out", ["Q8_0"])
    assert caught.value.failure is Failure.CRASH
    assert list((tmp_path / "out").iterdir()) == []


def test_a_source_that_is_cut_is_refused_before_the_work(starter_path: Path, tmp_path: Path) -> None:
    source = tmp_path / "cut.gguf"
    with starter_path.open("rb") as whole:
        source.write_bytes(whole.read(10_000_000))
    with pytest.raises(LocalInferenceError, match="truncated"):
        quantize.quantize(source, tmp_path / "out", ["Q8_0"])
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_named(starter_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write to /proc/none"):
        quantize.quantize(starter_path, Path("/proc/none"), ["Q8_0"])


def test_types_are_named_in_any_case_and_once() -> None:
    assert types_named("q4_K_M, Q8_0,q8_0") == ("Q4_K_M", "Q8_0")


@pytest.mark.parametrize("text", ["", ",", "q9", "q4_K_M,best"])
def test_an_unknown_type_lists_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        types_named(text)
    assert "Q4_K_M" in advice_of(caught.value.remedies)
