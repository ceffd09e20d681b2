import shlex
import sys
import time
import traceback

import pytest

from hroute.config.keys import resolve_key
from hroute.core.errors import ConfigError
from hroute.core.settings import Cloud, LocalModel
from tests.support.advice import advice_of

KEY = "sk-proj-0123456789abcdefghij"


def cloud(**values: str) -> Cloud:
    return Cloud.model_validate({"name": "openai", "model": "gpt-4o"} | values)


def python(code: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def value_of(entry: Cloud | LocalModel, **env: str) -> str | None:
    key = resolve_key(entry, env)
    return key.get_secret_value() if key else None


def test_the_key_comes_from_the_variable_without_the_line_end() -> None:
    assert value_of(cloud(api_key_env="MY_KEY"), MY_KEY=f"{KEY}\n") == KEY


def test_the_key_comes_from_what_the_command_prints() -> None:
    assert value_of(cloud(api_key_cmd=python(f"print('{KEY}')"))) == KEY


def test_the_variable_is_asked_before_the_command() -> None:
    entry = cloud(api_key_env="MY_KEY", api_key_cmd=python("print('other')"))
    assert value_of(entry, MY_KEY=KEY) == KEY
    assert value_of(entry, MY_KEY="") == "other"


def test_an_entry_without_either_has_no_key() -> None:
    assert value_of(cloud()) is None
    assert value_of(LocalModel.model_validate({})) is None


def test_a_key_is_not_in_its_repr() -> None:
    key = resolve_key(cloud(api_key_env="MY_KEY"), {"MY_KEY": KEY})
    assert KEY not in f"{key} {key!r}"


def test_a_variable_that_is_not_set_is_named_with_its_entry() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_key(cloud(api_key_env="MY_KEY"), {})
    assert caught.value.message == "cloud.openai wants its key in MY_KEY, which is not set"
    assert advice_of(caught.value.remedies) == "export MY_KEY=..."
    with pytest.raises(ConfigError, match="the local server wants its key in MY_KEY"):
        resolve_key(LocalModel.model_validate({"api_key_env": "MY_KEY"}), {})


FAILING = [
    ("/nowhere/vault read", "cannot be run: No such file or directory"),
    ("'unclosed", "has an unclosed quotation"),
    ("   ", "cannot be run: no command"),
    (python("raise SystemExit(3)"), "ended with 3"),
    (python(""), "printed nothing"),
]


@pytest.mark.parametrize(("command", "problem"), FAILING)
def test_a_command_that_fails_is_named_with_its_entry(command: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_key(cloud(api_key_cmd=command), {})
    assert caught.value.message == f"api_key_cmd of cloud.openai {problem}"


def test_a_slow_command_is_given_up_even_when_its_child_holds_the_pipe() -> None:
    child = "import subprocess, sys, time; subprocess.Popen(['sleep', '5']); time.sleep(5)"
    started = time.monotonic()
    with pytest.raises(ConfigError, match=r"took longer than 0\.3 s"):
        resolve_key(cloud(api_key_cmd=python(child)), {}, timeout_s=0.3)
    assert time.monotonic() - started < 4


def test_the_command_runs_without_a_shell_and_without_the_users_stdin() -> None:
    assert value_of(cloud(api_key_cmd="echo $HOME;")) == "$HOME;"
    assert value_of(cloud(api_key_cmd=python("import sys; print(len(sys.stdin.read()))"))) == "0"


@pytest.mark.parametrize(
    "code",
    [
        f"import sys; print('{KEY}'); print('{KEY}', file=sys.stderr); sys.exit(1)",
        f"print('{KEY}'); print('second line')",
        f"print('{KEY} with words')",
    ],
)
def test_no_error_repeats_what_the_command_printed(code: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_key(cloud(api_key_cmd=f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"), {})
    printed = capfd.readouterr()
    shown = "".join(traceback.format_exception_only(caught.value)) + advice_of(caught.value.remedies)
    assert KEY not in shown + printed.out + printed.err
