import re
from pathlib import Path

import pytest

from hroute.config.files import parsed
from hroute.config.presets import BLOCKS, Preset
from hroute.config.reference import settings_reference, tables
from hroute.config.template import commented_file
from hroute.core.settings import Cloud, Settings


def settings_of(text: str) -> Settings:
    return parsed("config.toml", text).settings()


def test_the_commented_file_says_what_the_defaults_say() -> None:
    assert settings_of(commented_file()) == Settings()


def test_every_shown_default_is_the_default_when_its_comment_mark_is_removed() -> None:
    active = re.sub(r"^# ([a-z_]+ = .+)$", r"\1", commented_file([Preset.OPENAI]), flags=re.MULTILINE)
    assert settings_of(active) == settings_of(commented_file([Preset.OPENAI]))


def test_every_setting_is_in_the_file_with_its_description() -> None:
    text = commented_file()
    for setting in settings_reference():
        assert re.search(rf"^# {setting.key} =", text, re.MULTILINE), setting.name
        assert setting.description in text


@pytest.mark.parametrize("preset", [Preset.OPENAI, Preset.DEEPSEEK, Preset.OPENROUTER])
def test_a_cloud_preset_adds_that_endpoint_and_nothing_else(preset: Preset) -> None:
    cloud = Cloud.model_validate(BLOCKS[preset].values)
    assert settings_of(commented_file([preset])) == Settings.model_validate({"cloud": [cloud]})


def test_presets_combine_in_their_order() -> None:
    settings = settings_of(commented_file([Preset.SERVER, Preset.DEEPSEEK, Preset.OPENAI]))
    assert [c.name for c in settings.cloud] == ["deepseek", "openai"]
    assert settings.local.chat.base_url == "http://127.0.0.1:8080/v1"


def test_the_reference_names_each_setting_with_its_range_once() -> None:
    rows = {s.name: (s.kind, s.allowed, s.default) for s in settings_reference()}
    assert len(rows) == len(settings_reference())
    assert rows["routing.max_constraints"] == ("a whole number", "0 to 50", 3)
    assert rows["local.chat.top_p"] == ("a number", "more than 0, up to 1", 0.9)
    assert rows["log.prompts"] == ("text", '"full", "hash" or "off"', "full")
    assert rows["local.chat.base_url"][2] is None


def test_every_setting_and_table_is_described() -> None:
    assert [s.name for s in settings_reference() if not s.description] == []
    assert [t.name for t in tables() if not t.description] == []


def test_no_preset_holds_a_key() -> None:
    assert not re.search(
        r"sk-", Path(__file__).read_text().replace('r"sk-"', "") + commented_file(list(Preset))
    )
