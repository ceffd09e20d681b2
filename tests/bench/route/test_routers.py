from itertools import product

import pytest

from hroute.bench.route.outcomes import OutcomeRow
from hroute.bench.route.report import ReportOptions, RouteReport, report
from hroute.bench.route.routers import KEYWORDS, LENGTH, keyword_score, routers_of
from hroute.bench.signals.routing_metrics import PairOutcome, routing_values
from hroute.core.routing.cpst import failure_usd
from hroute.core.settings import Cpst


def row(weak: float, strong: float, **more: object) -> OutcomeRow:
    return OutcomeRow(
        **{
            "kind": "sums",
            "prompt": "What is 1 + 1?",
            "outcome": PairOutcome(weak, strong),
            "local_usd": 0.001,
            "cloud_usd": 0.01,
            "difficulty": 0.5,
            "p_local": 1 - float(more.get("difficulty", 0.5)),  # type: ignore[arg-type]
            "is_sent": False,
            **more,
        }
    )


# Of ten prompts the local model gets six, the cloud nine; the scout knows most of the hard ones.
TEN = [
    *(row(1, 1, difficulty=0.1 + place / 100) for place in range(5)),
    row(1, 1, difficulty=0.8, is_sent=True),
    row(0, 1, difficulty=0.9, is_sent=True),
    row(0, 1, difficulty=0.3, is_valid=False),
    row(0, 1, difficulty=0.2, confidence=0.3),
    row(0, 0, difficulty=0.7, is_sent=True),
]


def looked(rows: list[OutcomeRow], **look: object) -> RouteReport:
    return report(rows, ReportOptions(**{"cpst": Cpst(), "rounds": 20, "least_confidence": 0.5, **look}))  # type: ignore[arg-type]


def at(found: RouteReport, name: str, figure: str) -> float | None:
    router = found.router(name)
    assert router is not None
    value: float | None = getattr(router, figure).value
    return value


@pytest.mark.parametrize(
    ("name", "success", "sent"),
    [
        ("always local", 0.6, 0),
        ("always cloud", 0.9, 1),
        ("random", 0.69, 0.3),
        ("scout", 0.7, 0.3),
        ("scout, checks", 0.8, 0.4),
        ("scout, checks, confidence", 0.9, 0.5),
        ("oracle", 0.9, 0.3),
    ],
)
def test_each_router_sends_what_it_finds(name: str, success: float, sent: float) -> None:
    found = looked(TEN)
    assert at(found, name, "success") == pytest.approx(success)
    assert at(found, name, "sent") == pytest.approx(sent)


def test_a_prompt_that_is_sent_after_its_local_answer_costs_both() -> None:
    found = looked(TEN)
    assert at(found, "scout", "usd") == pytest.approx((7 * 0.001 + 3 * 0.01) / 10)
    assert at(found, "scout, checks", "usd") == pytest.approx((7 * 0.001 + 4 * 0.01) / 10)


def test_a_success_costs_what_all_prompts_and_all_failures_cost() -> None:
    failure = float(failure_usd(Cpst()))
    expected = (10 * 0.001 + 4 * failure) / 6
    assert at(looked(TEN), "always local", "cpst") == pytest.approx(expected)


def test_an_unknown_price_is_never_a_small_one() -> None:
    found = looked([row(1, 1, cloud_usd=None, is_sent=True), row(0, 1)])
    assert at(found, "always cloud", "cpst") is None
    assert at(found, "always local", "cpst") is not None


def test_without_successes_nothing_is_the_cost_of_one() -> None:
    assert at(looked([row(0, 1), row(0, 1)]), "always local", "cpst") is None


def test_the_oracle_recovers_the_most_and_random_half() -> None:
    found = looked(TEN)
    assert at(found, "random", "at_half") == pytest.approx(0.5)
    assert at(found, "random", "apgr") == pytest.approx(0.5)
    assert at(found, "oracle", "at_half") == pytest.approx(1)
    names = [router.name for router in found.routers if router.apgr.value is not None]
    best = at(found, "oracle", "apgr") or 0
    assert all(best >= (at(found, name, "apgr") or 0) for name in names)


def test_what_is_read_off_the_answer_ranks_better_than_the_prompt_alone() -> None:
    found = looked(TEN)
    scout, checks, all_signs = (
        at(found, name, "apgr") or 0 for name in ("scout", "scout, checks", "scout, checks, confidence")
    )
    assert scout < checks <= all_signs


def test_the_area_is_that_of_the_routing_metrics() -> None:
    values = routing_values([row.outcome for row in TEN], [row.difficulty for row in TEN])
    found = looked(TEN).router("scout")
    assert found is not None
    assert (found.apgr.value, found.apgr_routellm) == (values.apgr_ties, values.apgr)


def test_without_a_lead_nothing_is_recovered() -> None:
    assert at(looked([row(1, 1), row(0, 0)]), "scout", "apgr") is None


def test_without_answers_there_are_no_checks_and_no_confidence() -> None:
    names = [router.name for router in routers_of(TEN, None)]
    assert "scout, checks" not in names
    assert looked(TEN, least_confidence=None).checks is None


def test_length_sends_as_many_as_the_scout_and_the_longest_first() -> None:
    rows = [row(0, 1, prompt="x" * n, is_sent=n < 3) for n in range(1, 6)]
    [length] = [router for router in routers_of(rows, None) if router.name == LENGTH]
    assert list(length.sent) == [0, 0, 0, 1, 1]


def test_keywords_are_whole_words_in_any_case() -> None:
    assert keyword_score("Explain the code, and explain it well") == 2
    assert keyword_score("Decode this restored storybook") == 0
    rows = [row(0, 1, prompt=text) for text in ("Write a poem", "hi")]
    [keywords] = [router for router in routers_of(rows, None) if router.name == KEYWORDS]
    assert (list(keywords.sent), list(keywords.scores or ())) == ([1, 0], [2, 0])


def test_the_checks_are_counted_by_whether_the_answer_was_right() -> None:
    checks = looked(TEN).checks
    assert checks is not None
    assert (checks.wrong_rejected.value, checks.right_rejected.value) == (0.25, 0)


def test_kinds_are_told_apart() -> None:
    rows = [row(weak, 1, kind=kind) for kind, weak in product(("sums", "code"), (0, 1))]
    assert [(kind.name, kind.n, kind.local.value) for kind in looked(rows).kinds] == [
        ("sums", 2, 0.5),
        ("code", 2, 0.5),
    ]
