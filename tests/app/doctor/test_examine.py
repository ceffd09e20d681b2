from collections.abc import Mapping
from pathlib import Path

import pytest

from hroute.app.doctor.examine import examine
from hroute.app.doctor.finding import DoctorFinding, Health
from hroute.app.doctor.models import local_checks
from hroute.config.paths import Paths
from hroute.core.remedies import Advice, Measure
from hroute.core.settings import LocalModel, Settings
from tests.support.servers.modelserver import ModelServer

SKY = '[[cloud]]\nname = "sky"\nmodel = "big"\napi_key_env = "SKY_KEY"\nbase_url = "{url}"\n'
PRICED = SKY + "input_usd_per_mtok = 1\noutput_usd_per_mtok = 2\n"
KEY = "sk-abcdefghijklmnopqrstuvwxyz"
CLOSED = "http://127.0.0.1:9/v1"
KNOWN = '[local.chat]\nmodel = "qwen2.5:7b"\nbase_url = "http://127.0.0.1:9/v1"\n'
SERVER_ONLY = '[local.chat]\nmodel = "small"\nbase_url = "{url}"\n'


def found(
    home: Path, config: str = "", env: Mapping[str, str] | None = None, *, online: bool = False
) -> dict[str, DoctorFinding]:
    """The checks by name, for settings without a local model file: those take no time."""
    (home / "config.toml").write_text(config or SERVER_ONLY.format(url=CLOSED))
    paths = Paths.find({"HROUTE_HOME": str(home)})
    return {check.name: check for check in examine(paths, env or {}, online=online)}


def with_cloud(config: str, url: str = CLOSED) -> str:
    return SERVER_ONLY.format(url=url) + config.format(url=url)


def test_with_nothing_wrong_every_check_is_ok(tmp_path: Path) -> None:
    checks = found(tmp_path, with_cloud(PRICED), {"SKY_KEY": KEY})
    assert {check.health for check in checks.values()} == {Health.OK}
    of_settings = ["local chat", "scout", "constraints", "ability", "cloud", "cloud sky", "tokens"]
    assert list(checks) == ["python", "config", *of_settings, "calibration", "log"]


def test_what_the_ability_rests_on_is_told_with_how_to_measure_it(tmp_path: Path) -> None:
    unknown = found(tmp_path)["ability"]
    assert unknown.detail.split(", ")[1] == "assumed"
    assert unknown.remedies == (Measure("ability", "measure it"),)
    assert "by its public results" in found(tmp_path, KNOWN)["ability"].detail
    assert "as set in local.chat.ability" in found(tmp_path, KNOWN + "ability = 1.5\n")["ability"].detail


def test_a_file_that_should_tell_an_ability_and_cannot_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "ability"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text('{"version": 1, "name": 7}')
    (folder / "b.json").write_text("")
    check = found(tmp_path, KNOWN)["ability"]
    assert check.health is Health.WARN
    assert "a.json is no measured ability of this version: name is 7: " in check.detail
    assert check.detail.endswith("and 1 more file; not used, the ability is by its public results")
    assert check.remedies == (Advice(f"rm {folder / 'a.json'}"), Measure("ability", "measure anew"))


def test_versions_of_the_engines_are_told(tmp_path: Path) -> None:
    assert "llama-cpp-python 0." in found(tmp_path)["python"].detail
    assert "openai 3." in found(tmp_path)["python"].detail


def test_wrong_settings_fail_and_nothing_is_concluded_from_defaults(tmp_path: Path) -> None:
    checks = found(tmp_path, "offlin = true\n")
    assert checks["config"].health is Health.FAIL
    assert "did you mean offline?" in checks["config"].detail
    assert list(checks) == ["python", "config", "calibration", "log"]


def test_a_key_is_present_or_not_and_never_shown(tmp_path: Path) -> None:
    there = found(tmp_path, with_cloud(PRICED), {"SKY_KEY": KEY})["cloud sky"]
    absent = found(tmp_path, with_cloud(PRICED))["cloud sky"]
    assert (there.health, "key in SKY_KEY" in there.detail) == (Health.OK, True)
    assert (absent.health, absent.remedies) == (Health.FAIL, (Advice("export SKY_KEY=..."),))
    assert KEY not in f"{there}{absent}"


def test_an_unknown_price_is_a_warning(tmp_path: Path) -> None:
    check = found(tmp_path, with_cloud(SKY), {"SKY_KEY": KEY})["cloud sky"]
    assert (check.health, "price unknown" in check.detail) == (Health.WARN, True)


def test_a_cloud_without_a_key_is_a_warning_unless_it_is_on_this_machine(tmp_path: Path) -> None:
    keyless = PRICED.replace('api_key_env = "SKY_KEY"\n', "")
    near = found(tmp_path, with_cloud(keyless))["cloud sky"]
    far = found(tmp_path, with_cloud(keyless, "https://example.com/v1"))["cloud sky"]
    assert (near.health, far.health) == (Health.OK, Health.WARN)


@pytest.mark.parametrize("line", ["offline = true\n", ""])
def test_what_keeps_all_clouds_from_being_used_is_told(line: str, tmp_path: Path) -> None:
    lock = line or "[privacy]\nlocal_only = true\n"
    check = found(tmp_path, lock + with_cloud(PRICED), {"SKY_KEY": KEY})["cloud"]
    assert (check.health, "no endpoint is used" in check.detail) == (Health.WARN, True)


def test_token_counts_that_are_estimates_are_called_so(tmp_path: Path) -> None:
    check = found(tmp_path, with_cloud(PRICED), {"SKY_KEY": KEY})["tokens"]
    assert check.detail == "estimated for big (no table at hand)"


def test_the_starter_is_sound_and_fits(tmp_path: Path) -> None:
    chat, memory, kernels = local_checks(Settings(), tmp_path, {})
    assert chat == DoctorFinding(
        "local chat", Health.OK, "starter: mostly Q4_1, context 8,192, vocabulary loads"
    )
    assert (memory.health, memory.detail[:23]) == (Health.OK, "0.3 GB for 8,192 tokens")
    assert kernels.health is Health.OK


@pytest.mark.parametrize(
    ("model", "health", "says"),
    [
        ("/nowhere/m.gguf", Health.FAIL, "no such model file"),
        ("hf:o/r/m.gguf", Health.WARN, "not downloaded yet"),
    ],
)
def test_a_model_that_is_not_there_is_told(model: str, health: Health, says: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"local": {"chat": LocalModel(model=model)}})
    (check,) = local_checks(settings, tmp_path, {})
    assert (check.health, says in check.detail) == (health, True)
    assert check.remedies


def test_nobody_is_asked_without_online(tmp_path: Path) -> None:
    with ModelServer() as server:
        found(tmp_path, with_cloud(PRICED, server.base_url), {"SKY_KEY": KEY})
        assert server.requests == []


def test_online_asks_each_endpoint_with_its_key(tmp_path: Path) -> None:
    with ModelServer("big", "small") as server:
        checks = found(tmp_path, with_cloud(PRICED, server.base_url), {"SKY_KEY": KEY}, online=True)
        assert server.requests == [("/v1/models", None), ("/v1/models", f"Bearer {KEY}")]
    assert checks["online chat"].health is Health.OK
    assert "lists big" in checks["online sky"].detail


@pytest.mark.parametrize(
    ("server", "health", "says"),
    [
        (ModelServer("other"), Health.WARN, "does not list big"),
        (ModelServer(status=401), Health.FAIL, "refuses the key (401)"),
        (ModelServer(status=404), Health.WARN, "answers 404"),
        (ModelServer(status=302), Health.WARN, "answers 302"),
        (ModelServer(body=b"<html>"), Health.OK, "answers"),
    ],
)
def test_online_tells_what_an_endpoint_says(
    server: ModelServer, health: Health, says: str, tmp_path: Path
) -> None:
    with server:
        checks = found(tmp_path, with_cloud(PRICED, server.base_url), {"SKY_KEY": KEY}, online=True)
    assert (checks["online sky"].health, says in checks["online sky"].detail) == (health, True)
    assert KEY not in str(checks)


def test_online_without_an_answer_fails(tmp_path: Path) -> None:
    check = found(tmp_path, with_cloud(PRICED), {"SKY_KEY": KEY}, online=True)["online sky"]
    assert (check.health, "does not answer" in check.detail) == (Health.FAIL, True)


def test_offline_is_obeyed_also_online(tmp_path: Path) -> None:
    with ModelServer("small") as server:
        config = "offline = true\n" + with_cloud(PRICED, server.base_url)
        checks = found(tmp_path, config, {"SKY_KEY": KEY}, online=True)
        assert server.requests == [("/v1/models", None)]
    assert "online sky" not in checks


def test_a_damaged_log_fails(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_text("not a database at all")
    check = found(tmp_path)["log"]
    assert (check.health, "is not an SQLite database" in check.detail) == (Health.FAIL, True)
