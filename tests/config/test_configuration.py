"""Settings, home and log of a program that says some of it itself."""

from pathlib import Path

import pytest

from hroute.config.configuration import configured
from hroute.core.errors import ConfigError
from hroute.core.settings import Settings

CLOUD = {"name": "sky", "model": "big", "base_url": "http://127.0.0.1:9/v1"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(
        '[routing]\nmax_constraints = 7\nmin_lead = 0.1\n[[cloud]]\nname = "old"\nmodel = "m"\n'
        'base_url = "http://127.0.0.1:8/v1"\n'
    )
    return tmp_path


def test_a_tree_is_laid_over_the_file_and_the_environment(home: Path) -> None:
    environment = {"HROUTE_ROUTING__ANSWER_TOKENS": "99", "HROUTE_CONFIG": "/nowhere"}
    over = {"routing": {"min_lead": 0.2}, "cloud": [CLOUD]}
    found = configured(environment, settings=over, home=home).settings
    routing = found.routing
    assert (routing.max_constraints, routing.min_lead, routing.answer_tokens) == (7, 0.2, 99)
    assert [cloud.name for cloud in found.cloud] == ["sky"]
    assert over["cloud"] == [CLOUD]


def test_settings_stand_alone(home: Path) -> None:
    alone = Settings.model_validate({"routing": {"min_lead": 0.2}})
    assert configured({"HROUTE_OFFLINE": "true"}, settings=alone, home=home).settings is alone


def test_a_wrong_value_is_told_with_its_key(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"settings: routing\.min_lead is 2"):
        configured({}, settings={"routing": {"min_lead": 2}}, home=home)
    with pytest.raises(ConfigError, match="settings: unknown table rooting"):
        configured({}, settings={"rooting": {"min_lead": 2}}, home=home)


def test_the_log_may_be_elsewhere(home: Path) -> None:
    paths = configured({}, home=home, log_file=home / "other.sqlite").paths
    assert (paths.log_file, paths.data_dir) == (home / "other.sqlite", home / "data")
