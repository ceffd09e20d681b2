"""`hroute replay`, as typed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hroute.cli.main import app
from hroute.core.decision.decision import Chances, Route, Rule
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from tests.support.logged import NOON, cloud, decision, local, write
from tests.support.program import CLOUD, Program

# What a calibration has said of every turn here: by cost, the cloud is the better route.
CHANCES = Chances(0.5, 0.95, "calibration-1")
STAYED = decision(chances=CHANCES, propensity=0.5)
DRAWN = decision(
    wanted=Route.CLOUD, route=Route.CLOUD, rule=Rule.EXPLORATION, chances=CHANCES, propensity=0.5
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CLOUD.format(base_url="http://127.0.0.1:9/v1"))
    return tmp_path


@pytest.fixture
def log(home: Path) -> Iterator[Log]:
    with Log(home / "log.sqlite") as log:
        yield log


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["replay", *words], env={"HROUTE_HOME": str(home)})


def shown(home: Path, *words: str) -> str:
    result = run(home, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def rated(log: Log, times: int) -> None:
    for i in range(times):
        for decided in (STAYED, DRAWN):
            attempt = local() if decided is STAYED else cloud()
            turn_id = write(log, f"Prompt {i}\x1b[31m\nof two lines", [attempt], decided=decided)
            log.verdicts.give(turn_id, Verdict(Judgement.GOOD if i % 3 else Judgement.BAD), at=NOON)


def test_it_says_how_many_change_what_that_costs_and_which_they_are(home: Path, log: Log) -> None:
    write(log, "Why is\nthe sky \x1b[31mblue?", decided=decision(chances=CHANCES))
    out = shown(home, "--policy", "cpst")
    assert out.startswith(
        "1 turn decided again by cpst-1\n  1 take another route (100.0%): 1 from local to cloud"
    )
    assert "#1       local -> cloud" in out
    assert "Why is the sky blue?" in out
    assert "\x1b" not in out


def test_without_overlap_it_refuses_in_a_sentence_and_says_how_to_get_some(home: Path, log: Log) -> None:
    for _ in range(3):
        turn_id = write(log, decided=decision(chances=CHANCES))
        log.verdicts.give(turn_id, Verdict(Judgement.BAD), at=NOON)
    out = shown(home, "--policy", "cpst")
    assert "No estimate from verdicts: all 3 turns with a verdict that would change" in out
    assert "hroute config set routing.explore 0.05" in out


def test_with_lots_in_the_log_each_estimate_names_its_method_and_its_size(home: Path, log: Log) -> None:
    rated(log, 12)
    out = shown(home, "--policy", "cpst")
    for method in ("inverse propensity", "self-normalised", "doubly robust"):
        assert f"success, {method}" in out
        assert f"CPST, {method}" in out
    assert "effective sample size 12" in out


def test_json_has_the_same_and_money_as_text(home: Path, log: Log) -> None:
    rated(log, 12)
    found = json.loads(shown(home, "--policy", "cpst", "--json", "-n", "2"))
    assert (found["turns"], found["changed"], found["policy"]) == (24, 24, "cpst-1")
    assert found["changes"] == [{"then": "local", "now": "cloud", "turns": 24}]
    assert [flip["turn_id"] for flip in found["flips"]] == ["24", "23"]
    assert isinstance(found["flips"][0]["usd"], str)
    assert [one["method"] for one in found["evidence"]["estimates"]] == [
        "inverse propensity",
        "self-normalised",
        "doubly robust",
    ]


def test_options_are_settings_and_what_is_not_given_is_as_configured(home: Path, log: Log) -> None:
    write(log)
    assert "decided again by signals" in shown(home)
    assert "decided again by cpst" in shown(home, "--set", "policy=cpst")
    assert (
        json.loads(shown(home, "--max-constraints", "0", "--max-context-tokens", "256", "--json"))["turns"]
        == 1
    )


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--max-constraints", "99"), 3, "routing.max_constraints is 99"),
        (("--set", "policy=best"), 3, "policy is"),
        (("--since", "soon"), 2, "--since 'soon' is not a time"),
        (("--policy", "best"), 2, "--policy"),
    ],
)
def test_what_cannot_be_is_refused(home: Path, words: tuple[str, ...], code: int, message: str) -> None:
    result = run(home, *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_an_empty_log_has_nothing_to_replay(home: Path) -> None:
    result = run(home)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no turn to decide again" in result.stderr


def test_eighty_columns_hold_every_estimate_with_its_interval(home: Path, log: Log) -> None:
    rated(log, 12)
    lines = Program(home).run_on_terminal("replay", "--policy", "cpst").out.splitlines()
    rows = [line for line in lines if line.startswith(("  success, ", "  CPST, "))]
    assert [row[-1] for row in rows] == ["]"] * 6
