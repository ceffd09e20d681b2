"""`hroute rate` and `hroute log inbox`, as typed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hroute.cli.main import app
from hroute.core.turn.attempt import Outcome
from hroute.core.turn.verdict import Verdict
from hroute.store.log import Log
from tests.support.logged import NOON, local, write


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def log(home: Path) -> Iterator[Log]:
    with Log(home / "log.sqlite") as log:
        yield log


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"HROUTE_HOME": str(home)})


def said(home: Path, *words: str) -> str:
    result = run(home, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_a_verdict_is_confirmed_with_what_it_was_before(home: Path, log: Log) -> None:
    turn_id = write(log)
    assert said(home, "rate", str(turn_id), "good") == f"#{turn_id} is good (was not rated)\n"
    assert said(home, "rate", f"#{turn_id}", "BAD", "-m", "2.5") == (
        f"#{turn_id} is bad, 2.5 minutes lost (was good)\n"
    )
    assert said(home, "rate", "--last", "unknown") == (f"#{turn_id} is unknown (was bad, 2.5 minutes lost)\n")
    assert log.turn(turn_id).verdict is None


def test_the_users_word_is_above_the_contracts(home: Path, log: Log) -> None:
    turn_id = write(log)
    log.verdicts.give(turn_id, Verdict.by_contract(), at=NOON)
    assert said(home, "rate", "--last", "bad") == f"#{turn_id} is bad (was good by its contract)\n"


def test_every_verdict_stays_on_record_where_the_turn_is_shown(home: Path, log: Log) -> None:
    turn_id = str(write(log))
    said(home, "rate", turn_id, "bad", "--note", "wrong \x1b[2Junits")
    said(home, "rate", turn_id, "good")
    commands = (["log", "show", turn_id], ["explain", turn_id])
    for command in commands:
        shown = said(home, *command)
        assert "\x1b" not in shown
        assert 'bad: "wrong ' in shown
        assert shown.rstrip().endswith("good")
        verdicts = json.loads(said(home, *command, "--json"))["verdicts"]
        assert [verdict["verdict"] for verdict in verdicts] == ["bad", "good"]


def test_json_says_what_holds_and_what_held(home: Path, log: Log) -> None:
    turn_id = str(write(log))
    said(home, "rate", turn_id, "bad", "--minutes", "5", "--note", "slow")
    assert json.loads(said(home, "rate", turn_id, "good", "--json")) == {
        "id": turn_id,
        "verdict": "good",
        "by": "user",
        "minutes": None,
        "note": None,
        "was": {"verdict": "bad", "by": "user", "minutes": "5", "note": None},
    }


def test_a_note_is_not_kept_where_texts_are_not(home: Path, log: Log) -> None:
    (home / "config.toml").write_text('[log]\nprompts = "hash"\n')
    turn_id = write(log)
    said(home, "rate", "--last", "bad", "--note", "a secret")
    assert [given.verdict.note for given in log.verdicts.history(turn_id)] == [None]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("1",), 2, "one turn and one verdict"),
        (("good",), 2, "one turn and one verdict"),
        (("--last", "1", "good"), 2, "one turn and one verdict"),
        (("one", "good"), 2, "'one' is no turn"),
        (("1", "fine"), 2, "'fine' is no verdict"),
        (("1", "good", "--minutes", "3"), 2, "only a bad answer costs minutes"),
        (("1", "bad", "--minutes", "-1"), 2, "--minutes"),
        (("1", "bad", "--minutes", "nan"), 2, "--minutes"),
        (("9", "good"), 5, "no turn 9 in the log"),
        (("2", "good"), 2, "turn 2 got no answer"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    home: Path, log: Log, words: tuple[str, ...], code: int, message: str
) -> None:
    answered, failed = write(log), write(log, attempts=[local(outcome=Outcome.ERROR)])
    result = run(home, "rate", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert log.verdicts.history(answered) == log.verdicts.history(failed) == []


def test_a_turn_without_an_answer_may_be_called_bad(home: Path, log: Log) -> None:
    turn_id = write(log, attempts=[local(outcome=Outcome.ERROR)])
    assert said(home, "rate", "--last", "bad") == f"#{turn_id} is bad (was not rated)\n"


def test_rating_in_an_empty_log_says_that_it_is_empty(home: Path) -> None:
    result = run(home, "rate", "--last", "good")
    assert (result.exit_code, "the log is empty" in result.stderr) == (5, True)


# --- inbox -------------------------------------------------------------------


def test_an_inbox_line_has_the_reason_and_the_command_that_rates_it(home: Path, log: Log) -> None:
    turn_id = write(log, "Why\tis the\nsky \x1b[31mblue?")
    result = run(home, "log", "inbox")
    assert result.stdout == f"{turn_id}\tnot rated yet\throute rate {turn_id} good\tWhy is the sky blue?\n"
    assert f"hroute log show {turn_id}" in result.stderr


def test_an_inbox_command_can_be_pasted_and_empties_it(home: Path, log: Log) -> None:
    write(log)
    command = json.loads(said(home, "log", "inbox", "--json"))["command"]
    said(home, *command.split()[1:])
    result = run(home, "log", "inbox")
    assert (result.stdout, result.stderr) == (
        "",
        "Nothing to rate: every answer in the log has its verdict.\n",
    )
