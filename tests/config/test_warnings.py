import sys
from pathlib import Path
from typing import Any

import pytest

from hroute.config.warnings import warnings_of
from hroute.core.settings import Settings


def doubts_about(env: dict[str, str] | None = None, **values: Any) -> list[str]:
    return warnings_of(Settings.model_validate(values), env or {})


def test_the_defaults_raise_none() -> None:
    assert doubts_about() == []


def test_a_variable_that_is_not_set_is_doubted_until_it_is() -> None:
    cloud = [{"name": "a", "model": "m", "api_key_env": "A_KEY"}]
    assert doubts_about(cloud=cloud) == ["cloud.a wants its key in A_KEY, which is not set"]
    assert doubts_about({"A_KEY": "x"}, cloud=cloud) == []


@pytest.mark.parametrize(
    ("command", "doubt"),
    [
        (sys.executable, None),
        ("/nowhere/vault", "cloud.a: the program of api_key_cmd is not found"),
        ("'open", "cloud.a: api_key_cmd has an unclosed quotation"),
    ],
)
def test_a_command_is_doubted_without_running_it(command: str, doubt: str | None) -> None:
    found = doubts_about(cloud=[{"name": "a", "model": "m", "api_key_cmd": command}])
    assert found == ([] if doubt is None else [doubt])


def test_a_model_file_that_is_not_there_is_doubted(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    assert doubts_about(local={"chat": {"model": str(file)}}) == [
        f"local.chat.model: there is no file {file}"
    ]
    file.touch()
    assert doubts_about(local={"chat": {"model": str(file)}}) == []
    assert doubts_about(local={"chat": {"model": "hf:a/b/c.gguf"}}) == []
    assert doubts_about(local={"chat": {"model": "any", "base_url": "http://127.0.0.1:1/v1"}}) == []
