"""What is valid but will probably not work: a variable that is not set, a file that is not there."""

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from hroute.core.settings import Cloud, LocalModel, Settings


def warnings_of(settings: Settings, env: Mapping[str, str]) -> list[str]:
    """One sentence each; nothing is started and nothing is sent."""
    found = [line for cloud in settings.cloud for line in _of_cloud(cloud, env)]
    return [*found, *_of_local(settings.local.chat, env)]


def _of_cloud(cloud: Cloud, env: Mapping[str, str]) -> Iterator[str]:
    where = f"cloud.{cloud.name}"
    if cloud.api_key_cmd:
        yield from _of_command(cloud.api_key_cmd, where)
    elif cloud.api_key_env is None:
        yield f"{where} has neither api_key_env nor api_key_cmd: it is called without a key"
    elif not env.get(cloud.api_key_env):
        yield f"{where} wants its key in {cloud.api_key_env}, which is not set"


def _of_command(command: str, where: str) -> Iterator[str]:
    try:
        program = shlex.split(command)[:1]
    except ValueError:
        yield f"{where}: api_key_cmd has an unclosed quotation"
        return
    if not program or shutil.which(program[0]) is None:
        yield f"{where}: the program of api_key_cmd is not found"


def _of_local(chat: LocalModel, env: Mapping[str, str]) -> Iterator[str]:
    if chat.api_key_env and not env.get(chat.api_key_env):
        yield f"local.chat wants its key in {chat.api_key_env}, which is not set"
    if chat.base_url or chat.model == "starter" or chat.model.startswith("hf:"):
        return
    if not Path(os.path.expanduser(chat.model)).is_file():  # noqa: PTH111  Path's raises without a home
        yield f"local.chat.model: there is no file {chat.model}"
