"""Downloads one file from the Hugging Face hub: continued where it broke off, checked, put in place whole.

`hf_hub_download` (2.4) starts again from nothing after an interruption and does not hash what it got;
so only the hub's addresses, metadata, errors and HTTP client are used.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import checksum

if TYPE_CHECKING:
    import httpx2

LOOK_UP_S = 5.0
SILENCE_S = 30.0
_CHUNK_BYTES = 1 << 20
_ATTEMPTS = 20  # a connection that breaks is taken up again as long as each brings something

DownloadProgress = Callable[[int, int | None], None]  # bytes that are here, bytes in all


@dataclass(frozen=True, slots=True)
class HubFile:
    repo: str
    file: str
    endpoint: str | None = None  # None: HF_ENDPOINT, else huggingface.co

    @property
    def name(self) -> str:
        return f"hf:{self.repo}/{self.file}"

    @property
    def page(self) -> str:
        return f"https://huggingface.co/{self.repo}"


@dataclass(frozen=True, slots=True)
class Downloaded:
    path: Path
    sha256: str
    is_vouched: bool  # the hub or the caller named this hash; else only the size was compared


@dataclass(frozen=True, slots=True)
class _Remote:
    name: str
    url: str  # of exactly the version that was looked up
    etag: str  # the SHA-256 of a large file, git's SHA-1 of a small one
    size_bytes: int | None


def download(
    file: HubFile, target: Path, *, sha256: str | None = None, progress: DownloadProgress = lambda *_: None
) -> Downloaded:
    """Raises LocalInferenceError; what is not whole and right is never left at `target`.

    `sha256` is what the caller expects, in lower case; the hub's own hash is compared in any case.
    """
    with _explained(file):
        remote = _look_up(file)
        if sha256 and checksum.HEX.fullmatch(remote.etag) and remote.etag != sha256:
            raise _wrong(f"{remote.name} is not the file you expect: the hub has SHA-256 {remote.etag}")
        if target.is_file() and _is_right(target, remote, sha256):
            return _noted(target, remote, sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{_short(remote.etag)}.part")
        _refuse_what_does_not_fit(part, remote)
        with _alone_with(part, remote.name):
            _fill(part, remote, progress)
            if not _is_right(part, remote, sha256):
                part.unlink()
                raise _wrong(f"{remote.name} arrived damaged: its hash is not {sha256 or remote.etag}")
            part.replace(target)
        return _noted(target, remote, sha256)


def unfinished(target: Path) -> list[Path]:
    """What interrupted downloads of this file have left beside it."""
    return sorted(target.parent.glob(f"{target.name}.*.part"))


def _look_up(file: HubFile) -> _Remote:
    import huggingface_hub as hub
    from huggingface_hub.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the hub's own
    url = hub.hf_hub_url(file.repo, file.file, endpoint=file.endpoint)
    found = hub.get_hf_file_metadata(url, timeout=LOOK_UP_S)
    return _Remote(
        name=file.name,
        url=hub.hf_hub_url(file.repo, file.file, revision=found.commit_hash, endpoint=file.endpoint),
        etag=found.etag or "",
        size_bytes=found.size,
    )


@contextmanager
def _alone_with(part: Path, name: str) -> Iterator[None]:
    """Two processes that add to one part would make garbage of it."""
    from huggingface_hub import utils

    lock = part.with_suffix(".lock")
    try:
        with utils.WeakFileLock(lock, timeout=0.2):  # type: ignore[attr-defined]
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
    except TimeoutError as exc:
        raise LocalInferenceError(
            Failure.MISSING, f"{name} is being downloaded by another process", "wait until it has ended"
        ) from exc


def _fill(part: Path, remote: _Remote, progress: DownloadProgress) -> None:
    """Adds to the part what it lacks; it stays for the next time when that fails."""
    import httpx2

    with part.open("ab") as stream:
        for _ in range(_ATTEMPTS):
            before = stream.tell()
            try:
                _receive(stream, remote, progress)
                break
            except httpx2.TransportError:
                if stream.tell() == before:
                    raise
        os.fsync(stream.fileno())
    size = part.stat().st_size
    if remote.size_bytes is not None and size != remote.size_bytes:
        if size > remote.size_bytes:
            part.unlink()
        raise LocalInferenceError(
            Failure.UNREACHABLE,
            f"{remote.name}: {size:,} of {remote.size_bytes:,} bytes arrived",
            "run the same command again: it goes on from there",
        )


def _receive(stream: BinaryIO, remote: _Remote, progress: DownloadProgress) -> None:
    """One request for the rest of the file."""
    import huggingface_hub as hub
    from huggingface_hub import utils  # exports lazily, hence what mypy does not see

    have = stream.tell()
    if have == remote.size_bytes:
        return
    # A compressed body could not be continued. The client drops the key where it is sent elsewhere.
    headers = {**utils.build_hf_headers(), "Accept-Encoding": "identity"}  # type: ignore[attr-defined]
    if have:
        headers["Range"] = f"bytes={have}-"
    with hub.get_session().stream("GET", remote.url, headers=headers, timeout=SILENCE_S) as response:
        if have and not _continues(response, have):
            have = stream.truncate(stream.seek(0))
            if response.status_code == 416:  # asked for what is past the end
                _receive(stream, remote, progress)
                return
        utils.hf_raise_for_status(response)  # type: ignore[attr-defined]
        for chunk in response.iter_bytes(_CHUNK_BYTES):
            stream.write(chunk)
            have += len(chunk)
            progress(have, remote.size_bytes)


def _continues(response: "httpx2.Response", have: int) -> bool:
    """Whether a server that was asked for a range sends it, and not the whole file or another range."""
    is_range = response.status_code == 206
    return is_range and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _is_right(path: Path, remote: _Remote, sha256: str | None) -> bool:
    if remote.size_bytes is not None and path.stat().st_size != remote.size_bytes:
        return False
    expected = {h for h in (sha256, remote.etag) if h and checksum.HEX.fullmatch(h)}
    if expected:
        return {checksum.sha256_of(path)} == expected
    return len(remote.etag) != 40 or _git_hash(path) == remote.etag


def _git_hash(path: Path) -> str:
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _noted(target: Path, remote: _Remote, sha256: str | None) -> Downloaded:
    known = checksum.HEX.fullmatch(remote.etag)
    actual = sha256 or (remote.etag if known else checksum.sha256_of(target))
    checksum.record(target, actual)
    for part in unfinished(target):
        part.unlink(missing_ok=True)
    return Downloaded(target, actual, is_vouched=bool(sha256 or len(remote.etag) in (40, 64)))


def _refuse_what_does_not_fit(part: Path, remote: _Remote) -> None:
    have = part.stat().st_size if part.exists() else 0
    needed = (remote.size_bytes or 0) - have
    free = shutil.disk_usage(part.parent).free
    if needed > free:
        raise LocalInferenceError(
            Failure.MEMORY,
            f"{remote.name} does not fit: {needed / 1e9:.1f} GB are to come, {free / 1e9:.1f} GB are free",
            f"make room in {part.parent}",
        )


def _short(etag: str) -> str:
    return "".join(c for c in etag if c.isalnum())[:12] or "unnamed"


def _wrong(message: str) -> LocalInferenceError:
    return LocalInferenceError(
        Failure.BAD_FILE, message, "nothing was kept: try again, or take another source"
    )


@contextmanager
def _explained(file: HubFile) -> Iterator[None]:
    """What the hub, the network or the disk raises inside, as what went wrong and what to do."""
    name = file.name
    try:
        from httpx2 import HTTPError, TransportError
        from huggingface_hub import errors
    except ImportError as exc:
        raise LocalInferenceError(
            Failure.MISSING, f"{name} is not downloaded", "pip install huggingface_hub, then ask again"
        ) from exc
    try:
        yield
    except errors.HfHubHTTPError as exc:
        raise _refusal(file, exc) from exc
    except errors.OfflineModeIsEnabled as exc:
        raise LocalInferenceError(
            Failure.MISSING, f"{name} is not downloaded and HF_HUB_OFFLINE is set", "unset HF_HUB_OFFLINE"
        ) from exc
    except TransportError as exc:
        raise LocalInferenceError(
            Failure.MISSING,
            f"{name} could not be downloaded: {_first_line(exc)}",
            "check the network and run the same command again: it goes on where it stopped",
        ) from exc
    except (HTTPError, OSError, ValueError) as exc:
        raise LocalInferenceError(
            Failure.MISSING,
            f"{name} could not be downloaded: {_first_line(exc)}",
            "check the name, and the free space in the models folder",
        ) from exc


def _refusal(file: HubFile, error: Exception) -> LocalInferenceError:
    from huggingface_hub import errors

    name, page = file.name, file.page
    if isinstance(error, errors.GatedRepoError):
        return LocalInferenceError(
            Failure.AUTH, f"{name}: its owner asks for consent first", f"give it at {page}, then set HF_TOKEN"
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return LocalInferenceError(
            Failure.MISSING, f"{name}: no such repository on the hub, or it is private", f"look at {page}"
        )
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status == 404:
        return LocalInferenceError(
            Failure.MISSING,
            f"{name}: {file.repo} has no such file",
            f"its files are listed at {page}/tree/main",
        )
    return LocalInferenceError(Failure.SERVER, f"{name}: the hub answered {status}", "try again later")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
