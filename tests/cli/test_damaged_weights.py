"""A file of the package that is damaged ends in one clear error, and doctor names it: tried on a copy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hroute

PACKAGE = Path(hroute.__file__).parent
OWN = ("scout-builtin.bin", "constraints-tagger.bin")
DAMAGES = ("gone", "empty", "cut", "one byte")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE, folder / "hroute", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def data(copied: Path) -> Path:
    """The copy's data, whole again."""
    for name in (*OWN, "scout-encoder.bin"):
        shutil.copy(PACKAGE / "data" / name, copied / "hroute" / "data" / name)
    return copied / "hroute" / "data"


def damage(file: Path, how: str) -> None:
    content = bytearray(file.read_bytes())
    if how == "gone":
        file.unlink()
        return
    content[-400] ^= 1
    file.write_bytes({"empty": b"", "cut": bytes(content[:-9]), "one byte": bytes(content)}[how])


def run(data: Path, *words: str) -> tuple[int, str, str]:
    env = os.environ | {"PYTHONPATH": str(data.parents[1]), "HROUTE_HOME": str(data.parents[2] / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "hroute", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


def doctor(data: Path, check: str) -> dict[str, str]:
    checks = json.loads(run(data, "doctor", "--json")[1])["checks"]
    return next(one for one in checks if one["name"] == check)


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("name", OWN)
def test_the_error_names_the_file_and_what_to_do(data: Path, name: str, how: str) -> None:
    damage(data / name, how)
    code, out, err = run(data, "explain", "Name three rivers")
    message, hint = err.splitlines()
    assert (code, out) == (3, "")
    assert message.startswith(f"hroute: {data / name}: ")
    assert message.count(str(data / name)) == 1
    assert hint == "  install hroute again: a file of its own is damaged"


@pytest.mark.parametrize(("name", "check"), [*zip(OWN, ("scout", "constraints"), strict=True)])
def test_doctor_fails_and_names_it(data: Path, name: str, check: str) -> None:
    damage(data / name, "one byte")
    found = doctor(data, check)
    assert (found["status"], found["detail"].split(": ")[0]) == ("fail", str(data / name))


def test_what_only_the_encoder_needs_is_a_warning_for_who_does_not_use_it(data: Path) -> None:
    damage(data / "scout-encoder.bin", "one byte")
    found = doctor(data, "scout")
    assert (found["status"], found["detail"].split(": ")[0]) == ("warn", str(data / "scout-encoder.bin"))
    assert run(data, "explain", "-q", "Name three rivers")[:2] == (0, "local\n")


@pytest.mark.parametrize("name", ["scout-builtin.bin", "scout-encoder.bin"])
def test_a_number_of_the_first_line_that_changed_is_damage(data: Path, name: str) -> None:
    content = (data / name).read_bytes()
    at = content.index(b'"knots": [[') + len(b'"knots": [[')
    (data / name).write_bytes(content[:at] + b"9" + content[at + 1 :])
    assert "the checksum of its first line does not match" in doctor(data, "scout")["detail"]
