"""What `ask` says of an answer that its server cut or refused, and what it pays."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import CLOUD, Ended, Program
from tests.support.servers.loopback import Behaviour, LoopbackServer, Reply, delta, raw_sse


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def asked(program: Program, behaviour: Behaviour, *options: str, more: str = "") -> Ended:
    with LoopbackServer(behaviour) as server:
        program.configure(CLOUD.format(base_url=server.base_url) + more)
        return program.run("ask", "--route", "cloud", "Tell me all.", *options)


def found(ended: Ended) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(ended.out)
    return parsed


def test_a_cut_answer_is_marked_told_and_kept(program: Program) -> None:
    ended = asked(program, Reply("Once upon a", finish="MAX_TOKENS"), "--json")
    answer = found(ended)

    assert (ended.code, answer["text"], answer["cut"], answer["refused"]) == (0, "Once upon a", True, False)
    assert "was cut at" in answer["warning"]
    assert "was cut at" in ended.err
    assert "was cut at" in program.run("log", "show", "1").out


def test_a_refusal_is_marked_told_and_kept(program: Program) -> None:
    refusal = delta(None, refusal="I will not.\x1b[31m")
    ended = asked(program, raw_sse(f"data: {json.dumps(refusal)}", "data: [DONE]"), "--json")
    answer = found(ended)

    assert (ended.code, answer["text"], answer["cut"], answer["refused"]) == (0, "I will not.", False, True)
    assert "the model refused: I will not." in ended.err
    assert "\x1b" not in ended.err
    assert "refused" in program.run("log", "show", "1").out


def test_a_whole_answer_is_neither(program: Program) -> None:
    ended = asked(program, Reply("All."), "--json")
    answer = found(ended)

    assert (answer["cut"], answer["refused"], answer["warning"], ended.err) == (False, False, "", "")


def test_the_bill_of_a_server_is_the_cost(program: Program) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "cost": 0.0071}

    assert found(asked(program, Reply("ok", usage=usage), "--json"))["cost_usd"] == "0.0071"
    usage["cost"] = 10**9
    assert found(asked(program, Reply("ok", usage=usage), "--json"))["cost_usd"] == "0.000200"


def test_a_short_prompt_without_a_count_costs_little(program: Program) -> None:
    answer = found(asked(program, Reply("Hello."), "--json"))

    assert answer["attempts"][0]["input_tokens"] < 20


def test_an_aborted_answer_is_not_given(program: Program) -> None:
    ended = asked(program, Reply("HALF AN", finish="abort"))

    assert "HALF AN" not in ended.out
    assert "abort" in ended.err
