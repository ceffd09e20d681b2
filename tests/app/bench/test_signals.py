import json
from pathlib import Path

import pytest

from hroute.app.bench.signals import KEYWORD, LENGTH, RANDOM, SCOUT, Effort, measure_signals
from hroute.app.bench.signals_data import ConstraintRow, RoutingFile, RoutingRow, SignalsData
from hroute.app.bench.signals_labels import Judged, keyword_label, label_figures
from hroute.app.bench.signals_speed import growth, of_chars, of_words, sample
from hroute.app.bench.signals_tokens import Tokenizer, estimate_figures
from hroute.core.types import Label, ScoutReading
from tests.program import Program

HARD = "Prove it."


class KnowingScout:
    """Knows which prompts are hard."""

    def read(self, prompt: str) -> ScoutReading:
        is_hard = prompt == HARD
        return ScoutReading(Label.COMPLEX if is_hard else Label.TRIVIAL, 2 if is_hard else -2, "knowing")


def data() -> SignalsData:
    rows = [
        RoutingRow(
            prompt=HARD if i % 2 else "Say hello to the whole team.", weak_score=i % 2 == 0, strong_score=1
        )
        for i in range(40)
    ]
    dense = "Answer in JSON, in French, under 20 words, in lower case and without commas."
    counts = [ConstraintRow(prompt=dense, n_constraints=5, gt3=True, source="mine")]
    return SignalsData(counts, [RoutingFile("pair", rows)])


def test_a_report_has_every_part_and_sets_the_scout_beside_the_baselines() -> None:
    told: list[str] = []
    report = measure_signals(
        data(),
        KnowingScout(),
        [Tokenizer("words", lambda text: len(text.split()))],
        Effort(20, 30, 5),
        told.append,
    )
    assert (report.scout, report.constraints_macro_f1) == ("knowing", 1.0)
    routers = report.routing[0].routers
    assert list(routers) == [SCOUT, LENGTH, KEYWORD, RANDOM]
    assert [routers[name]["auroc_weak_fails"].value for name in (SCOUT, LENGTH, RANDOM)] == [1.0, 0.0, 0.5]
    assert (report.routing[0].n, report.routing[0].was_trained_on) == (30, False)
    assert report.mean("apgr_ties", RANDOM) == pytest.approx(0.5)
    assert [line.name for line in report.labels] == [SCOUT, KEYWORD]
    assert {line.name for line in report.estimate} == {"labelled set"}
    assert [line.n for line in report.latency] == [500, 5]
    assert told


def test_the_articles_router_sends_what_says_compare_and_keeps_what_is_long() -> None:
    assert keyword_label("Compare 2+2 and 3+3") is Label.COMPLEX
    assert keyword_label("Summarize this 10k-token log and find the one-line error") is Label.STANDARD


def test_an_unsure_reading_is_a_miss() -> None:
    rows = [Judged(label, label) for label in (Label.TRIVIAL, Label.STANDARD, Label.COMPLEX)]
    found = label_figures("x", [*rows, Judged(Label.COMPLEX, Label.UNSURE)], rounds=20, seed=0)
    assert (found.accuracy.value, found.unsure) == (0.75, 1)
    assert found.macro_f1.value == pytest.approx((1 + 1 + 2 / 3) / 3)


@pytest.mark.parametrize(("per_char", "mean", "too_low"), [(6, 0.26, 0.0), (1, -0.79, 1.0)])
def test_the_estimates_error_is_relative_to_the_exact_count(
    per_char: int, mean: float, too_low: float
) -> None:
    prompts = ["x" * 600, "x" * 1200, "short"]
    tokenizer = Tokenizer("fixed", lambda text: len(text) // per_char)
    found = estimate_figures(tokenizer, "x", prompts)
    assert found is not None
    assert (found.n, found.mean, found.too_low) == pytest.approx((2, mean, too_low))


def test_prompts_for_timing_have_the_size_that_is_claimed() -> None:
    assert {len(text.split()) for text in of_words(["a b c", "d"], 100, 3)} == {100}
    assert {len(text) for text in of_chars(["a b c", "d"], 2000, 3)} == {2000}
    assert {len(sample(text, 10_000)) for text in ("prose", "spaces", "brackets", "one word")} == {10_000}


def test_growth_of_linear_work_is_about_ten() -> None:
    def work(times: int) -> None:
        for _ in range(times):
            pass

    assert all(3 < line.ratio < 30 for line in growth("x", lambda text: work(len(text) * 10)))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_command_prints_json_and_tables_from_the_same_figures(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "pair.jsonl"
    rows = [{"prompt": f"What is {i}+{i}?", "weak_score": i % 2, "strong_score": 1} for i in range(20)]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    report = json.loads(program.run("bench", "signals", "--data", str(file), "--rounds", "20", "--json").out)
    assert report["routing"][0]["name"] == "pair"
    assert set(report["routing"][0]["routers"]["scout"]["apgr_ties"]) == {"value", "low", "high"}
    assert report["labels"][0]["macro_f1"]["value"] > report["labels"][1]["macro_f1"]["value"]
    shown = program.run("bench", "signals", "--data", str(file), "--rounds", "20").out
    assert "Scout: pair, 20 prompts, weak .500, strong 1.000" in shown
    assert "macro-F1" in shown


def test_the_command_refuses_a_file_of_another_form(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text('{"question": "?"}\n')
    ended = program.run("bench", "signals", "--data", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert f"{file}:1: prompt is missing" in ended.err
