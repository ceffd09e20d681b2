import stat
from pathlib import Path

import pytest

from hroute import disk


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_replaced_file_is_its_owners_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "settings"
    target.write_text("old")
    disk.replace(target, b"new ", bytearray(b"text"))
    assert (target.read_text(), mode(target)) == ("new text", 0o600)
    assert list(tmp_path.iterdir()) == [target]


def test_a_replaced_file_may_have_another_mode(tmp_path: Path) -> None:
    disk.replace(tmp_path / "shared", b"", mode=0o644)
    assert mode(tmp_path / "shared") == 0o644


@pytest.mark.parametrize("is_durable", [True, False])
def test_what_cannot_be_written_leaves_the_old_content_and_no_rest(tmp_path: Path, is_durable: bool) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        disk.replace(target, b"new", is_durable=is_durable)
    assert list(tmp_path.iterdir()) == [target]


def test_only_folders_that_are_missing_become_private(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    disk.make_private_folder(tmp_path / "open" / "a" / "b")
    disk.make_private_folder(tmp_path / "open" / "a" / "b")
    assert [mode(tmp_path / "open" / name) for name in (".", "a", "a/b")] == [0o755, 0o700, 0o700]
