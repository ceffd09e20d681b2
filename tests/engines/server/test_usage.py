"""What was counted and charged, by the server's word where it can be true."""

import json
from decimal import Decimal
from typing import Any

import pytest

from hroute.core.pricing import Price, cost_usd
from hroute.core.turn.attempt import Usage
from hroute.engines.base import Request
from hroute.engines.server.engine import ServerEngine
from hroute.engines.tokens.counters import TiktokenCounter
from tests.support.asking import PROMPT_TOKENS, Told, ask, cloud_engine, request
from tests.support.servers.loopback import LoopbackServer, Reply, delta, raw_sse

PRICE = Price(Decimal(1), Decimal(10))


def asked(usage: Any, text: str = "word", what: Request | None = None) -> Told:
    with LoopbackServer(Reply(text, usage=usage)) as server:
        return ask(cloud_engine(server), what)


def tokens(usage: Usage) -> tuple[int | None, int | None, bool]:
    return usage.input_tokens, usage.output_tokens, usage.estimated


def test_where_nothing_is_reported_the_prompt_is_estimated_and_not_bounded() -> None:
    with LoopbackServer(Reply("Hello there.")) as server:
        engine = cloud_engine(server)
        counted = ServerEngine(engine._server.spec, lambda: "key", TiktokenCounter("unheard-of"))
        usage = ask(counted, request("say hello")).usage

    assert usage.estimated
    assert 2 <= (usage.input_tokens or 0) <= 20


def test_an_estimate_grows_with_the_prompt() -> None:
    with LoopbackServer(Reply("ok")) as server:
        engine = ServerEngine(cloud_engine(server)._server.spec, lambda: "key", TiktokenCounter("unheard-of"))
        counts = [ask(engine, request("word " * n)).usage.input_tokens or 0 for n in (100, 1000, 50_000)]

    assert [0.8 * n < count < 2.5 * n for n, count in zip((100, 1000, 50_000), counts, strict=True)] == [
        True
    ] * 3


@pytest.mark.parametrize(
    "reported",
    [
        {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 1060},
        {
            "prompt_tokens": 50,
            "completion_tokens": 10,
            "completion_tokens_details": {"reasoning_tokens": 1000},
        },
        {
            "prompt_tokens": 50,
            "completion_tokens": 10,
            "total_tokens": 60,
            "completion_tokens_details": {"reasoning_tokens": 1000},
        },
        {
            "prompt_tokens": 50,
            "completion_tokens": 10,
            "total_tokens": 1060,
            "completion_tokens_details": {"reasoning_tokens": 1000},
        },
        {
            "prompt_tokens": 50,
            "completion_tokens": 1010,
            "completion_tokens_details": {"reasoning_tokens": 1000},
        },
        {"prompt_tokens": 50, "completion_tokens": 10, "reasoning_tokens": 1000},
        {"prompt_tokens": 50, "total_tokens": 1060},
        {"input_tokens": 50, "output_tokens": 1010},
        {"completion_tokens": 1010, "total_tokens": 1060},
        {"prompt_tokens": 50.0, "completion_tokens": "1010", "total_tokens": None},
    ],
)
def test_thoughts_are_counted_wherever_they_stand(reported: dict[str, Any]) -> None:
    usage = asked(reported).usage

    assert tokens(usage) == (50, 1010, False)
    assert cost_usd(usage, PRICE) == Decimal("0.01015")


@pytest.mark.parametrize(
    "absurd", [10**9, 10**6, 10**15, 10**30, -3, -(10**9), 0, "many", 1.5, None, [], True]
)
def test_a_count_that_cannot_be_is_an_estimate(absurd: Any) -> None:
    assert tokens(asked({"prompt_tokens": 50, "completion_tokens": absurd}).usage) == (50, 1, True)
    assert tokens(asked({"prompt_tokens": absurd, "completion_tokens": 3}).usage) == (PROMPT_TOKENS, 3, True)


def test_a_total_that_cannot_be_leaves_the_counts_as_they_are() -> None:
    reported = {"prompt_tokens": 50, "completion_tokens": 3, "total_tokens": 10**9}

    assert tokens(asked(reported).usage) == (50, 3, True)


@pytest.mark.parametrize("reported", ["lots", 7, [], {}, {"prompt_tokens": float("nan")}])
def test_nonsense_is_no_report(reported: Any) -> None:
    assert asked(reported).usage == Usage(PROMPT_TOKENS, 1, estimated=True)


def test_long_answers_and_prompts_are_believed() -> None:
    reported = {
        "prompt_tokens": 60_000,
        "completion_tokens": 100_000,
        "prompt_tokens_details": {"cached_tokens": -1},
    }

    assert asked(reported, what=request("word " * 50_000)).usage == Usage(60_000, 100_000)


def test_the_last_report_counts() -> None:
    first, last = (
        {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": n}, "created": 1} for n in (1, 2)
    )
    lines = [
        first,
        delta("two words"),
        last | {"usage": last["usage"]},
        delta(None, "stop"),
        {"choices": [], "usage": None},
    ]
    with LoopbackServer(raw_sse(*(f"data: {json.dumps(line)}" for line in lines))) as server:
        assert tokens(ask(cloud_engine(server)).usage) == (5, 2, False)


@pytest.mark.parametrize(
    "ended",
    [
        {
            "choices": [
                {"delta": {}, "finish_reason": "stop", "usage": {"prompt_tokens": 5, "completion_tokens": 2}}
            ]
        },
        delta(None, "stop") | {"x_groq": {"usage": {"prompt_tokens": 5, "completion_tokens": 2}}},
    ],
)
def test_usage_is_found_where_some_servers_put_it(ended: dict[str, Any]) -> None:
    lines = [f"data: {json.dumps(event)}" for event in (delta("two words"), ended)]
    with LoopbackServer(raw_sse(*lines)) as server:
        assert tokens(ask(cloud_engine(server)).usage) == (5, 2, False)


# --- bills -----------------------------------------------------------------


COUNTS = {"prompt_tokens": 50, "completion_tokens": 10}


@pytest.mark.parametrize(
    ("more", "bill"),
    [
        ({"cost": 0.00123}, "0.00123"),
        ({"cost": "0.00123"}, "0.00123"),
        ({"cost": 0}, "0"),
        ({"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.002}}, "0.0021"),
        ({"cost": 0.0021, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.002}}, "0.0021"),
        ({"cost": {"input_tokens_cost": 0.001, "total_cost": 0.006}}, "0.006"),
    ],
)
def test_the_servers_own_bill_is_what_was_paid(more: dict[str, Any], bill: str) -> None:
    usage = asked(COUNTS | more).usage

    assert cost_usd(usage, PRICE) == Decimal(bill)
    assert cost_usd(usage, None) == Decimal(bill), "also where no price is known"


@pytest.mark.parametrize(
    "bill",
    [
        -1,
        float("nan"),
        float("inf"),
        "free",
        True,
        None,
        10**9,
        "1e400000",
        f"0.{'0' * 5000}1",
        [],
        {"total_cost": -1},
    ],
)
def test_a_bill_that_cannot_be_is_not_believed(bill: Any) -> None:
    assert cost_usd(asked(COUNTS | {"cost": bill}).usage, PRICE) == Decimal("0.00015")
