"""What verdicts teach, and how little a few of them do."""

from math import log
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.decision.decision import Route
from hroute.core.learning.crossing import fit_all, forecasts
from hroute.core.learning.design import Design
from hroute.core.learning.evidence import Evidence, Traits
from hroute.core.odds import logit, sigmoid
from hroute.core.scout.features import measure

HAIKU, PROOF = "Write a haiku about the {} sea.", "Prove the {} theorem about primes."
CLOUD_90 = log(9)
WORDS = ("quiet", "first", "last", "new", "old", "long", "great", "small")


def evidence(prompt: str, route: Route, success: float, p_local: float = 0.7) -> Evidence:
    return Evidence(Traits.of(p_local, measure(prompt)), route, success)


def haikus_fail_here(n: int, seed: int = 0) -> list[Evidence]:
    """This user's local model writes no haiku and proves everything; the cloud does both. One route each."""
    rng = Random(seed)
    rows = []
    for place in range(n):
        form = HAIKU if place % 2 else PROOF
        route = rng.choice((Route.LOCAL, Route.CLOUD))
        success = float(form == PROOF or route is Route.CLOUD)
        rows.append(evidence(form.format(rng.choice(WORDS)), route, success))
    return rows


def chances(rows: list[Evidence], prompt: str, p_local: float = 0.7) -> tuple[float, float]:
    return fit_all(rows, CLOUD_90).model().chances(measure(prompt), logit(p_local))


def test_a_thousand_verdicts_overrule_the_scout() -> None:
    rows = haikus_fail_here(1000)
    haiku, proof = chances(rows, HAIKU.format("blue")), chances(rows, PROOF.format("blue"))
    assert haiku[0] < 0.1
    assert proof[0] > 0.9
    assert min(haiku[1], proof[1]) > 0.9


def test_ten_verdicts_move_little() -> None:
    local, cloud = chances(haikus_fail_here(10), HAIKU.format("blue"))
    assert local == pytest.approx(0.7, abs=0.15)
    assert cloud == pytest.approx(0.9, abs=0.05)


def test_every_verdict_counts_for_more_than_none_and_less_than_all() -> None:
    """Each bad local answer lowers the chance further, and none settles the matter."""
    values = [
        chances([evidence(HAIKU.format("blue"), Route.LOCAL, 0.0)] * n, HAIKU.format("blue"))[0]
        for n in (1, 5, 25, 125)
    ]
    assert values == sorted(values, reverse=True)
    assert 0.7 > values[0] > 0.6
    assert values[-1] < 0.1


def test_a_local_failure_casts_doubt_on_the_cloud_as_well_but_a_smaller_one() -> None:
    rows = [evidence(HAIKU.format(word), Route.LOCAL, 0.0) for word in WORDS * 10]
    rows += [evidence(PROOF.format(word), Route.LOCAL, 1.0) for word in WORDS * 10]
    haiku, proof = chances(rows, HAIKU.format("blue")), chances(rows, PROOF.format("blue"))
    assert haiku[1] < 0.9 < proof[1]
    assert logit(proof[1]) - logit(haiku[1]) < logit(proof[0]) - logit(haiku[0])


def test_verdicts_without_a_text_move_the_average_alone() -> None:
    rows = [Evidence(Traits.of(0.7, None), Route.LOCAL, float(place % 4 == 0)) for place in range(400)]
    known = fit_all(rows, CLOUD_90).model()
    answers = {known.chances(measure(prompt), logit(0.7)) for prompt in ("Say hello.", "Prove it.")}
    assert len(answers) == 1
    assert answers.pop()[0] == pytest.approx(0.25, abs=0.03)


def test_a_verdict_of_weight_two_is_two_verdicts() -> None:
    rows = haikus_fail_here(40)
    heavy = [Evidence(e.traits, e.route, e.success, weight=2.0) for e in rows]
    once, twice = fit_all(heavy, CLOUD_90), fit_all([*rows, *rows], CLOUD_90)
    design = Design.of([e.traits for e in rows])
    # The caution about few rows counts rows, so only nearly so.
    assert np.abs(once.chances(design)[0] - twice.chances(design)[0]).max() < 0.1


def test_the_packed_model_says_what_the_fit_says() -> None:
    rows = haikus_fail_here(200)
    fitted, prompts = fit_all(rows, CLOUD_90), [e.traits for e in rows[:50]]
    model = fitted.model()
    expected = np.stack(fitted.chances(Design.of(prompts)), axis=1)
    packed = [model.chances(p.measured, p.log_odds) for p in prompts if p.measured]
    assert np.abs(np.array(packed) - expected).max() < 0.01


@given(st.lists(st.tuples(st.text(max_size=60), st.booleans(), st.booleans(), st.floats(0, 1)), min_size=1))
def test_any_verdicts_give_probabilities(rows: list[tuple[str, bool, bool, float]]) -> None:
    given_rows = [
        evidence(prompt, Route.CLOUD if is_cloud else Route.LOCAL, float(success), p)
        for prompt, is_cloud, success, p in rows
    ]
    for value in chances(given_rows, rows[0][0], rows[0][3]):
        assert 0 <= value <= 1


def test_no_prompt_is_forecast_by_a_fit_that_saw_it() -> None:
    """Outcomes that only memory could foretell are not foretold."""
    rng = Random(1)
    prompts = [f"{rng.random()} {word}" for word in WORDS for _ in range(30)]
    rows = [evidence(p, Route.LOCAL, float(rng.random() < 0.5), 0.5) for p in prompts]
    found, _ = forecasts([*rows, *rows], [*prompts, *prompts], CLOUD_90)
    error = sum((f.after - f.success) ** 2 for f in found) / len(found)
    assert error > 0.24
    assert found[0].before == pytest.approx(0.5)


def test_both_routes_are_forecast_for_every_verdict() -> None:
    rows = haikus_fail_here(300)
    _, both = forecasts(rows, [str(place) for place in range(300)], CLOUD_90)
    leads = [cloud - local for local, cloud in both]
    assert min(leads[1::2]) > max(leads[0::2])  # haikus against proofs


def test_log_odds_of_certainties_are_finite() -> None:
    assert [round(sigmoid(logit(p)), 4) for p in (0.0, 0.5, 1.0)] == [0.0001, 0.5, 0.9999]
