import json
from pathlib import Path

import pytest

from hroute.bench.brackets.measure import Surroundings
from hroute.bench.route.bench import Contestants, run, workload
from hroute.bench.route.saved import RoutePlan
from hroute.bench.saved_runs import write_run
from hroute.core.decision.decision import Route
from tests.support.program import CLOUD, Program
from tests.support.servers.loopback import LoopbackServer, Reply
from tests.support.sides import right, scripted, wrong


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The local model gets every other task, the cloud all of them."""
    plan = RoutePlan(seed=1, n=24, kinds=("arithmetic", "strings"), max_tokens=64)
    work = workload(plan)
    pairs = zip(right(work.tasks), wrong(work.tasks), strict=True)
    local = [one if place % 4 < 2 else other for place, (one, other) in enumerate(pairs)]
    match = Contestants(
        scripted(Route.LOCAL, local, "small"), scripted(Route.CLOUD, right(work.tasks), "big"), "$1"
    )
    write_run(run(match, work, Surroundings(tmp_path / "parts")), tmp_path / "run.json")
    return tmp_path / "run.json"


SMALL = ("--n", "2", "--kind", "arithmetic", "--max-tokens", "12", "--rounds", "20")
ONE_THREAD = ("--set", "local.chat.threads=1")


def test_a_real_model_and_a_real_server_answer_a_few_tasks(program: Program, tmp_path: Path) -> None:
    with LoopbackServer(
        Reply("The answer is 4.", usage={"prompt_tokens": 9, "completion_tokens": 5})
    ) as server:
        program.configure(CLOUD.format(base_url=server.base_url))
        kept = ("--save", str(tmp_path / "run.json"), "--save-cloud", str(tmp_path / "sky.json"))
        ended = program.run("bench", "route", *SMALL, *ONE_THREAD, *kept, "--json")
        assert len(server.requests) == 2
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert (found["local"], found["cloud"], found["report"]["n"]) == ("starter", "big", 2)
    assert found["price"] == "$1 in, $2 out a million tokens"
    answers = json.loads((tmp_path / "run.json").read_text())["local"]["answers"]
    assert all(answer["signals"]["tokens"] > 0 for answer in answers)  # what confidence is made of
    again = program.run("bench", "route", "--from", str(tmp_path / "run.json"), "--rounds", "20", "--json")
    assert json.loads(again.out)["report"] == found["report"]
    # The stored cloud takes the place of the server, which is gone; the local answers are the same.
    program.configure("")
    stored = ("--cloud-answers", str(tmp_path / "sky.json"))
    ended = program.run("bench", "route", *SMALL, *ONE_THREAD, *stored, "--json")
    assert json.loads(ended.out)["report"]["cloud"] == found["report"]["cloud"]
    assert json.loads(ended.out)["report"]["local"] == found["report"]["local"]


def test_a_model_file_can_play_the_cloud(program: Program) -> None:
    ended = program.run("bench", "route", *SMALL, *ONE_THREAD, "--cloud-model", "starter", "--price", "3/15")
    assert ended.code == 0, ended.err
    assert "$3 in, $15 out" in ended.out
    assert "always cloud" in ended.out


def test_the_tables_end_in_one_plain_sentence(program: Program, saved: Path) -> None:
    ended = program.run("bench", "route", "--from", str(saved), "--rounds", "20")
    assert ended.code == 0, ended.err
    assert "Right answers: local small, cloud big" in ended.out
    assert "scout, checks, confidence" in ended.out
    last = ended.out.splitlines()[-1]
    assert last.startswith("Half the calls recover of the cloud's lead: scout ")
    assert "random 50%, oracle 100%" in last


def test_outcome_files_take_the_place_of_models(program: Program, tmp_path: Path) -> None:
    rows = [{"id": n, "prompt": "x" * n, "weak_score": n % 2, "strong_score": 1} for n in range(1, 21)]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ended = program.run("bench", "route", "--data", str(file), "--rounds", "20", "--json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)["report"]
    assert found["n"] == 20
    assert [router["name"] for router in found["routers"]] == [
        "always local", "always cloud", "random", "length", "keywords", "scout", "oracle",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ((), "there is no cloud to be compared with"),
        (("--price", "cheap"), "--price is 'cheap', must be two numbers of 0 or more"),
        (("--price", "1/-2"), "--price is '1/-2'"),
        (("--cloud-model", "starter", "--kind", "sums"), "there is no kind 'sums'"),
        (("--cloud-model", "a", "--cloud-answers", "b"), "both name a cloud"),
        (("--cloud-answers", "/nowhere.json"), "/nowhere.json: there is no run here yet"),
        (("--data", "/nowhere.jsonl"), "/nowhere.jsonl: No such file or directory\n  rows are {"),
        (("--data", "/"), "/: Is a directory\n  rows are {"),
        (("--from", "/nowhere.json"), "/nowhere.json: there is no run here yet"),
    ],
)
def test_what_cannot_be_done_says_why(program: Program, args: tuple[str, ...], complaint: str) -> None:
    ended = program.run("bench", "route", *args)
    assert ended.code == 2
    assert complaint in ended.err


@pytest.mark.parametrize("text", [None, "{}"])
def test_answers_of_a_cloud_that_cannot_be_read_say_what_keeps_them(
    program: Program, tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "sky.json"
    if text is not None:
        file.write_text(text)
    ended = program.run("bench", "route", "--cloud-answers", str(file))
    assert ended.code == 2
    assert "hroute bench route --save-cloud FILE" in ended.err


@pytest.mark.parametrize("setting", ["privacy.local_only=true", "offline=true"])
def test_nothing_is_sent_where_nothing_may_be(program: Program, setting: str) -> None:
    with LoopbackServer() as server:
        program.configure(CLOUD.format(base_url=server.base_url))
        ended = program.run("bench", "route", *SMALL, "--set", setting)
        assert server.requests == []
    assert ended.code == 2
    assert setting.partition("=")[0] in ended.err


def test_a_cloud_that_is_not_there_ends_the_run_and_what_is_done_is_kept(program: Program) -> None:
    program.configure(CLOUD.format(base_url="http://127.0.0.1:9/v1"))
    ended = program.run("bench", "route", *SMALL, *ONE_THREAD)
    assert ended.code == 1
    assert "big cannot answer" in ended.err
    assert "--resume" in ended.err
