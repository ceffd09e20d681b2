"""Gets an endpoint's key from the environment or from a command; it is held in memory and nowhere else."""

import os
import shlex
import subprocess
from collections.abc import Mapping

from pydantic import SecretStr

from hroute.core.errors import ConfigError
from hroute.core.settings import Cloud, LocalModel

COMMAND_TIMEOUT_S = 30.0


def resolve_key(
    entry: Cloud | LocalModel, env: Mapping[str, str], timeout_s: float = COMMAND_TIMEOUT_S
) -> SecretStr | None:
    """The key of an endpoint; None when it is configured to have none. Blocks while a command runs.

    The variable comes first, then the command. Raises ConfigError that names the entry, never the key.
    """
    name = f"cloud.{entry.name}" if isinstance(entry, Cloud) else "the local server"
    command = entry.api_key_cmd if isinstance(entry, Cloud) else None
    value = env.get(entry.api_key_env, "").strip() if entry.api_key_env else ""
    if not value and command:
        value = _printed_by(command, name, timeout_s)
    if value:
        return _usable(value, name)
    if entry.api_key_env:
        raise ConfigError(
            f"{name} wants its key in {entry.api_key_env}, which is not set",
            f"export {entry.api_key_env}=...",
        )
    return None


def _usable(key: str, name: str) -> SecretStr:
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigError(f"the key of {name} holds spaces, line breaks or other characters that no key has")
    return SecretStr(key)


def _printed_by(command: str, name: str, timeout_s: float) -> str:
    """What the command prints, stripped. Its stderr is not shown: it may repeat the key."""
    problem = f"api_key_cmd of {name}"
    by_hand = "run the command by hand: hroute shows nothing of its output, as it may hold the key"
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"{problem} has an unclosed quotation") from error
    try:
        # stdin is the user's prompt and not for the command; a password manager asks on the terminal.
        running = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, IndexError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "no command"
        raise ConfigError(f"{problem} cannot be run: {reason}", by_hand) from error
    output = _output_of(running, timeout_s)
    if output is None:
        raise ConfigError(f"{problem} took longer than {timeout_s:g} s", by_hand)
    if running.returncode:
        raise ConfigError(f"{problem} ended with {running.returncode}", by_hand)
    key = output.decode(errors="replace").strip()
    if not key:
        raise ConfigError(f"{problem} printed nothing", by_hand)
    return key


def _output_of(running: subprocess.Popen[bytes], timeout_s: float) -> bytes | None:
    """All that it prints; None when it takes too long."""
    try:
        return running.communicate(timeout=timeout_s)[0]
    except subprocess.TimeoutExpired:
        # Not communicate() again: a child of the command may keep the pipe open for ever.
        running.kill()
        running.wait()
        return None
    finally:
        if running.stdout is not None:
            running.stdout.close()
