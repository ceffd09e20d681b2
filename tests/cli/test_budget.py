"""Spending limits as a user meets them: whole processes, a real server, the real log."""

import json
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.core.decision.decision import Route
from hroute.core.turn.attempt import Outcome
from hroute.store.log import Log
from tests.support.program import CLOUD, Program
from tests.support.servers.loopback import Hang, LoopbackServer, Reply

DENSE = "Write a limerick as JSON, under 40 words, in French, without the letter q, all in lower case."
SHORT = ("--max-tokens", "4")
# At $1 and $2 a million tokens each answer costs 10 cents; as many tokens can have been, with thoughts.
DIME = {"prompt_tokens": 10_000, "completion_tokens": 45_000}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def limited(program: Program, server: LoopbackServer, budget: str) -> Program:
    program.configure(CLOUD.format(base_url=server.base_url) + f"[budget]\n{budget}\n")
    return program


def spent(program: Program) -> Decimal:
    with Log(program.home / "log.sqlite") as log:
        costs = [one.attempt.cost_usd for turn in log.export() for one in turn.attempts]
    return sum((cost for cost in costs if cost is not None), Decimal(0))


def test_over_the_limit_the_answer_is_local_with_a_notice(program: Program) -> None:
    with LoopbackServer(Reply("Le mot.", usage=DIME)) as server:
        limited(program, server, "daily_usd = 0.1")
        assert program.run("ask", DENSE).out == "Le mot.\n"
        ended = program.run("ask", DENSE, *SHORT)
        asked = len(server.requests)
    assert asked == 1
    assert "the budget is spent: answering locally (raise budget.daily_usd, or wait" in ended.err


def test_a_limit_that_says_stop_exits_with_4_and_the_hint_runs_the_prompt(program: Program) -> None:
    with LoopbackServer(Reply("Le mot.", usage=DIME)) as server:
        limited(program, server, 'monthly_usd = 0.1\non_limit = "stop"')
        program.run("ask", DENSE)
        ended = program.run("ask", DENSE)
        forced = program.run("ask", "hi", "--route", "cloud", "--json")
        assert len(server.requests) == 1
    assert (ended.code, ended.out) == (4, "")
    assert "budget.monthly_usd is spent until the next month (UTC)" in ended.err
    assert "hroute ask --retry 2 --route local" in ended.err
    assert (forced.code, forced.out) == (4, "")
    again = program.run("ask", "--retry", "2", "--route", "local", *SHORT)
    assert again.code == 0


def test_an_interrupted_answer_is_counted_and_spends_the_budget(program: Program) -> None:
    with LoopbackServer(Hang(["one ", "two ", "three "])) as server:
        limited(program, server, "daily_usd = 0.000001")
        running = subprocess.Popen(
            program.command("ask", "--stream", DENSE),
            env=program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert running.stdout is not None
        seen = b""
        while b"three" not in seen:
            seen += running.stdout.read(1)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
        running.stdout.close()
        with Log(program.home / "log.sqlite") as log:
            attempt = log.turn(1).attempts[0].attempt
        assert (attempt.route, attempt.outcome) == (Route.CLOUD, Outcome.INTERRUPTED)
        assert attempt.usage.estimated
        assert attempt.cost_usd is not None
        assert attempt.cost_usd > Decimal("0.000001")
        assert json.loads(program.run("explain", "--json", DENSE).out)["degraded"] == "budget"


def test_concurrent_processes_together_overshoot_by_no_more_than_one_turn_each(program: Program) -> None:
    processes, limit, dime = 4, Decimal("0.3"), Decimal("0.1")
    with LoopbackServer(Reply("Le mot.", usage=DIME, delay_s=0.2)) as server:
        limited(program, server, f'daily_usd = {limit}\non_limit = "stop"')

        def ask_until_stopped(_: int) -> int:
            for turn in range(12):
                if program.run("ask", DENSE).code == 4:
                    return turn
            return 12

        with ThreadPoolExecutor(processes) as pool:
            turns = list(pool.map(ask_until_stopped, range(processes)))
    assert sum(turns) * dime == spent(program)
    assert limit <= spent(program) <= limit - dime + processes * dime


@pytest.mark.parametrize(("price", "status"), [("input_usd_per_mtok = 1", "ok"), ("", "warn")])
def test_doctor_says_whether_the_limit_counts_every_cloud(program: Program, price: str, status: str) -> None:
    configured = CLOUD.format(base_url="http://127.0.0.1:9/v1")
    if not price:
        configured = configured.replace("input_usd_per_mtok = 1\noutput_usd_per_mtok = 2\n", "")
    program.configure(f"{configured}[budget]\ndaily_usd = 2\n")
    checks = json.loads(program.run("doctor", "--json").out)["checks"]
    found = next(check for check in checks if check["name"] == "budget")
    assert (found["status"], "does not count sky" in found["detail"]) == (status, status == "warn")
