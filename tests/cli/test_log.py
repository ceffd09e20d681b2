"""`hroute log`, as typed."""

import csv
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hroute.cli.format.money import usd
from hroute.cli.log.view import print_summaries
from hroute.cli.main import app
from hroute.cli.terminal import Terminal
from hroute.cli.words.decision import degraded_words
from hroute.core.decision.decision import Degraded, Route, Rule
from hroute.core.routing.reasons import Sentence
from hroute.core.turn.attempt import Outcome, Usage
from hroute.core.turn.message import Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.turn import Turn
from hroute.store.log import Log
from tests.support.files import old_logs
from tests.support.logged import CLOUD_URL, NOON, cloud, decision, local, open_attempt, open_turn, write
from tests.support.repository import ROOT
from tests.support.turns import a_turn

pytestmark = pytest.mark.usefixtures("in_utc")


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["log", *words], env={"HROUTE_HOME": str(home)})


def started(home: Path, *command: str, stdin: int | None = None) -> "subprocess.CompletedProcess[str]":
    """The result of a process of its own."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HROUTE_HOME": str(home)}
    return subprocess.run(command, env=env, stdin=stdin, capture_output=True, text=True, check=False)


def lines(home: Path, *words: str) -> list[str]:
    result = run(home, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


# --- list and search ---------------------------------------------------------


def test_a_list_in_a_pipe_is_one_line_a_turn_with_tabs(home: Path, log: Log) -> None:
    rejected = local("", Outcome.INVALID, usage=Usage(10, 100))
    write(log, "one\ntwo\t[red]three[/red]", [rejected, cloud(usage=Usage(12, 8))])
    unpriced = local("", Outcome.ERROR, cost_usd=None)
    degraded = decision(rule=Rule.CONSTRAINT_DENSITY, degraded=Degraded.NO_CLOUD)
    write(log, "Why?", [unpriced], decided=degraded)
    assert [line.split("\t")[2:] for line in lines(home, "list")] == [
        ["local (no_cloud)", "constraint_density", "failed", "SmolLM2", "?/?", "unknown", "900", "Why?"],
        ["local", "default", "ok", "big-1", "22/108", "$0.002", "1600", "one two [red]three[/red]"],
    ]


def test_nothing_in_a_list_reaches_the_terminal_as_a_control_sequence(home: Path, log: Log) -> None:
    write(log, "a\x1b]0;title\x07b\x1b[2Jc\u202ed", [local(model="m\x1b[31m")])
    assert lines(home, "list")[0].endswith("\tabcd")
    assert "\x1b" not in run(home, "list").stdout


def test_options_narrow_the_list(home: Path, log: Log) -> None:
    write(log, at=datetime.now(UTC) - timedelta(days=3))
    write(log, a_turn("Why?", category="mail"), at=datetime.now(UTC))
    write(log, attempts=[local("", Outcome.TIMEOUT)], at=datetime.now(UTC))

    def ids(*words: str) -> list[str]:
        return [line.split("\t")[0] for line in lines(home, "list", *words)]

    assert ids("--since", "1d") == ["3", "2"]
    assert ids("--category", "mail") == ["2"]
    assert ids("--failed") == ids("--outcome", "timeout") == ["3"]
    assert ids("-n", "1") == ["3"]


def test_a_list_as_json_is_an_object_a_line_with_costs_as_strings(home: Path, log: Log) -> None:
    write(log, attempts=[cloud()])
    write(log, attempts=[cloud(cost_usd=None)])
    found = [json.loads(line) for line in lines(home, "list", "--json")]
    assert [(turn["id"], turn["cost_usd"]) for turn in found] == [("2", None), ("1", "0.002")]
    assert found[0]["created_at"] == "2026-11-01T12:00:00.000Z"


def test_an_empty_log_says_what_to_do_and_a_filter_that_no_turn_matches_says_so(home: Path, log: Log) -> None:
    assert "hroute ask" in run(home, "list").stderr
    assert not home.exists()
    write(log)
    assert run(home, "list", "--failed").stderr == "No turn matches.\n"


def test_a_bad_time_is_a_usage_error(home: Path) -> None:
    result = run(home, "list", "--since", "yesterday")
    assert result.exit_code == 2
    assert result.stderr.startswith("hroute: --since 'yesterday' is not a time\n")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_a_list_on_a_terminal_fits_its_width_and_keeps_the_ids(
    log: Log, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.text import Text

    monkeypatch.setenv("COLUMNS", str(width))
    long_name = local(model="a-very-long-model-name-that-goes-on-and-on")
    write(log, "word " * 100, [long_name], decided=decision(degraded=Degraded.NO_CLOUD))
    write(log, "[bold]漢字 " * 50, [local("", Outcome.ERROR)])
    screen = StringIO()
    print_summaries(log.turns(), Terminal(StringIO(), screen, StringIO(), is_rich=True, has_colour=False))
    shown = [Text.from_ansi(line) for line in screen.getvalue().splitlines()]
    assert len(shown) == 3
    assert max(line.cell_len for line in shown) <= width
    assert [line.plain.split()[0] for line in shown] == ["id", "2", "1"]
    assert "failed" in shown[1].plain


def test_search_lists_what_it_finds(home: Path, log: Log) -> None:
    write(log, "Where is the PARSER?")
    write(log)
    assert [line.split("\t")[0] for line in lines(home, "search", "parser")] == ["1"]
    assert run(home, "search", "zebra").stderr == "No turn has this text.\n"
    assert run(home, "search", " ").exit_code == 2


# --- show --------------------------------------------------------------------


def test_show_tells_the_whole_story_of_a_turn(home: Path, log: Log) -> None:
    invalid = local("la la", Outcome.INVALID, reason="repetition", error="it repeats itself")
    usage = Usage(1200, 34, 5, estimated=True)
    good = cloud("Rayleigh\nscattering", usage=usage, ttft_ms=80.0, cost_usd=None)
    turn = a_turn("Why?", system="be brief", files=(Text("blue", "a.txt"),), category="sky")
    wish = decision(
        wanted=Route.CLOUD, rule=Rule.SCOUT_COMPLEX, degraded=Degraded.OFFLINE, flips=(Sentence("go online"),)
    )
    write(log, turn, [invalid, good], decided=wish)
    assert lines(home, "show", "1") == [
        "turn 1 · 2026-11-01 12:00:00 · ask · category sky · ok · cost unknown",
        "system: be brief",
        "file: a.txt (4 characters)",
        "prompt",
        "    Why?",
        f"decision: local; scout_complex wanted cloud, but {degraded_words(Degraded.OFFLINE)}",
        "  nothing speaks against the local model",
        "  slot chat · policy signals · decided in 1.4 ms",
        "  expected cost per success: local $0.41, cloud unknown",
        "  to flip it: go online",
        "signals",
        "  constraints: 0, threshold 3",
        "  context: 41 tokens, threshold 8,192 (bound)",
        "  scout: standard, difficulty -0.90, p_local 0.71 (builtin-1, 0.6 ms)",
        "attempt 1: local · SmolLM2 · invalid (repetition)",
        "  2026-11-01 12:00:00 · 900 ms",
        "  tokens unknown in, unknown out · cost $0",
        "  error: it repeats itself",
        "    la la",
        "attempt 2: acme · big-1 · ok · given",
        "  2026-11-01 12:00:00 · 700 ms · first token after 80 ms · 834 bytes sent to https://api.example.com/v1",
        "  tokens 1,200 in (5 cached), 34 out, estimated · cost unknown",
        "    Rayleigh",
        "    scattering",
    ]


def test_show_says_when_the_prompt_was_not_kept(home: Path) -> None:
    with Log(home / "log.sqlite", "off") as log:
        write(log, "secret")
    assert lines(home, "show", "--last")[1:3] == ["prompt", "    (not kept)"]


def test_show_as_json_holds_request_decision_and_every_attempt(home: Path, log: Log) -> None:
    text = "a\x1b[2J\u202eb"
    write(log, a_turn("Why?", system="be brief"), [local("", Outcome.ERROR), cloud(text)])
    (line,) = lines(home, "show", "--last", "--json")
    assert "\u202e" not in line
    shown = json.loads(line)
    assert (shown["id"], shown["text"], shown["model"], shown["cost_usd"]) == ("1", text, "big-1", "0.002")
    assert shown["request"]["system"] == "be brief"
    assert shown["decision"]["rule"] == "default"
    assert [(a["outcome"], a["given"], a["endpoint"]) for a in shown["attempts"]] == [
        ("error", False, None),
        ("ok", True, CLOUD_URL),
    ]


def test_show_needs_one_turn_that_exists(home: Path, log: Log) -> None:
    write(log)
    assert run(home, "show").exit_code == 2
    assert run(home, "show", "1", "--last").exit_code == 2
    missing = run(home, "show", "9")
    assert (missing.exit_code, missing.stderr.splitlines()[0]) == (5, "hroute: no turn 9 in the log")


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        (None, "unknown"),
        ("0", "$0"),
        ("0.0000000001", "<$0.000001"),
        ("0.0021", "$0.0021"),
        ("0.1", "$0.10"),
        ("1234", "$1234.00"),
    ],
)
def test_money_never_reads_as_zero_unless_it_is(cost: str | None, shown: str) -> None:
    assert usd(None if cost is None else Decimal(cost)) == shown


# --- export ------------------------------------------------------------------


def test_jsonl_is_an_object_a_turn_oldest_first(home: Path, log: Log) -> None:
    write(log, "one")
    write(log, "two", [local("", Outcome.ERROR), cloud()])
    turns = [json.loads(line) for line in lines(home, "export")]
    assert [(turn["prompt"], len(turn["attempts"])) for turn in turns] == [("one", 1), ("two", 2)]


def test_csv_is_a_row_an_attempt_with_controls_spelt_out(home: Path, log: Log) -> None:
    write(log, "one", [local("a\x1bb\nc,d"), cloud(cost_usd=None)])
    open_turn(log)
    rows = list(csv.DictReader(io.StringIO(run(home, "export", "--format", "csv").stdout)))
    assert [(row["id"], row["engine"], row["outcome"], row["cost_usd"]) for row in rows] == [
        ("1", "local", "ok", "0"),
        ("1", "acme", "ok", ""),
        ("2", "", "", ""),
    ]
    assert rows[0]["text"] == "a\\x1bb\nc,d"


def test_an_exported_file_is_for_its_owner_and_never_the_log(home: Path, log: Log, tmp_path: Path) -> None:
    write(log)
    target = tmp_path / "log.jsonl"
    assert lines(home, "export", "-o", str(target)) == []
    assert target.stat().st_mode & 0o777 == 0o600
    assert json.loads(target.read_text())["id"] == "1"
    assert run(home, "export", "-o", str(log.path)).exit_code == 2
    assert run(home, "export", "-o", str(tmp_path / "no" / "x")).exit_code == 2
    assert log.last_id() == 1


def test_a_reader_that_goes_away_ends_an_export_quietly(home: Path, log: Log) -> None:
    for _ in range(50):
        write(log, "x" * 10_000)
    done = started(home, "bash", "-c", f"'{sys.executable}' -m hroute log export | head -c 10")
    assert (done.stdout, done.stderr) == ('{"id": "1"', "")


# --- prune -------------------------------------------------------------------


def test_prune_in_a_pipe_needs_yes(home: Path, log: Log) -> None:
    write(log)
    write(log)
    refused = run(home, "prune", "--keep-last", "1")
    assert (refused.exit_code, "--yes" in refused.stderr) == (2, True)
    assert run(home, "prune", "--keep-last", "1", "--yes").stdout.startswith("Removed 1 turn, freed ")
    assert [turn.id for turn in log.turns()] == [2]


def test_prune_says_when_another_program_keeps_the_file_large(home: Path, log: Log) -> None:
    write(log)
    with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM turns").fetchone()
        done = started(home, sys.executable, "-m", "hroute", "log", "prune", "--keep-last", "0", "--yes")
    assert done.stdout == "Removed 1 turn, freed 0 bytes.\n"
    assert (
        done.stderr == "Another program uses the log: its file keeps its size until that is done with it.\n"
    )


def test_prune_wants_one_bound_and_says_when_nothing_is_that_old(home: Path, log: Log) -> None:
    write(log, at=datetime.now(UTC))
    assert run(home, "prune").exit_code == 2
    assert run(home, "prune", "--before", "1d", "--keep-last", "1").exit_code == 2
    assert run(home, "prune", "--before", "1d").stderr == "No turn is that old: nothing to remove.\n"


@pytest.mark.parametrize(("typed", "left"), [("y\n", [2]), ("n\n", [2, 1])])
def test_prune_asks_on_a_terminal(home: Path, log: Log, typed: str, left: list[int]) -> None:
    write(log, at=NOON - timedelta(days=1))
    write(log)
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    prune = (sys.executable, "-m", "hroute", "log", "prune", "--before", "2026-11-01T00:00Z")
    done = started(home, *prune, stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert "Remove 1 turn for good?" in done.stderr
    assert [turn.id for turn in log.turns()] == left


# --- path and egress ---------------------------------------------------------


def test_path_is_told_without_making_the_file(home: Path) -> None:
    assert lines(home, "path") == [str(home / "log.sqlite")]
    assert not home.exists()


def test_egress_lists_requests_and_totals_with_this_machine_marked(home: Path, log: Log) -> None:
    write(log, attempts=[local(), cloud()])
    write(log, attempts=[cloud(sent_bytes=1000)])
    write(log, attempts=[local(endpoint="http://127.0.0.1:8080/v1", sent_bytes=50)])
    assert lines(home, "egress") == [
        "2026-11-01 12:00:00\t1\t834\tok\tbig-1\thttps://api.example.com/v1",
        "2026-11-01 12:00:00\t2\t1000\tok\tbig-1\thttps://api.example.com/v1",
        "2026-11-01 12:00:00\t3\t50\tok\tSmolLM2\thttp://127.0.0.1:8080/v1 (this machine)",
        "total: 2 requests, 1,834 bytes to https://api.example.com/v1",
        "total: 1 request, 50 bytes to http://127.0.0.1:8080/v1 (this machine)",
    ]


def test_egress_says_plainly_when_nothing_left_this_machine(home: Path, log: Log) -> None:
    assert lines(home, "egress") == ["Nothing in this log has left this machine."]
    write(log, attempts=[local(endpoint="http://localhost:8080/v1", sent_bytes=50)])
    assert lines(home, "egress")[-1] == "Nothing in this log has left this machine."


def test_egress_as_json_is_an_object_a_request(home: Path, log: Log) -> None:
    open_attempt(log, open_turn(log), cloud())
    (line,) = lines(home, "egress", "--json")
    assert json.loads(line) == {
        "at": "2026-11-01T12:00:00.000Z",
        "endpoint": CLOUD_URL,
        "host": "api.example.com",
        "this_machine": False,
        "model": "big-1",
        "sent_bytes": 834,
        "turn_id": "1",
        "outcome": "interrupted",
    }


def test_a_log_that_cannot_be_read_exits_with_its_own_code(home: Path) -> None:
    home.mkdir()
    (home / "log.sqlite").write_text("my notes\n" * 200)
    result = run(home, "list")
    assert (result.exit_code, "is not an SQLite database" in result.stderr) == (5, True)


# --- requests of every make ----------------------------------------------------


@pytest.mark.parametrize("name", old_logs.ALL)
def test_a_log_of_every_earlier_version_is_shown_and_exported_whole(home: Path, name: str) -> None:
    home.mkdir()
    old_logs.old_log(name, home / "log.sqlite")
    exported = [json.loads(line) for line in lines(home, "export")]
    assert [turn["prompt"] for turn in exported[1:3]] == ["What broke?", "Prove it."]
    assert exported[1]["request"]["attachments"] == [{"name": "err.log", "text": "line 1\n```\nline 2"}]
    for turn in exported:
        assert turn["prompt"] in "\n".join(lines(home, "show", turn["id"]))


def test_a_request_with_calls_is_exported_with_its_messages(home: Path, log: Log) -> None:
    call = Message(Role.ASSISTANT, (ToolCall("1", "look", "{}"),))
    result = Message(Role.TOOL, (ToolResult("1", "nothing"),))
    write(log, Turn((Message.of(Role.USER, "Where?"), call, result)))
    write(log, "Why?")
    with_calls, plain = (json.loads(line)["request"] for line in lines(home, "export"))
    assert (with_calls["prompt"], with_calls["history"]) == ("Where?", [])
    assert [message["role"] for message in with_calls["messages"]] == ["user", "assistant", "tool"]
    assert with_calls["messages"][1]["parts"] == [{"call": {"id": "1", "name": "look", "arguments": "{}"}}]
    assert "messages" not in plain
