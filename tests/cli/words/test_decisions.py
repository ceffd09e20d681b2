"""Every sentence that a decision is explained with, word for word."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hroute.cli.words.decision import flip_words, reasons_words
from hroute.core.decision.decision import (
    NO_EXPECTATIONS,
    Decision,
    Expectations,
    ExpectedCost,
    Need,
    Route,
    RouteInputs,
    Standing,
)
from hroute.core.decision.signals import Label, Signals
from hroute.core.routing.policy import decide
from tests.support.build import CLOUD_READY, settings, signals

FREE = RouteInputs()
OFFLINE = replace(CLOUD_READY, cloud_reachable=False)
FAILING = replace(CLOUD_READY, breaker_open=True)
SPENT = replace(CLOUD_READY, budget_left=False)
MONTH_SPENT = replace(SPENT, spent_limit="budget.monthly_usd")
DAY_SPENT = replace(SPENT, spent_limit="budget.daily_usd")


def decided(
    measured: Signals,
    standing: Standing = CLOUD_READY,
    inputs: RouteInputs = FREE,
    expectations: Expectations = NO_EXPECTATIONS,
    **sections: object,
) -> Decision:
    return decide(measured, settings(**sections), standing, inputs, expectations)


def priced(
    local: str | None, cloud: str | None, local_failures: str = "0", cloud_failures: str = "0"
) -> Expectations:
    return Expectations(
        cost=ExpectedCost(
            Decimal(local) if local else None,
            Decimal(cloud) if cloud else None,
            Decimal(local_failures) if local else None,
            Decimal(cloud_failures) if cloud else None,
        )
    )


CASES: dict[str, tuple[Decision, list[str], str]] = {
    "plain": (
        decided(signals()),
        ["no signal asks for the cloud; the scout says standard"],
        "add 8153 tokens or more",
    ),
    "unsure": (
        decided(signals(label=Label.UNSURE)),
        ["no signal asks for the cloud; the scout says unsure"],
        "add 8153 tokens or more",
    ),
    "one constraint from the cloud": (
        decided(signals(constraints=3)),
        ["no signal asks for the cloud; the scout says standard"],
        "add 1 strict constraint",
    ),
    "nearer to the cloud by its tokens": (
        decided(signals(tokens=8000)),
        ["no signal asks for the cloud; the scout says standard"],
        "add 193 tokens or more",
    ),
    "no cloud": (
        decided(signals(), Standing()),
        ["no signal asks for the cloud; the scout says standard"],
        "configure a cloud: hroute config init --preset openai, and add 8153 tokens or more",
    ),
    "offline": (
        decided(signals(), OFFLINE),
        ["no signal asks for the cloud; the scout says standard"],
        "go online, and add 8153 tokens or more",
    ),
    "failing": (
        decided(signals(), FAILING),
        ["no signal asks for the cloud; the scout says standard"],
        "wait 60 seconds, and add 8153 tokens or more",
    ),
    "spent": (
        decided(signals(), SPENT),
        ["no signal asks for the cloud; the scout says standard"],
        "raise the limit in [budget], or wait for the next day or month (UTC), and add 8153 tokens or more",
    ),
    "day spent": (
        decided(signals(), DAY_SPENT),
        ["no signal asks for the cloud; the scout says standard"],
        "raise budget.daily_usd, or wait for the next day (UTC), and add 8153 tokens or more",
    ),
    "dense by one": (
        decided(signals(constraints=4)),
        ["4 strict constraints, more than 3"],
        "drop one of the 4 constraints",
    ),
    "dense by two": (
        decided(signals(constraints=5)),
        ["5 strict constraints, more than 3"],
        "drop 2 of the 5 constraints",
    ),
    "long": (
        decided(signals(tokens=8200)),
        ["8200 tokens or more, over 8192"],
        "shorten it by at least 8 tokens",
    ),
    "hard": (
        decided(signals(label=Label.COMPLEX)),
        [
            "the scout finds it complex: 30% chance of a right local answer (assumed), 92%"
            " in the cloud (assumed)"
        ],
        "ask for something the scout finds simpler",
    ),
    "all three": (
        decided(signals(constraints=4, tokens=9000, label=Label.COMPLEX)),
        [
            "9000 tokens or more, over 8192",
            "4 strict constraints, more than 3",
            "the scout finds it complex: 30% chance of a right local answer (assumed), 92%"
            " in the cloud (assumed)",
        ],
        "shorten it by at least 808 tokens and drop one of the 4 constraints and ask for"
        " something the scout finds simpler",
    ),
    "dense, no cloud": (
        decided(signals(constraints=4), Standing()),
        ["4 strict constraints, more than 3", "wanted the cloud, but no cloud is configured"],
        "configure a cloud: hroute config init --preset openai",
    ),
    "dense, offline": (
        decided(signals(constraints=4), OFFLINE),
        ["4 strict constraints, more than 3", "wanted the cloud, but this machine is offline"],
        "go online",
    ),
    "dense, failing": (
        decided(signals(constraints=4), FAILING),
        [
            "4 strict constraints, more than 3",
            "wanted the cloud, but the cloud just failed several times in a row",
        ],
        "wait 60 seconds",
    ),
    "dense, spent": (
        decided(signals(constraints=4), SPENT),
        ["4 strict constraints, more than 3", "wanted the cloud, but the budget is spent"],
        "raise the limit in [budget], or wait for the next day or month (UTC)",
    ),
    "dense, month spent": (
        decided(signals(constraints=4), MONTH_SPENT),
        ["4 strict constraints, more than 3", "wanted the cloud, but budget.monthly_usd is spent"],
        "raise budget.monthly_usd, or wait for the next month (UTC)",
    ),
    "dense, day spent": (
        decided(signals(constraints=4), DAY_SPENT),
        ["4 strict constraints, more than 3", "wanted the cloud, but budget.daily_usd is spent"],
        "raise budget.daily_usd, or wait for the next day (UTC)",
    ),
    "forced": (
        decided(signals(), inputs=RouteInputs(forced=Route.CLOUD)),
        ["the route was chosen with --route"],
        "leave out --route",
    ),
    "private": (
        decided(signals(), privacy={"local_only": True}),
        ["privacy.local_only keeps every prompt on this machine"],
        "nothing in this prompt alone",
    ),
    "private and dense": (
        decided(signals(constraints=4), privacy={"local_only": True}),
        ["privacy.local_only keeps every prompt on this machine"],
        "set privacy.local_only to false",
    ),
    "private and dense, no cloud": (
        decided(signals(constraints=4), Standing(), privacy={"local_only": True}),
        ["privacy.local_only keeps every prompt on this machine"],
        "nothing in this prompt alone",
    ),
    "held local": (
        decided(signals(), inputs=RouteInputs(held=Route.LOCAL)),
        ["the conversation stays with the local model, where its context is"],
        "--route, or a new conversation",
    ),
    "held in the cloud": (
        decided(signals(), inputs=RouteInputs(held=Route.CLOUD)),
        ["the conversation stays in the cloud, where its context is"],
        "--route, or a new conversation",
    ),
    "images": (
        decided(signals(), inputs=RouteInputs(unmet=Need.IMAGES)),
        ["the local model takes no images"],
        "leave out the images",
    ),
    "images and dense": (
        decided(signals(constraints=6), inputs=RouteInputs(unmet=Need.IMAGES)),
        ["the local model takes no images", "6 strict constraints, more than 3"],
        "leave out the images and drop 3 of the 6 constraints",
    ),
    "images, no cloud": (
        decided(signals(), Standing(), RouteInputs(unmet=Need.IMAGES)),
        ["the local model takes no images", "wanted the cloud, but no cloud is configured"],
        "configure a cloud: hroute config init --preset openai",
    ),
    "by lot": (
        decided(signals(), inputs=RouteInputs(lot=0.0), routing={"explore": 0.05}),
        ["drawn by lot to learn of the other route (routing.explore is 0.05)"],
        "set routing.explore to 0",
    ),
    "by cost": (
        decided(signals(), expectations=priced("0.41", "0.02", "0.40"), policy="cpst"),
        [
            "expected per successful task: local $0.4100, mostly the risk of failing; cloud"
            " $0.0200, mostly the price of the answer"
        ],
        "--route, or other prices or minutes in [cpst]",
    ),
    "by cost, failures of the cloud": (
        decided(signals(), expectations=priced("0.01", "0.02", "0.001", "0.01"), policy="cpst"),
        [
            "expected per successful task: local $0.0100, mostly electricity; cloud $0.0200,"
            " mostly the risk of failing"
        ],
        "--route, or other prices or minutes in [cpst]",
    ),
    "no price": (
        decided(signals(), expectations=priced("0.41", None), policy="cpst"),
        [
            "no signal asks for the cloud; the scout says standard",
            "the cloud's price is unknown, so the signals decide and not the costs",
        ],
        "add 8153 tokens or more",
    ),
    "hard, no price": (
        decided(signals(label=Label.COMPLEX), expectations=priced("0.41", None), policy="cpst"),
        [
            "the scout finds it complex: 30% chance of a right local answer (assumed), 92%"
            " in the cloud (assumed)",
            "the cloud's price is unknown, so the signals decide and not the costs",
        ],
        "ask for something the scout finds simpler",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reasons_and_the_flip_of_a_decision(name: str) -> None:
    decision, reasons, flip = CASES[name]
    assert (reasons_words(decision), flip_words(decision)) == (reasons, flip)


@pytest.mark.parametrize("label", Label)
def test_the_reason_is_the_likelier_cloud_where_the_word_alone_would_not_send_it(label: Label) -> None:
    [words] = reasons_words(decided(signals(label=label, p_local=0.3)))
    assert ("but the cloud is likelier to be right" in words) is (label is not Label.COMPLEX)
