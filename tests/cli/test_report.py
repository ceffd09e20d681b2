"""`hroute report`, as typed."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hroute.cli.format.money import rounded
from hroute.cli.main import app
from hroute.cli.report import plot
from hroute.cli.report.words import saving
from hroute.core.report.counterfactual import Saving
from hroute.core.turn.attempt import Outcome, Usage
from hroute.core.turn.options import SessionPlace
from hroute.core.turn.verdict import Judgement, Verdict
from hroute.store.log import Log
from tests.support.logged import cloud, local, write
from tests.support.program import CLOUD, Program
from tests.support.repository import ROOT
from tests.support.turns import a_turn

pytestmark = pytest.mark.usefixtures("in_utc")

NOW = datetime.now(UTC)
GOOD, BAD = Verdict(Judgement.GOOD), Verdict(Judgement.BAD)
HOSTILE = '</td><script>alert("x")</script>\x1b[31m\u202e'
HOSTILE_TOO = """'" onload=x {{ 7*7 }}{% raw %}&lt;"""


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["report", *words], env={"HROUTE_HOME": str(home)})


def out(home: Path, *words: str) -> str:
    result = run(home, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def a_week(log: Log) -> None:
    """Mail is good, code is bad and dear; some in a session; oldest first."""
    session = SessionPlace(log.sessions.open(at=NOW))
    for day in range(7, 0, -1):
        at = NOW - timedelta(days=day)
        log.verdicts.give(write(log, a_turn("Why?", category="mail", place=session), at=at), GOOD, at=at)
        dear = [local("", Outcome.INVALID), cloud(usage=Usage(1000, 500), cost_usd=Decimal("0.03"))]
        log.verdicts.give(write(log, a_turn("Why?", category="code"), dear, at=at), BAD, at=at)
    write(log, at=NOW)


def test_a_report_in_a_pipe_is_plain_aligned_text(home: Path, log: Log) -> None:
    a_week(log)
    text = out(home)
    assert "cost per successful task  $2.03 " in text  # 7 x (0.03 + 2) / 7
    assert "15 turns: 7 good, 7 bad, 1 unknown" in text
    (mail,) = [line.split() for line in text.splitlines() if line.startswith("  mail ")]
    assert mail[:5] == ["mail", "7", "7", "0", "0"]
    assert "█" not in text
    assert "\x1b" not in text


def test_only_the_groupings_that_are_asked_for_are_shown(home: Path, log: Log) -> None:
    a_week(log)
    text = out(home, "--by", "day", "--by", "category")
    titles = [line for line in text.splitlines() if line.startswith("By ")]
    assert titles == ["By day (UTC)", "By category"]
    assert set(json.loads(out(home, "--json", "--by", "slot"))["groups"]) == {"slot"}


def test_since_category_and_session_narrow_the_turns(home: Path, log: Log) -> None:
    a_week(log)

    def turns(*words: str) -> int:
        overall = json.loads(out(home, "--json", *words))["overall"]
        return int(overall["n"])

    assert turns() == 15
    assert turns("--since", "74h") == 7
    assert turns("--category", "code", "--since", "74h") == 3
    assert turns("--category", "") == 1
    assert turns("--session", "1") == 7
    assert turns("--session", "9") == 0


def test_json_has_money_as_strings_and_null_for_what_is_unknown(home: Path, log: Log) -> None:
    a_week(log)
    log.verdicts.give(write(log, attempts=[cloud(cost_usd=None)], at=NOW), GOOD, at=NOW)
    report = json.loads(out(home, "--json"))
    overall = report["overall"]
    assert (overall["successes"], overall["failures"], overall["unknown"]) == (8, 7, 1)
    assert (overall["cost"]["usd"], overall["cost"]["unpriced_attempts"]) == (None, 1)
    assert overall["cost"]["operator_usd"] == "14"
    assert overall["cpst"]["usd"] is None
    assert overall["cpst"]["known_usd"].startswith("1.776")
    assert report["validation"]["failed"] == 7
    assert report["counterfactuals"][1]["bill_usd"] is None
    assert [session["name"] for session in report["sessions"]] == ["1"]


def test_counterfactuals_take_the_configured_clouds_price(home: Path, log: Log) -> None:
    a_week(log)
    Program(home).configure(CLOUD.format(base_url="http://localhost:1/v1"))
    all_cloud = json.loads(out(home, "--json"))["counterfactuals"][1]
    assert all_cloud["bill_usd"] == "0.03"  # 15 turns of 1000 and 500 tokens at $1 and $2 a million
    assert all_cloud["bill_saved_usd"].startswith("-0.18")
    assert "more" in out(home)


def test_settings_can_be_tried_for_one_report(home: Path, log: Log) -> None:
    a_week(log)
    report = json.loads(out(home, "--json", "--set", "cpst.minutes_per_failure=4"))
    assert report["overall"]["cost"]["operator_usd"] == "28"


def test_csv_has_a_row_a_group_with_the_same_sums(home: Path, log: Log) -> None:
    a_week(log)
    rows = list(csv.DictReader(io.StringIO(out(home, "--csv"))))
    assert (rows[0]["grouping"], rows[0]["name"], rows[0]["n"]) == ("all", "all", "15")
    for grouping in ("route", "category", "slot", "model", "day"):
        group = [row for row in rows if row["grouping"] == grouping]
        assert sum(int(row["n"]) for row in group) == 15
        assert sum(Decimal(row["cost_usd"]) for row in group) == Decimal(rows[0]["cost_usd"])


def test_an_empty_log_says_what_to_do_and_a_filter_that_no_turn_matches_says_so(home: Path, log: Log) -> None:
    assert "hroute ask" in run(home).stderr
    assert json.loads(out(home, "--json"))["overall"]["n"] == 0
    assert len(out(home, "--csv").splitlines()) == 2
    assert not home.exists()
    write(log)
    assert run(home, "--category", "mail").stderr == "No turn matches.\n"


@pytest.mark.parametrize(
    "words", [("--json", "--csv"), ("--csv", "--html", "x.html"), ("--since", "soon"), ("--html", "/no/x")]
)
def test_what_cannot_be_is_a_usage_error(home: Path, words: tuple[str, ...]) -> None:
    assert run(home, *words).exit_code == 2


# --- the page --------------------------------------------------------------------


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_holds_hostile_names_as_text_and_needs_nothing_else(
    home: Path, log: Log, tmp_path: Path
) -> None:
    a_week(log)
    for name in (HOSTILE, HOSTILE, HOSTILE_TOO):
        hostile = cloud(model=name)
        log.verdicts.give(write(log, a_turn("Why?", category=name), [hostile], at=NOW), GOOD, at=NOW)
    file = home / "report.html"
    assert run(home, "--html", str(file)).stderr == f"wrote {file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    assert {"svg", "table", "style"} <= page.tags
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert not {name for name in page.attributes if name in ("src", "href", "style") or name.startswith("on")}
    assert any(words.startswith("</td><script>alert") for words in page.words)
    assert page.words.count(HOSTILE_TOO[:27] + "…") == 4  # two charts and two tables
    assert not {"\x1b", "\u202e"} & set(text)
    assert "://" not in text


def test_a_page_and_a_pipe_say_the_same(home: Path, log: Log, tmp_path: Path) -> None:
    a_week(log)
    run(home, "--html", str(tmp_path / "report.html"))
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    rows = [re.split(r"  +", line.strip()) for line in out(home).splitlines()]
    cells = {cell for row in rows if len(row) > 3 for cell in row}
    assert {"mail", "success", "50% [27% 73%]", "as it was"} <= cells <= set(page.words)
    said = "".join(page.words)
    assert "heavy use costs about $0.0300 a day (the 95th percentile of 8 days with turns)" in said
    assert "had every unknown turn succeeded $1.78, had every one failed $2.32" in said


def test_a_page_of_an_empty_log_is_a_page(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    run(home, "--html", str(file))
    assert "no success yet" in file.read_text(encoding="utf-8")


def test_a_page_never_overwrites_the_log(home: Path, log: Log) -> None:
    write(log)
    assert run(home, "--html", str(log.path)).exit_code == 2
    assert log.last_id() == 1


# --- a terminal ------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_gets_plots_and_tables_that_fit_it(home: Path, log: Log, width: int) -> None:
    a_week(log)
    write(log, a_turn("Why?", category="a\x1b]0;title\x07long name " * 9), at=NOW)
    shown = Program(home).run_on_terminal("report", size=(50, width), env={"NO_COLOR": "1"})
    assert shown.code == 0
    assert any("⠀" < char <= "⣿" for char in shown.out)
    assert "\x1b]0;" not in shown.out
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.out).splitlines()
    table = lines[lines.index(next(line for line in lines if line.startswith("By category"))) + 1 :]
    rows = table[: table.index("")]
    assert len(rows) == 5  # names and four categories: no row took two lines
    assert len({len(row) for row in rows}) == 1
    assert all("█" in row or "▏" in row for row in rows[1:]) == (width == 120)


def test_a_report_imports_nothing_that_is_slow(home: Path, log: Log) -> None:
    write(log)
    script = (
        "import sys; sys.argv = ['hroute', 'report']; from hroute.cli.main import app\n"
        "try: app()\nexcept SystemExit: pass\n"
        "print('MODULES', *sys.modules)"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HROUTE_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    modules = set(done.stdout.partition("MODULES ")[2].split())
    banned = {
        "openai",
        "llama_cpp",
        "numpy",
        "tiktoken",
        "prompt_toolkit",
        "genai_prices",
        "rich.markdown",
        "jinja2",
    }
    assert not modules & banned
    assert "hroute.store.report" in modules


# --- words and plots --------------------------------------------------------------


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (None, "unknown"),
        ("0", "$0"),
        ("0.0000001", "<$0.000001"),
        ("0.0000123", "$0.000012"),
        ("0.17", "$0.170"),
        ("1.5", "$1.50"),
        ("1234.5", "$1,234"),
        ("-0.5", "-$0.500"),
    ],
)
def test_amounts_have_the_digits_that_matter(usd: str | None, shown: str) -> None:
    assert rounded(None if usd is None else Decimal(usd)) == shown


def test_a_saving_that_is_none_says_so() -> None:
    half = Decimal("0.5")
    assert saving(Saving(half, half)) == "$0.500 saved"
    assert saving(Saving(-half, -half)) == "$0.500 more"
    assert saving(Saving(None, half)) == "≤$0.500 saved"
    assert saving(Saving(None, -half)) == "≥$0.500 more"
    assert saving(Saving()) == "unknown"


def test_bars_have_eighths_and_what_is_not_zero_shows() -> None:
    bars = [plot.bar(share, 4) for share in (0, 0.0001, 0.5, 0.53, 1)]
    assert bars == ["    ", "▏   ", "██  ", "██▏ ", "████"]


def test_a_line_of_dots_rises_from_the_bottom_to_the_top() -> None:
    assert plot.line([0, 1, 2, 3, 4, 5, 6, 7], 4, 2) == ["⠀⠀⡠⠊", "⡠⠊⠀⠀"]
    assert plot.line([0, 7], 1, 2) == ["⡏", "⡇"]


def test_many_days_are_squeezed_to_means_and_gaps_stay() -> None:
    assert plot.squeeze([1, 3, 5, 7], 2) == [2, 6]
    assert plot.squeeze([1, 2], 4) == [1, 1, 2, 2]
    assert plot.squeeze([None, None, 4, None], 2) == [None, 4]
    assert plot.sparkline([0, None, 1, 2]) == "▁ ▅█"
