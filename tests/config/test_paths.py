from pathlib import Path

from hroute.config.paths import Paths, shown


def test_hroute_home_puts_everything_under_one_folder(tmp_path: Path) -> None:
    assert Paths.find({"HROUTE_HOME": str(tmp_path)}) == Paths(
        config_file=tmp_path / "config.toml",
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        log_file=tmp_path / "log.sqlite",
    )


def test_hroute_config_moves_the_file_alone(tmp_path: Path) -> None:
    found = Paths.find({"HROUTE_HOME": str(tmp_path), "HROUTE_CONFIG": "/etc/hroute.toml"})
    assert (found.config_file, found.data_dir) == (Path("/etc/hroute.toml"), tmp_path / "data")


def test_finding_creates_nothing(tmp_path: Path) -> None:
    Paths.find({"HROUTE_HOME": str(tmp_path / "new")})
    assert list(tmp_path.iterdir()) == []


def test_without_hroute_home_the_platform_decides() -> None:
    found = Paths.find({})
    assert found.config_file.is_absolute()
    assert found.config_file.name == "config.toml"
    assert found.log_file.parent == found.data_dir


def test_an_empty_variable_is_not_set() -> None:
    assert Paths.find({"HROUTE_HOME": "", "HROUTE_CONFIG": ""}) == Paths.find({})


def test_a_tilde_is_the_home_folder_both_ways() -> None:
    found = Paths.find({"HROUTE_HOME": "~/hroute-test"})
    assert found.config_file == Path.home() / "hroute-test" / "config.toml"
    assert shown(found.config_file) == "~/hroute-test/config.toml"
