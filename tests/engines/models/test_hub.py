import hashlib
from pathlib import Path

import pytest

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import checksum
from hroute.engines.models.hub import Downloaded, HubFile, download, unfinished
from tests.support.advice import advice_of
from tests.support.servers.hubserver import HubServer

CONTENT = bytes(range(256)) * 12_000  # three of the client's chunks
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FILES = {"o/r/sub/m.gguf": CONTENT}


def fetched(hub: HubServer, target: Path, file: str = "sub/m.gguf", sha256: str | None = None) -> Downloaded:
    return download(HubFile("o/r", file, hub.url), target, sha256=sha256)


def failure(
    hub: HubServer, target: Path, file: str = "sub/m.gguf", sha256: str | None = None
) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        fetched(hub, target, file, sha256)
    return caught.value


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_arrives_whole_with_its_hash_beside_it(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    target = tmp_path / "o/r/sub/m.gguf"
    with HubServer(FILES) as hub:
        found = download(HubFile("o/r", "sub/m.gguf", hub.url), target, progress=lambda *at: seen.append(at))
    assert found == Downloaded(target, SHA256, is_vouched=True)
    assert target.read_bytes() == CONTENT
    assert checksum.recorded(target) == SHA256
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert left_in(tmp_path) == ["m.gguf", "m.gguf.sha256"]


def test_a_file_that_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    target.write_bytes(CONTENT)
    with HubServer(FILES) as hub:
        assert fetched(hub, target).sha256 == SHA256
        assert hub.ranges == []


def test_a_file_that_is_here_but_changed_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    target.write_bytes(b"x" * len(CONTENT))
    with HubServer(FILES) as hub:
        fetched(hub, target)
    assert target.read_bytes() == CONTENT


def test_a_connection_that_breaks_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    with HubServer(FILES, cut_after=(2_500_000,)) as hub:
        fetched(hub, target)
        first, second = hub.ranges
    assert first is None
    assert second is not None
    assert int(second[6:-1]) >= 1 << 21
    assert target.read_bytes() == CONTENT


def test_an_interrupted_download_leaves_a_part_and_goes_on_from_it(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    with HubServer(FILES, cut_after=(2_500_000, 0)) as hub:
        assert failure(hub, target).failure is Failure.MISSING
        assert not target.exists()
        (part,) = unfinished(target)
        have = part.stat().st_size
        assert 0 < have < len(CONTENT)
        fetched(hub, target)
        assert hub.ranges[-1] == f"bytes={have}-"
    assert target.read_bytes() == CONTENT
    assert left_in(tmp_path) == ["m.gguf", "m.gguf.sha256"]


def test_a_server_that_ignores_ranges_sends_it_all_again(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    with HubServer(FILES, cut_after=(2_500_000,), knows_ranges=False) as hub:
        fetched(hub, target)
    assert target.read_bytes() == CONTENT


def test_a_wrong_hash_leaves_nothing(tmp_path: Path) -> None:
    with HubServer(FILES, claimed="0" * 64) as hub:
        error = failure(hub, tmp_path / "m.gguf")
    assert "arrived damaged" in error.message
    assert left_in(tmp_path) == []


def test_a_hash_that_is_not_the_hubs_is_refused_before_the_download(tmp_path: Path) -> None:
    with HubServer(FILES) as hub:
        assert SHA256 in failure(hub, tmp_path / "m.gguf", sha256="1" * 64).message
        assert hub.ranges == []
    assert left_in(tmp_path) == []


def test_a_hash_is_checked_also_where_the_hub_names_none(tmp_path: Path) -> None:
    with HubServer(FILES, claimed="weak") as hub:
        assert "arrived damaged" in failure(hub, tmp_path / "m.gguf", sha256="1" * 64).message
        assert not fetched(hub, tmp_path / "m.gguf").is_vouched
        assert fetched(hub, tmp_path / "m.gguf", sha256=SHA256).is_vouched


def test_a_small_file_is_checked_by_its_git_hash(tmp_path: Path) -> None:
    git = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
    with HubServer(FILES, claimed=git) as hub:
        assert fetched(hub, tmp_path / "m.gguf") == Downloaded(tmp_path / "m.gguf", SHA256, is_vouched=True)
    with HubServer(FILES, claimed=git[::-1]) as hub:
        assert "arrived damaged" in failure(hub, tmp_path / "n.gguf").message


def test_a_part_that_is_too_long_is_thrown_away(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    target.with_name(f"m.gguf.{SHA256[:12]}.part").write_bytes(CONTENT + b"more")
    with HubServer(FILES) as hub:
        fetched(hub, target)
    assert target.read_bytes() == CONTENT


def test_two_downloads_of_one_file_do_not_mix(tmp_path: Path) -> None:
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]  # exported lazily

    target = tmp_path / "m.gguf"
    with HubServer(FILES) as hub, WeakFileLock(tmp_path / f"m.gguf.{SHA256[:12]}.lock"):
        assert "by another process" in failure(hub, target).message


def test_what_the_hub_does_not_have_is_named(tmp_path: Path) -> None:
    with HubServer(FILES) as hub:
        assert "o/r has no such file" in failure(hub, tmp_path / "m.gguf", "no.gguf").message
        with pytest.raises(LocalInferenceError, match="no such repository"):
            download(HubFile("o/other", "m.gguf", hub.url), tmp_path / "m.gguf")
    assert left_in(tmp_path) == []


def test_without_a_network_it_ends_at_once(tmp_path: Path) -> None:
    with pytest.raises(LocalInferenceError, match="could not be downloaded") as caught:
        download(HubFile("o/r", "m.gguf", "http://127.0.0.1:9"), tmp_path / "m.gguf")
    assert "check the network" in advice_of(caught.value.remedies)
