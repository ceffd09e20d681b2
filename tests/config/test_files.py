import subprocess
import sys
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.config.files import load, merged
from hroute.config.outside import assignments
from hroute.config.paths import Paths
from hroute.core.errors import ConfigError
from hroute.core.settings import Settings
from tests.support.advice import advice_of

KEY = "sk-proj-0123456789abcdefghij"


def settings_of(text: str, tmp_path: Path, *flags: str, **env: str) -> Settings:
    (tmp_path / "config.toml").write_text(text)
    home = {"HROUTE_HOME": str(tmp_path)}
    return load(Paths.find(home), home | env, assignments(flags, "--set"))


def error_of(text: str, tmp_path: Path, *flags: str, **env: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        settings_of(text, tmp_path, *flags, **env)
    message = caught.value.message.replace(f"{tmp_path}/", "")
    return ConfigError(message, advice_of(caught.value.remedies).replace(f"{tmp_path}/", ""))


# --- merging -----------------------------------------------------------------


def test_no_file_gives_the_defaults_and_creates_nothing(tmp_path: Path) -> None:
    paths = Paths.find({"HROUTE_HOME": str(tmp_path / "none")})
    assert load(paths, {}) == Settings()
    assert list(tmp_path.iterdir()) == []


def test_the_defaults_hold_without_being_validated() -> None:
    defaults = Settings.model_construct()
    assert defaults == Settings.model_validate({})
    assert defaults == Settings.model_validate(defaults.model_dump())


def test_the_defaults_build_no_validator() -> None:
    code = (
        "from hroute.config.files import load; from hroute.config.paths import Paths;"
        "from hroute.core.settings import Section, Settings;"
        "env = {'HROUTE_HOME': '/nowhere'}; load(Paths.find(env), env);"
        "print([one for one in (Settings, *Section.__subclasses__()) if one.__pydantic_complete__])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    text = "[routing]\nmax_constraints = 1\nmax_context_tokens = 1000\nanswer_tokens = 100\n"
    settings = settings_of(
        text,
        tmp_path,
        "routing.max_constraints=3",
        HROUTE_ROUTING__MAX_CONSTRAINTS="2",
        HROUTE_ROUTING__MAX_CONTEXT_TOKENS="2000",
    )
    routing = settings.routing
    assert (routing.max_constraints, routing.max_context_tokens, routing.answer_tokens) == (3, 2000, 100)


def test_variables_reach_nested_tables_and_list_entries_by_index_or_name(tmp_path: Path) -> None:
    settings = settings_of(
        '[[cloud]]\nname = "one"\nmodel = "a"\n',
        tmp_path,
        HROUTE_LOCAL__CHAT__MODEL="7",
        HROUTE_CLOUD__ONE__MODEL="b",
        HROUTE_CLOUD__1__MODEL="c",
        HROUTE_OFFLINE="yes",
        HROUTE_BUDGET__DAILY_USD="0.10",
    )
    assert settings.local.chat.model == "7"
    assert [c.model for c in settings.cloud] == ["b", "c"]
    assert settings.offline
    assert settings.budget.daily_usd == Decimal("0.1")


def test_an_entry_whose_name_has_dots_is_set_by_its_name(tmp_path: Path) -> None:
    text = '[[cloud]]\nname = "gpt-4.1"\nmodel = "a"\n'
    assert settings_of(text, tmp_path, "cloud.gpt-4.1.model=b").cloud[0].model == "b"


def test_an_empty_variable_and_those_of_tests_completion_and_others_set_nothing(tmp_path: Path) -> None:
    settings = settings_of(
        "",
        tmp_path,
        HROUTE_POLICY="",
        HROUTE_TEST_ANYTHING="1",
        _HROUTE_COMPLETE="bash",
        HROUTE_PORT="tcp://10.0.0.1:80",
        HROUTE_SERVICE_HOST="10.0.0.1",
    )
    assert settings == Settings()


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert settings_of("\ufeffoffline = true\r\n[routing]\r\n", tmp_path).offline


# --- errors ------------------------------------------------------------------

WRONG_VALUES = [
    (
        "\n\n[routing]\nmax_constraints = -1",
        "config.toml:4: routing.max_constraints is -1, must be 0 to 50",
    ),
    (
        '[routing]\nmax_constraints = "x"',
        'config.toml:2: routing.max_constraints is "x", must be a whole number, 0 to 50',
    ),
    ("[local]\nchat = { top_p = 0 }", "config.toml:2: local.chat.top_p is 0, must be more than 0, up to 1"),
    (
        "[local.chat]\nstall_s = nan",
        "config.toml:2: local.chat.stall_s is nan, must be more than 0, up to 86,400",
    ),
    ('[log]\nprompts = "all"', 'config.toml:2: log.prompts is "all", must be "full", "hash" or "off"'),
    ('offline = "maybe"', 'config.toml:1: offline is "maybe", must be true or false'),
    ("[budget]\ndaily_usd = []", "config.toml:2: budget.daily_usd is a list, must be a number, 0 or more"),
    ('[local.chat]\nmodel = ""', 'config.toml:2: local.chat.model is "", must be text, not empty'),
    ("routing = 3", "config.toml:1: routing must be a table, [routing]"),
    ('[cloud]\nmodel = "x"', "config.toml:1: cloud must be a list of tables, each under [[cloud]]"),
    ("[[cloud]]", "config.toml:1: cloud.0.model is missing"),
    (
        '[[cloud]]\nmodel = "a"\n[[cloud]]\nmodel = "b"',
        "config.toml: cloud name 'cloud' is used twice: give each [[cloud]] its own name",
    ),
    (
        '[[cloud]]\nmodel = "a"\n[[cloud]]\nmodel = "a"\ninput_usd_per_mtok = 1\nname = "b"',
        "config.toml:3: cloud.1: set input_usd_per_mtok and output_usd_per_mtok together",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG_VALUES)
def test_a_wrong_value_is_named_with_file_line_key_value_and_range(
    text: str, message: str, tmp_path: Path
) -> None:
    assert error_of(text, tmp_path).message == message


UNKNOWN = [
    (
        "[routing]\nmax_constraint = 3",
        "config.toml:2: unknown key routing.max_constraint; did you mean max_constraints?",
    ),
    ("[rooting]\nx = 3", "config.toml:1: unknown table rooting; did you mean routing?"),
    ("max_constraints = 3", "config.toml:1: unknown key max_constraints; it belongs in [routing]"),
    ('base = 1\n[log]\np_cloud = "x"', "config.toml:1: unknown key base"),
    (
        "[routing]\noffline = true",
        "config.toml:2: unknown key routing.offline; it belongs above the first [table]",
    ),
]


@pytest.mark.parametrize(("text", "message"), UNKNOWN)
def test_an_unknown_key_is_named_with_what_was_probably_meant(
    text: str, message: str, tmp_path: Path
) -> None:
    assert error_of(text, tmp_path).message == message


SYNTAX = [
    ("[routing]\nmax = abc", "config.toml:2:7: not valid TOML: invalid value"),
    ('a = "', "config.toml:1: not valid TOML: unterminated string"),
    ("a = 1\na = 2\n", "config.toml:2:6: not valid TOML: cannot overwrite a value"),
    ("a = " + "9" * 5000, "config.toml: not valid TOML: a number or date is out of range"),
]


@pytest.mark.parametrize(("text", "message"), SYNTAX)
def test_broken_toml_is_named_with_line_and_column(text: str, message: str, tmp_path: Path) -> None:
    assert error_of(text, tmp_path).message == message


def test_the_first_mistake_by_line_is_the_message_and_the_others_are_listed(tmp_path: Path) -> None:
    error = error_of("[log]\nprompts = 1\n[routing]\nmax_constraints = 99\n[cpst]\np_cloud = 0\n", tmp_path)
    assert error.message.startswith("config.toml:2: log.prompts is 1")
    assert advice_of(error.remedies).splitlines() == [
        "and 2 more:",
        "    config.toml:4: routing.max_constraints is 99, must be 0 to 50",
        "    config.toml:6: cpst.p_cloud is 0, must be more than 0, up to 1",
    ]


FROM_OUTSIDE = [
    (
        {"HROUTE_ROUTING__MAX_CONSTRAINTS": "-1"},
        "HROUTE_ROUTING__MAX_CONSTRAINTS: routing.max_constraints is -1, must be 0 to 50",
    ),
    (
        {"HROUTE_ROUTING__MAX_CONSTRAINT": "3"},
        "HROUTE_ROUTING__MAX_CONSTRAINT: unknown setting; did you mean HROUTE_ROUTING__MAX_CONSTRAINTS?",
    ),
    (
        {"HROUTE_ROUTING_MAX_CONSTRAINTS": "3"},
        "HROUTE_ROUTING_MAX_CONSTRAINTS: unknown setting; did you mean HROUTE_ROUTING__MAX_CONSTRAINTS?",
    ),
    ({"HROUTE_OFLINE": "1"}, "HROUTE_OFLINE: unknown setting; did you mean HROUTE_OFFLINE?"),
    ({"HROUTE_FOO__BAR": "1"}, "HROUTE_FOO__BAR: unknown setting"),
    (
        {"HROUTE_CLOUD__3__MODEL": "x"},
        "HROUTE_CLOUD__3__MODEL: there is no cloud.3: the next new entry is cloud.0",
    ),
    ({"HROUTE_CLOUD__0__NAME": "x"}, "HROUTE_CLOUD__0__NAME: cloud.0.model is missing"),
]


@pytest.mark.parametrize(("env", "message"), FROM_OUTSIDE)
def test_a_wrong_variable_is_named_itself(env: dict[str, str], message: str, tmp_path: Path) -> None:
    assert error_of("", tmp_path, **env).message == message


FROM_FLAGS = [
    (
        "routing.max_constraints=x",
        '--set routing.max_constraints: routing.max_constraints is "x", must be a whole number, 0 to 50',
    ),
    (
        "routing.max_constraint=4",
        "--set routing.max_constraint: unknown setting routing.max_constraint;"
        " did you mean routing.max_constraints?",
    ),
    ("offline", "--set wants KEY=VALUE, e.g. --set routing.max_constraints=4"),
]


@pytest.mark.parametrize(("flag", "message"), FROM_FLAGS)
def test_a_wrong_flag_is_named_itself(flag: str, message: str, tmp_path: Path) -> None:
    assert error_of("", tmp_path, flag).message == message


def test_what_cannot_be_read_as_a_text_file_is_a_configuration_error(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"offline = true\nx = '\xe9'\n")
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * 1_000_001)
    expected = {
        latin: f"{latin}:2: not UTF-8 text",
        big: f"{big} is larger than 1 MB: this is no configuration file",
        tmp_path: f"{tmp_path} is a folder, not a file",
        latin / "x": f"cannot read {latin / 'x'}: Not a directory",
        tmp_path / "none": f"HROUTE_CONFIG names {tmp_path / 'none'}, which does not exist",
    }
    for file, message in expected.items():
        env = {"HROUTE_CONFIG": str(file)}
        with pytest.raises(ConfigError) as caught:
            load(Paths.find(env), env)
        assert caught.value.message == message


@given(st.binary(max_size=60) | st.text(alphabet="[]=.\"'{}#\n abcloudmel01-", max_size=60).map(str.encode))
def test_random_files_raise_nothing_but_configuration_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.mktemp("random") / "config.toml"
    file.write_bytes(data)
    env = {"HROUTE_CONFIG": str(file)}
    with suppress(ConfigError):
        load(Paths.find(env), env)


def test_fifty_thousand_mistakes_are_reported_in_twenty_lines(tmp_path: Path) -> None:
    error = error_of("\n".join(f"k{i} = {i}" for i in range(50_000)), tmp_path)
    assert error.message == "config.toml:1: unknown key k0"
    assert advice_of(error.remedies).startswith("and 49999 more:")
    assert len(advice_of(error.remedies).splitlines()) == 20


# --- secrets -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f'[[cloud]]\nmodel = "x"\napi_key = "{KEY}"',
        f'[[cloud]]\nmodel = "x"\napi_key_env = "{KEY}"',
        f'[[cloud]]\nmodel = "x"\napi_key_cmd = "echo {KEY}"',
        f'policy = "{KEY}"',
        f'[[cloud]]\nmodel = "x"\nbase_url = "https://me:{KEY}@host/v1"',
        f'[[cloud]]\nmodel = "x"\nname = "{KEY} "',
        f'"{KEY}" = 1',
        f"[[cloud]]\nmodel = {KEY}",
    ],
)
def test_a_key_in_the_file_is_never_repeated(text: str, tmp_path: Path) -> None:
    error = error_of(text, tmp_path)
    assert KEY not in error.message + advice_of(error.remedies)
    assert "config.toml:" in error.message


def test_a_key_in_the_file_is_answered_with_where_it_belongs(tmp_path: Path) -> None:
    error = error_of('[[cloud]]\nmodel = "x"\napi_key = "anything"', tmp_path)
    assert error.message == "config.toml:3: unknown key cloud.0.api_key; did you mean api_key_env?"
    assert "api_key_cmd" in advice_of(error.remedies)


def test_pydantics_own_error_which_repeats_values_is_not_shown_with_ours(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(f'[[cloud]]\nmodel = "x"\napi_key = "{KEY}"', tmp_path)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


# --- cost and origins --------------------------------------------------------


def test_every_set_value_knows_where_it_was_set(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("offline = true\n[routing]\nmax_constraints = 5\n")
    home = {"HROUTE_HOME": str(tmp_path)}
    source = merged(
        Paths.find(home), home | {"HROUTE_OFFLINE": "0"}, assignments(["log.prompts=off"], "--set")
    )
    assert {".".join(map(str, loc)): str(origin) for loc, origin in source.origins().items()} == {
        "offline": "HROUTE_OFFLINE",
        "routing.max_constraints": f"{tmp_path}/config.toml:3",
        "log.prompts": "--set log.prompts",
    }


def test_loading_the_defaults_imports_no_toml_library() -> None:
    code = (
        "import sys; from hroute.config.files import load; from hroute.config.paths import Paths;"
        "env = {'HROUTE_HOME': '/nowhere'}; load(Paths.find(env), env);"
        "print({'tomllib', 'tomlkit', 'tomli_w', 'platformdirs', 'difflib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
