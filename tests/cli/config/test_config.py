import json
import os
import stat
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hroute.cli.main import app


@dataclass
class Home:
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    def run(self, *words: str, code: int = 0, **env: str) -> tuple[str, str]:
        """Runs `hroute config ...` and gives stdout and stderr."""
        result = CliRunner().invoke(app, ["config", *words], env={"HROUTE_HOME": str(self.folder)} | env)
        assert result.exit_code == code, result.output
        return result.stdout, result.stderr.replace(f"{self.folder}/", "")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [n for n in os.environ if n.startswith("HROUTE_") or n in ("VISUAL", "EDITOR")]:
        monkeypatch.delenv(name)
    return Home(tmp_path)


def editor(folder: Path, text: str, code: int = 0) -> str:
    """An editor that replaces the whole text, then ends."""
    script = folder / "editor.py"
    script.write_text(
        f"import sys, pathlib\npathlib.Path(sys.argv[-1]).write_text({text!r})\nsys.exit({code})\n"
    )
    return f"{sys.executable} {script}"


# --- init --------------------------------------------------------------------


def test_init_writes_a_private_file_that_checks_and_says_what_to_do_next(home: Home) -> None:
    out, err = home.run("init", "--preset", "deepseek")
    assert out == ""
    assert err.splitlines()[0] == "wrote config.toml"
    assert "export DEEPSEEK_API_KEY=" in err
    assert stat.S_IMODE(home.file.stat().st_mode) == 0o600
    out, err = home.run("check")
    assert out == f"ok: {home.file}\n"
    assert err == "warning: cloud.deepseek wants its key in DEEPSEEK_API_KEY, which is not set\n"


def test_init_leaves_an_existing_file_alone(home: Home) -> None:
    home.file.write_text("offline = true\n")
    _, err = home.run("init", code=3)
    assert err.startswith("hroute: config.toml is there already")
    assert home.file.read_text() == "offline = true\n"


def test_init_force_keeps_the_old_file_beside_the_new(home: Home) -> None:
    home.file.write_text("offline = true\n")
    home.run("init", "--force")
    assert (home.folder / "config.toml.bak").read_text() == "offline = true\n"
    assert "offline = true" not in home.file.read_text()


# --- show, get, path ---------------------------------------------------------


def test_show_prints_toml_that_loads_again_with_origins(home: Home) -> None:
    home.file.write_text('[routing]\nmax_constraints = 5\n[[cloud]]\nmodel = "x # y"\n')
    out, err = home.run("show", "--set", "log.prompts=off", HROUTE_OFFLINE="1")
    assert err == ""
    assert f"max_constraints = 5  # {home.file}:2\n" in out
    assert "offline = true  # HROUTE_OFFLINE\n" in out
    assert 'prompts = "off"  # --set log.prompts\n' in out
    assert "# daily_usd =\n" in out
    other = home.folder / "other.toml"
    other.write_text(out)
    again, _ = home.run("show", "--json", HROUTE_CONFIG=str(other))
    first, _ = home.run("show", "--json", "--set", "log.prompts=off", HROUTE_OFFLINE="1")
    assert json.loads(again)["settings"] == json.loads(first)["settings"]


def test_show_json_names_origins_by_key(home: Home) -> None:
    out, _ = home.run("show", "--json", HROUTE_ROUTING__MAX_CONSTRAINTS="5")
    record = json.loads(out)
    assert record["settings"]["routing"]["max_constraints"] == 5
    assert record["origins"] == {"routing.max_constraints": "HROUTE_ROUTING__MAX_CONSTRAINTS"}


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("routing.max_constraints", "3\n"),
        ("offline", "false\n"),
        ("budget.daily_usd", "\n"),
        ("cpst.operator_usd_per_hour", "60\n"),
        ("cloud.0.model", "gpt-4o\n"),
        ("cloud.open.ai.model", "gpt-4o\n"),
        ("privacy", "[privacy]\nlocal_only = false\n"),
        ("log", '[log]\nprompts = "full"\n'),
    ],
)
def test_get_prints_a_value_bare_and_a_table_as_toml(key: str, printed: str, home: Home) -> None:
    home.file.write_text('[[cloud]]\nname = "open.ai"\nmodel = "gpt-4o"\n')
    assert home.run("get", key) == (printed, "")


def test_get_prints_entries_and_json(home: Home) -> None:
    home.file.write_text('[[cloud]]\nname = "a"\nmodel = "m"\n')
    assert tomllib.loads(home.run("get", "cloud.a")[0])["cloud"][0]["model"] == "m"
    assert json.loads(home.run("get", "cloud", "--json")[0])[0]["name"] == "a"
    assert home.run("get", "budget.daily_usd", "--json")[0] == "null\n"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("routing.max_constraint", "did you mean routing.max_constraints?"),
        ("cloud.0.model", "there is no cloud.0"),
        ("nope", "unknown setting nope"),
        ("", "unknown setting"),
        (".", "unknown setting ."),
    ],
)
def test_get_of_what_is_not_there_fails(key: str, message: str, home: Home) -> None:
    out, err = home.run("get", key, code=3)
    assert out == ""
    assert message in err


def test_path_prints_the_file_alone_or_every_place(home: Home) -> None:
    assert home.run("path") == (f"{home.file}\n", "")
    out, _ = home.run("path", "--all")
    assert [line.split() for line in out.splitlines()] == [
        ["config", str(home.file)],
        ["data", str(home.folder / "data")],
        ["cache", str(home.folder / "cache")],
        ["log", str(home.folder / "log.sqlite")],
    ]


# --- set ---------------------------------------------------------------------


def test_set_writes_the_file_and_says_what_changed(home: Home) -> None:
    out, err = home.run("set", "routing.max_constraints", "4")
    assert (out, err) == ("", "routing.max_constraints: default -> 4 in config.toml\n")
    assert home.run("set", "routing.max_constraints", "4")[1] == (
        "routing.max_constraints is 4 in config.toml already\n"
    )
    home.run("set", "routing.max_constraints", "--default")
    assert home.run("get", "routing.max_constraints")[0] == "3\n"


def test_set_refuses_a_negative_number_with_the_range(home: Home) -> None:
    _, err = home.run("set", "routing.max_constraints", "-1", code=3)
    assert err == "hroute: routing.max_constraints is -1, must be 0 to 50\n"
    assert not home.file.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["routing.max_constraints"], "routing.max_constraints has no value"),
        (["offline", "true", "--defualt"], "there is no option --defualt"),
    ],
)
def test_set_with_half_a_pair_is_a_usage_error(words: list[str], message: str, home: Home) -> None:
    assert message in home.run("set", *words, code=2)[1]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("offline=true", "offline true"),
        ("local.chat.model=my models/a=b.gguf", "local.chat.model 'my models/a=b.gguf'"),
        ("offline=", "offline VALUE, or --default"),
    ],
)
def test_set_with_an_equals_sign_is_told_the_pair_that_was_meant(word: str, hint: str, home: Home) -> None:
    _, err = home.run("set", word, code=2)
    assert err == f"hroute: {word.partition('=')[0]} has no value\n  hroute config set {hint}\n"


def test_set_says_when_a_variable_wins(home: Home) -> None:
    _, err = home.run("set", "offline", "true", HROUTE_OFFLINE="0")
    assert "HROUTE_OFFLINE is set in this shell and wins over the file" in err


def test_set_never_repeats_a_key(home: Home) -> None:
    key = "sk-proj-0123456789abcdefghij"
    home.run("set", "cloud.openai.model", "gpt-4o")
    for name in ("api_key_env", "api_key_cmd", "api_key", "name"):
        out, err = home.run("set", f"cloud.openai.{name}", f"{key} ", code=3)
        assert key not in out + err + home.file.read_text()


# --- edit, check -------------------------------------------------------------


def test_edit_replaces_the_file_by_a_valid_text(home: Home) -> None:
    command = editor(home.folder, "offline = true\n")
    assert home.run("edit", EDITOR=command)[1] == "wrote config.toml\n"
    assert home.file.read_text() == "offline = true\n"
    assert home.run("edit", VISUAL=command, EDITOR="/nowhere")[1] == "nothing changed\n"
    assert sorted(p.name for p in home.folder.iterdir()) == ["config.toml", "editor.py"]


def test_edit_keeps_an_invalid_text_beside_the_file_and_says_where(home: Home) -> None:
    home.file.write_text("offline = true\n")
    _, err = home.run("edit", code=3, EDITOR=editor(home.folder, "offlin = true\n"))
    (copy,) = home.folder.glob("config.edit-*.toml")
    assert copy.read_text() == "offlin = true\n"
    assert home.file.read_text() == "offline = true\n"
    assert f"{copy.name}:1: unknown key offlin; did you mean offline?" in err
    assert f"your text is in {copy.name}" in err


def test_edit_changes_nothing_when_the_editor_fails(home: Home) -> None:
    home.file.write_text("offline = true\n")
    _, err = home.run("edit", code=2, EDITOR=editor(home.folder, "offline = false\n", code=1))
    assert home.file.read_text() == "offline = true\n"
    assert "your text is in config.edit-" in err


@pytest.mark.parametrize("command", ["/nowhere/editor", "'unclosed"])
def test_edit_without_a_usable_editor_is_a_usage_error(command: str, home: Home) -> None:
    assert "export EDITOR=" in home.run("edit", code=2, EDITOR=command)[1]
    assert list(home.folder.iterdir()) == []


def test_check_without_a_file_is_ok(home: Home) -> None:
    assert home.run("check") == ("ok: no file, all defaults\n", "")


def test_check_names_the_mistake_and_ends_with_3(home: Home) -> None:
    other = home.folder / "other.toml"
    other.write_text("[routing]\nmax_constraints = -1\n")
    out, err = home.run("check", str(other), code=3)
    assert (out, err) == ("", "hroute: other.toml:2: routing.max_constraints is -1, must be 0 to 50\n")
    assert "there is no file" in home.run("check", str(home.folder / "none"), code=3)[1]


def test_check_shows_what_is_added_to_requests_and_get_prints_it(home: Home) -> None:
    extra = '{ provider = { order = ["x"] } }'
    home.file.write_text(
        f'[local.chat]\nmodel = "m"\nbase_url = "http://127.0.0.1:1"\nextra_body = {extra}\n'
    )
    assert home.run("check") == (f"ok: {home.file}\n", f"local.chat: every request has {extra}\n")
    assert home.run("get", "local.chat.extra_body") == (f"{extra}\n", "")
    assert home.run("get", "local.tools.extra_body") == ("{}\n", "")


def test_setting_it_says_what_changed(home: Home) -> None:
    home.run("set", "local.chat.extra_body", "{ a = 1 }")
    _, err = home.run("set", "local.chat.extra_body", "{ a = 2 }")
    assert err.startswith("local.chat.extra_body: { a = 1 } -> { a = 2 } in ")


@pytest.mark.parametrize("command", ["init", "show", "path", "get", "set", "edit", "check"])
def test_every_commands_help_ends_with_examples(command: str, home: Home) -> None:
    out, _ = home.run(command, "--help", TERM="dumb")
    assert "Examples:" in out
    assert f"hroute config {command}" in out
