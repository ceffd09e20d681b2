"""A provider's own fields: in the file, from outside, and shown."""

from pathlib import Path

import pytest

from hroute.config.edit import with_values
from hroute.config.files import load, parsed
from hroute.config.paths import Paths
from hroute.config.present import as_toml, sent_besides
from hroute.core.errors import ConfigError
from hroute.core.settings import Cloud, LocalModel

FILE = '[[cloud]]\nname = "acme"\nmodel = "m"\n'


def settings(line: str) -> Cloud:
    (cloud,) = parsed("config.toml", FILE + line).settings().cloud
    return cloud


def test_a_table_of_any_shape_is_taken_as_it_is() -> None:
    cloud = settings('extra_body = { effort = "low", provider = { order = ["a", "b"], "x y" = 1.5 } }')
    assert cloud.extra_body == {"effort": "low", "provider": {"order": ["a", "b"], "x y": 1.5}}


def test_settings_with_it_are_still_keys_of_what_is_made_of_them() -> None:
    one, two = (LocalModel.model_validate({"extra_body": {"a": {"b": n}}}) for n in (1, 2))
    assert len({one, two, one.model_copy()}) == 2


@pytest.mark.parametrize("own", ["model", "messages", "stream", "tools"])
def test_what_hroute_writes_itself_cannot_be_set(own: str) -> None:
    with pytest.raises(ConfigError, match=f"config.toml:4: cloud.0.extra_body: {own} is written by hroute"):
        settings(f"extra_body = {{ {own} = 1 }}")


@pytest.mark.parametrize(
    "field",
    [
        'api_key = "sk-hush"',
        '"X-Api-Key" = "hush"',
        'a = [{ Authorization = "Bearer hush" }]',
        'p = { secret = "hush" }',
    ],
)
def test_a_key_is_refused_and_not_shown(field: str) -> None:
    with pytest.raises(ConfigError, match="keys do not belong here") as refused:
        settings(f"extra_body = {{ {field} }}")
    assert "hush" not in refused.value.message


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "2020-01-01", "[1, { a = nan }]"])
def test_what_json_cannot_say_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="extra_body: cannot be written as JSON"):
        settings(f"extra_body = {{ a = {value} }}")


def test_no_table_is_none() -> None:
    with pytest.raises(ConfigError, match='extra_body is "x", must be a table of JSON values'):
        settings('extra_body = "x"')


def test_it_can_be_set_and_shown_on_one_line() -> None:
    edited = with_values("config.toml", FILE, [("cloud.acme.extra_body", '{ a = { "b c" = [1] } }')])
    assert edited.text.endswith('extra_body = { a = { "b c" = [1] } }\n')
    again = with_values("config.toml", edited.text, [("cloud.acme.extra_body", "{ a = 2 }")])
    assert again.text.endswith("extra_body = { a = 2 }\n")
    source = parsed("config.toml", again.text)
    shown = as_toml(source.settings(), source.origins())
    assert "extra_body = { a = 2 }  # config.toml:4\n" in shown
    assert parsed("x", shown).settings() == source.settings()


def test_a_variable_sets_it_too(tmp_path: Path) -> None:
    env = {"HROUTE_HOME": str(tmp_path), "HROUTE_LOCAL__CHAT__EXTRA_BODY": "{ a = { b = true } }"}
    assert load(Paths.find(env), env).local.chat.extra_body == {"a": {"b": True}}


def test_each_server_says_what_is_added_and_no_key() -> None:
    found = parsed(
        "x", FILE + 'extra_body = { a = 1, k = "sk-proj-0123456789abcdef0123456789abcdef" }'
    ).settings()
    (line,) = sent_besides(found)
    assert line.startswith("cloud.acme: every request has { a = 1, k = ")
    assert "0123456789abcdef" not in line
