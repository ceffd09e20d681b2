import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hroute
from hroute.core.turn.attempt import CheckStatus, ConstraintCheck
from hroute.store.log import Log
from tests.support.logged import local, write
from tests.support.program import CLOUD, Program

DENSE = "Write a limerick as JSON, under 40 words, in French, without the letter q, all in lower case."
BANNED = {
    "openai",
    "llama_cpp",
    "numpy",
    "tiktoken",
    "prompt_toolkit",
    "genai_prices",
    "rich.markdown",
    "tomlkit",
    "asyncio",
    "huggingface_hub",
}
ALWAYS = {"id", "wanted", "rule", "route", "degraded", "slot", "policy", "reasons", "signals"} | {
    "expected_cost_usd",
    "expected_failures_usd",
    "chances",
    "propensity",
    "flips",
    "overhead_ms",
}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def with_cloud(program: Program) -> Program:
    program.configure(CLOUD.format(base_url="http://127.0.0.1:9/v1"))
    return program


def test_quiet_prints_the_route_alone(with_cloud: Program) -> None:
    assert with_cloud.run("explain", "-q", "hello there").out == "local\n"
    assert with_cloud.run("explain", "-q", DENSE).out == "cloud\n"


def test_json_has_every_promised_key_and_true_spans(program: Program) -> None:
    found = json.loads(program.run("explain", "--json", DENSE).out)
    assert set(found) == ALWAYS
    assert (found["wanted"], found["route"], found["degraded"]) == ("cloud", "local", "no_cloud")
    items = found["signals"]["constraints"]["items"]
    assert len(items) == found["signals"]["constraints"]["count"] > 3
    assert all(DENSE[item["start"] : item["end"]] == item["text"] for item in items)


def test_the_human_view_starts_with_the_verdict_and_ends_with_the_flip(with_cloud: Program) -> None:
    lines = with_cloud.run("explain", DENSE).out.splitlines()
    assert lines[0].split() == ["cloud", "constraint_density"]
    assert lines[-1].startswith("flip")
    assert "drop" in lines[-1]


def test_a_terminal_underlines_what_was_counted(program: Program) -> None:
    out = program.run_on_terminal("explain", DENSE).out
    assert "\x1b[4m" in out


def test_a_stray_file_among_the_abilities_is_named_and_no_error(program: Program) -> None:
    folder = program.home / "data" / "ability"
    folder.mkdir(parents=True)
    (folder / "notes.json").write_text("buy milk")
    ended = program.run("explain", "--set", "local.chat.model=/nowhere.gguf", "hello there")
    assert ended.code == 0
    [line] = [line for line in ended.out.splitlines() if "notes.json" in line]
    assert line.strip().endswith("; the ability is assumed")
    assert (folder / "notes.json").read_text() == "buy milk"


def test_a_damaged_table_of_abilities_is_named_and_no_error(program: Program, tmp_path: Path) -> None:
    """In a copy of the package."""
    shutil.copytree(Path(hroute.__file__).parent, tmp_path / "src" / "hroute")
    (tmp_path / "src" / "hroute" / "data" / "abilities.json").write_text('{"models": 3}')
    copied = {"PYTHONPATH": str(tmp_path / "src")}
    ended = program.run("explain", "hello there", **copied)
    assert ended.code == 0, ended.err
    assert "abilities.json is no table of abilities: models is 3: " in ended.out
    assert "the ability is by its size" in ended.out
    doctor = program.run("doctor", **copied).out
    assert "abilities.json is no table of abilities" in doctor


def test_what_an_ask_demands_is_named_where_it_moved_the_chance(program: Program) -> None:
    """The embedded model was measured to be worse at digits."""
    lines = program.run("explain", "what's 4 minus 2").out.splitlines()
    [line] = [line for line in lines if "this model" in line]
    assert "digits in the ask -" in line
    assert line.endswith("% without")
    assert not any("this model" in line for line in program.run("explain", "hello there").out.splitlines())
    able = program.run("explain", "what's 4 minus 2", "--set", "local.chat.ability=8B")
    assert "this model" not in able.out
    reported = json.loads(program.run("explain", "--json", "what's 4 minus 2").out)["signals"]["scout"]
    assert set(reported["ability_offsets"]) == {"digits"}


def test_a_pipe_gets_no_control_codes(program: Program) -> None:
    assert "\x1b" not in program.run("explain", DENSE).out


def test_the_system_prompt_and_files_are_not_scored_for_constraints(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "style.txt"
    file.write_text(DENSE)
    found = json.loads(program.run("explain", "--json", "--system", DENSE, "-f", str(file), "Hello").out)
    assert found["signals"]["constraints"]["count"] == 0


def test_a_long_log_wants_the_cloud_by_context(with_cloud: Program) -> None:
    log = "\n".join(f"2026-11-01 12:00:{i % 60:02} INFO worker {i} finished job {i * 7}" for i in range(900))
    ended = with_cloud.run("explain", "--json", "Find the one-line error", stdin=log)
    found = json.loads(ended.out)
    assert (found["route"], found["rule"]) == ("cloud", "context_pressure")


def test_a_batch_keeps_ids_and_order(program: Program, tmp_path: Path) -> None:
    rows = [{"id": i, "prompt": f"What is {i} plus {i}?"} for i in range(50)] + [{"id": "x", "prompt": DENSE}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    found = [json.loads(line) for line in program.run("explain", "--batch", str(file)).out.splitlines()]
    assert [row["id"] for row in found] == [*range(50), "x"]
    assert found[-1]["rule"] == "constraint_density"


@pytest.mark.parametrize("bad", ["not json", '{"id": 1}', '{"prompt": "x"}', "[1]"])
def test_a_bad_batch_row_is_named_by_file_and_line(program: Program, tmp_path: Path, bad: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 1, "prompt": "fine"}\n' + bad)
    ended = program.run("explain", "--batch", str(file))
    assert ended.code == 2
    assert f"{file}:2" in ended.err


BAD_ROWS = [
    (b'{"id": 7, "prompt": ""}', 7, "the prompt is empty"),
    (b'{"id": 7, "prompt": " \\n "}', 7, "the prompt is empty"),
    (b'{"id": 7}', 7, 'expected {"id": ..., "prompt": "..."}'),
    (b'{"id": NaN, "prompt": "x"}', None, "not JSON: NaN is no JSON"),
    (b'{"id": [-Infinity], "prompt": "x"}', None, "not JSON: -Infinity is no JSON"),
    (b'{"id": 1e999, "prompt": "x"}', None, "not JSON: 1e999 is too large a number"),
    (b'{"id": 7, "prompt": "\xff"}', None, "not UTF-8 (byte 21 of the line)"),
    (b"[" * 100_000, None, "not JSON: "),
]


@pytest.mark.parametrize(("bad", "row_id", "error"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_a_bad_batch_row_is_an_error_in_its_place_and_the_others_are_decided(
    program: Program, bad: bytes, row_id: object, error: str
) -> None:
    fine = b'{"id": "a", "prompt": "fine"}\n', b'\n{"id": "b", "prompt": "fine too"}\n'
    ended = program.run("explain", "--batch", "-", stdin=fine[0] + bad + fine[1])
    first, wrong, last = (json.loads(line, parse_constant=pytest.fail) for line in ended.out.splitlines())
    assert (first["id"], first["route"], last["id"], last["route"]) == ("a", "local", "b", "local")
    assert (wrong["id"], wrong["line"]) == (row_id, 2)
    assert wrong["error"].startswith(error)
    assert set(wrong) == {"id", "line", "error"}
    assert ended.code == 2
    assert ended.err.startswith(f"hroute: -:2: {error}")


def test_a_batch_may_begin_with_a_byte_order_mark(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"id": 1, "prompt": "hello"}\r\n')
    for ended in (
        program.run("explain", "--batch", str(file)),
        program.run("explain", "--batch", "-", stdin=file.read_bytes()),
    ):
        assert (ended.code, json.loads(ended.out)["id"]) == (0, 1)


def test_a_batch_in_utf_16_is_told_what_to_do(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 1, "prompt": "hello"}', encoding="utf-16")
    ended = program.run("explain", "--batch", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[0] == f"hroute: {file}: is UTF-16, not UTF-8"


def test_a_prompt_that_is_no_text_is_said_not_to_be_utf_8(program: Program) -> None:
    ended = program.run("explain", stdin=b"\xc3(")
    assert (ended.code, ended.err) == (2, "hroute: stdin: not a text file (byte 0 is not UTF-8)\n")


def test_explaining_writes_no_log(program: Program) -> None:
    program.run("explain", "hello")
    assert list(program.home.iterdir()) == []


def test_an_empty_prompt_and_an_unknown_turn_are_usage_and_log_errors(program: Program) -> None:
    assert program.run("explain", " ").code == 2
    unknown = program.run("explain", "7")
    assert unknown.code == 5
    assert "7" in unknown.err


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["explain", "hello"],
        ["log", "list"],
        ["log", "inbox"],
        ["rate", "1", "good"],
        ["replay"],
        ["config", "path"],
    ],
)
def test_quick_commands_import_nothing_slow(program: Program, args: list[str]) -> None:
    """Modules, not milliseconds: this cannot flake."""
    listing = (
        "import sys\nfrom hroute.cli.main import app\n"
        "try:\n    app(sys.argv[1:], prog_name='hroute')\nexcept SystemExit:\n    pass\n"
        "print('MODULES', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", listing, *args],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=program.environment(),
        check=True,
    )
    loaded = set(done.stdout.rpartition("MODULES")[2].split())
    assert "hroute.cli.main" in loaded
    assert loaded & BANNED == set()


@pytest.mark.parametrize(
    ("prompt", "most"),
    [
        ("What is the capital of Peru?", 50),
        ("Write a haiku as JSON, under 20 words, no adjectives", 72),
    ],
)
def test_a_short_prompt_compiles_few_patterns(program: Program, prompt: str, most: int) -> None:
    """Patterns, not milliseconds: all families together have more than two hundred."""
    counting = (
        "import sys\nfrom re import _compiler\n"
        "from hroute.app.answer.preview import preview\nfrom hroute.cli.runtime import user_runtime\n"
        "from hroute.core.turn.turn import Turn\n"
        "compiled, compile_ = [], _compiler.compile\n"
        "def counted(pattern, flags=0):\n    compiled.append(pattern)\n    return compile_(pattern, flags)\n"
        "_compiler.compile = counted\n"
        "preview(Turn.of(sys.argv[1]), user_runtime())\nprint(len(compiled))"
    )
    done = subprocess.run(
        [sys.executable, "-c", counting, prompt],
        capture_output=True,
        text=True,
        env=program.environment(),
        check=True,
    )
    assert int(done.stdout) <= most


def test_nothing_is_looked_through_at_exit(program: Program) -> None:
    """By the objects that are left to a last collection, not by time."""
    code = (
        "import atexit, gc, sys\nfrom hroute.__main__ import main\n"
        "atexit.register(lambda: print('LEFT', len(gc.get_objects())))\n"
        "sys.argv = ['hroute', 'explain', '-q', 'hello']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=program.environment(),
        check=True,
    )
    assert int(done.stdout.rpartition("LEFT")[2]) < 1000


def test_explain_imports_no_other_command_and_nothing_it_does_not_need(program: Program) -> None:
    listing = (
        "import sys\nfrom hroute.cli.main import app\n"
        "try:\n    app(['explain', 'hello'], prog_name='hroute')\nexcept SystemExit:\n    pass\n"
        "print('MODULES', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", listing],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=program.environment(),
        check=True,
    )
    loaded = set(done.stdout.rpartition("MODULES")[2].split())
    own = {
        *(
            "completing",
            "explain",
            "explain.command",
            "explain.view",
            "main",
            "options",
            "runtime",
            "terminal",
        ),
        *("format", "format.doubts_view", "format.money", "format.words"),
        *("words", "words.decision", "words.remedies"),
    }
    assert {name for name in loaded if name.startswith("hroute.cli.")} == {f"hroute.cli.{one}" for one in own}
    assert not loaded & {"rich", "sqlite3", "tomllib", "concurrent.futures", "ssl", "hroute.store.log"}


BY_COST = ("--set", "policy=cpst")


def test_by_cost_both_numbers_and_what_dominates_them_are_shown_with_the_chances(with_cloud: Program) -> None:
    """A failure costs two minutes of an hour of $60: $2; a typical answer at $2 a million tokens $0.0008."""
    lines = with_cloud.run("explain", *BY_COST, "--set", "cpst.p_cloud=0.9", DENSE).out.splitlines()
    shown = {line[:13].rstrip(): line[13:] for line in lines}
    assert shown["chances"].endswith("cloud 90% right (by the scout; the cloud's is cpst.p_cloud)")
    assert "the risk of failing" in shown["expected"]
    cloud = lines[lines.index(f"expected     {shown['expected']}") + 1]
    assert "($0.20 the risk of failing, $0.0012 the price of the answer)" in cloud


def test_json_has_the_chances_their_maker_and_the_part_of_failures(with_cloud: Program) -> None:
    found = json.loads(with_cloud.run("explain", "--json", *BY_COST, "hello there").out)
    scout, chances = found["signals"]["scout"], found["chances"]
    assert chances == {
        "local": pytest.approx(scout["p_local"], abs=1e-4),
        "cloud": pytest.approx(scout["p_cloud"], abs=1e-4),
        "by": "scout",
    }
    assert found["expected_failures_usd"]["cloud"] == f"{2 * (1 - scout['p_cloud']):.4f}"
    assert found["propensity"] == 1.0


def test_explain_never_explores_and_says_how_many_turns_do(with_cloud: Program) -> None:
    row = json.dumps({"id": 1, "prompt": "hello there"}) + "\n"
    exploring = ("--set", "routing.explore=0.5")
    batch = with_cloud.run("explain", "--batch", "-", *exploring, stdin=row * 40).out.splitlines()
    assert {json.loads(line)["rule"] for line in batch} == {"default"}
    shown = with_cloud.run("explain", *exploring, "hello there").out
    assert "50% of such turns take the other route, to learn of it" in shown


def test_version_is_answered_without_typer(program: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "hroute", "--version"],
        capture_output=True,
        text=True,
        env=program.environment(),
        check=True,
    )
    assert done.stdout.startswith("hroute ")
    assert "typer" not in done.stderr


def test_a_logged_turn_shows_each_constraint_as_kept_broken_or_unchecked(program: Program) -> None:
    checks = (
        ConstraintCheck("length", "under 5 words", CheckStatus.BROKEN, "8 words, at most 4"),
        ConstraintCheck(
            "tone", "in a formal tone", CheckStatus.UNCHECKED, "nothing that a program can check"
        ),
    )
    with Log(program.home / "log.sqlite") as log:
        turn_id = write(log, attempts=[local("Rain.", checks=checks)])
    lines = program.run("explain", str(turn_id)).out.splitlines()
    assert [line.split()[:2] for line in lines[-2:]] == [["broken", "under"], ["unchecked", "in"]]
    found = json.loads(program.run("explain", "--json", str(turn_id)).out)
    assert found["attempts"][0]["checks"][0] == {
        "kind": "length",
        "text": "under 5 words",
        "status": "broken",
        "detail": "8 words, at most 4",
    }


def test_a_wait_for_other_answers_has_a_line_of_its_own(program: Program) -> None:
    with Log(program.home / "log.sqlite") as log:
        write(log, attempts=[local(wait_ms=2340.0)])
    explained = program.run("explain", "--last").out.splitlines()
    assert explained[-2].split(maxsplit=1) == ["waited", "2.3 s for other answers"]
    assert "waited 2340 ms" in program.run("log", "show", "1").out
    assert json.loads(program.run("explain", "--json", "1").out)["attempts"][0]["wait_ms"] == 2340.0


def test_the_log_is_only_read_for_the_standing(with_cloud: Program) -> None:
    with_cloud.run("explain", "hello")
    assert not Log(with_cloud.home / "log.sqlite").path.exists()


def test_samples_on_request_are_explained_with_the_answer(program: Program) -> None:
    said = program.run(
        "ask", "Is it warm?", "--schema", "level: low|high", "--set", "local.chat.samples=4", "--seed", "1"
    )
    assert json.loads(said.out)["level"] in ("low", "high")
    explained = program.run("explain", "--last", "--json")
    [attempt] = json.loads(explained.out)["attempts"]
    assert attempt["answer_signals"]["agreement"] in (0, 0.25, 0.5, 0.75, 1)
    assert "of the further ones say the same" in program.run("explain", "--last").out
