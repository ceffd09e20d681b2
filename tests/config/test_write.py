import os
import stat
from pathlib import Path

import pytest

from hroute.config.write import back_up, replace
from hroute.core.errors import ConfigError


def test_a_new_file_is_private_and_its_folders_are_made(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "config.toml"
    replace(file, "offline = true\r\n")
    assert file.read_bytes() == b"offline = true\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_existing_file_keeps_its_mode_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("old")
    file.chmod(0o640)
    replace(file, "new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "hroute.toml"
    target.write_text("old")
    link = tmp_path / "config.toml"
    link.symlink_to(target)
    replace(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a regular file"):
        replace(tmp_path, "new")
    with pytest.raises(ConfigError, match="not a regular file"):
        replace(Path(os.devnull), "new")


def test_a_folder_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot write"):
        replace(tmp_path / "file" / "config.toml", "new")


def test_each_backup_has_its_own_name_and_is_private(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("one")
    first = back_up(file)
    file.write_text("two")
    second = back_up(file)
    assert (first.name, first.read_text()) == ("config.toml.bak", "one")
    assert (second.name, second.read_text()) == ("config.toml.bak2", "two")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
