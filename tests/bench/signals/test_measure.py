import json
from dataclasses import replace
from pathlib import Path

import pytest

from hroute.bench.signals.authored import ReadPrompt, Resampling, authored_report, wants_cloud
from hroute.bench.signals.data import (
    AuthoredFile,
    AuthoredRow,
    ConstraintRow,
    RoutingFile,
    RoutingRow,
    SignalsData,
)
from hroute.bench.signals.labels import (
    KEYWORD,
    LENGTH,
    RANDOM,
    SCOUT,
    LabelPair,
    keyword_label,
    label_figures,
)
from hroute.bench.signals.measure import MeasuredParts, SignalsEffort, measure_signals
from hroute.bench.signals.speed import growth, of_chars, of_words, sample
from hroute.bench.signals.tokens import ExactTokenizer, estimate_figures
from hroute.core.abilities.ability import UNKNOWN
from hroute.core.authored import SmallestOk
from hroute.core.decision.signals import Label, ScoutReading
from tests.support.program import Program

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
    written = [authored(HARD, "frontier"), authored("Say hello.", "1B"), authored(dense, "30B", 5)]
    return SignalsData(counts, [RoutingFile("pair", rows)], [AuthoredFile("own", written, "test")])


def authored(prompt: str, smallest_ok: str, constraints: int = 0, **more: str) -> AuthoredRow:
    return AuthoredRow(prompt=prompt, smallest_ok=SmallestOk(smallest_ok), constraints=constraints, **more)


def read(smallest_ok: str, difficulty: float, label: Label, lang: str = "en") -> ReadPrompt:
    reading = ScoutReading(label, difficulty, "x")
    row = authored("x", smallest_ok, kind="chat", lang=lang)
    return ReadPrompt(row, reading, found=0, wants_cloud=wants_cloud(reading, 0.3))


def test_a_report_has_every_part_and_sets_the_scout_beside_the_baselines() -> None:
    reported: list[str] = []
    report = measure_signals(
        data(),
        MeasuredParts(KnowingScout(), 0.3, [ExactTokenizer("words", lambda text: len(text.split()))]),
        SignalsEffort(20, 30, 5),
        reported.append,
    )
    assert (report.scout, report.constraints_macro_f1) == ("knowing", 1.0)
    routers = report.routing[0].routers
    assert list(routers) == [SCOUT, LENGTH, KEYWORD, RANDOM]
    assert [routers[name]["auroc_weak_fails"].value for name in (SCOUT, LENGTH, RANDOM)] == [1.0, 0.0, 0.5]
    assert (report.routing[0].n, report.routing[0].was_trained_on) == (30, False)
    assert report.mean("apgr_ties", RANDOM) == pytest.approx(0.5)
    own = report.authored[0]
    assert [line.name for line in own.labels] == [SCOUT, KEYWORD]
    assert [(group.name, group.n, group.too_hard, group.routed) for group in own.groups] == [
        ("all", 3, 2, 2),
        ("English", 3, 2, 2),
    ]
    assert (own.groups[0].route_right.value, own.groups[0].always_local.value) == (1.0, 0.5)
    assert own.groups[0].count.f1.value == 1.0
    assert {line.name for line in report.estimate} <= {"constraints", "pair", "own"}
    assert [line.n for line in report.latency] == [500, 5]
    assert reported


def test_without_files_the_speed_is_measured_alone() -> None:
    report = measure_signals(
        SignalsData(), MeasuredParts(KnowingScout(), 0.3, []), SignalsEffort(20, 30, 5), print
    )
    assert [line.n for line in report.latency] == [500, 5]
    assert not report.authored + report.estimate


def test_the_articles_router_sends_what_says_compare_and_keeps_what_is_long() -> None:
    assert keyword_label("Compare 2+2 and 3+3") is Label.COMPLEX
    assert keyword_label("Summarize this 10k-token log and find the one-line error") is Label.STANDARD


def test_an_unsure_reading_is_a_miss() -> None:
    rows = [LabelPair(label, label) for label in (Label.TRIVIAL, Label.STANDARD, Label.COMPLEX)]
    found = label_figures("x", [*rows, LabelPair(Label.COMPLEX, Label.UNSURE)], rounds=20, seed=0)
    assert (found.accuracy.value, found.unsure) == (0.75, 1)
    assert found.macro_f1.value == pytest.approx((1 + 1 + 2 / 3) / 3)


def test_difficulty_ranks_whatever_the_label_says_and_the_engines_are() -> None:
    rows = [
        read("1B", -2, Label.UNSURE),
        read("8B", -1, Label.STANDARD),
        read("30B", 1, Label.COMPLEX),
        read("none", 2, Label.UNSURE, lang="fi"),
    ]
    faced = [replace(row, reading=row.reading.facing(UNKNOWN, UNKNOWN)) for row in rows]
    report = authored_report("own", "test", faced, Resampling(20, 0))
    assert [group.auroc[SCOUT].value for group in report.groups] == [1.0, 1.0, None]
    assert [line.rate.value for line in report.failures] == [None, 0.0, 1.0, 0.5]
    assert report.labels[0].unsure == 2


def test_the_wish_is_that_of_an_8b_beside_the_reference_cloud_and_min_lead() -> None:
    rows = [read("30B", difficulty, Label.COMPLEX) for difficulty in (-3, 1, 9)]
    assert [row.wants_cloud for row in rows] == [False, True, False]
    assert [row.has_the_right_route for row in rows] == [False, True, False]
    assert not wants_cloud(rows[1].reading, min_lead=0.9)


def test_a_language_or_kind_with_enough_prompts_gets_a_line_of_its_own() -> None:
    rows = [read("1B", n, Label.TRIVIAL) for n in range(30)]
    rows += [read("30B", n, Label.TRIVIAL, lang="fi") for n in range(29)]
    report = authored_report("own", "test", rows, Resampling(20, 0))
    assert [group.name for group in report.languages] == ["en"]
    assert [(group.name, group.n) for group in report.kinds] == [("chat", 59)]
    assert [group.name for group in report.groups] == ["all", "English", "other languages"]


@pytest.mark.parametrize(("per_char", "mean", "too_low"), [(6, 0.26, 0.0), (1, -0.79, 1.0)])
def test_the_estimates_error_is_relative_to_the_exact_count(
    per_char: int, mean: float, too_low: float
) -> None:
    prompts = ["x" * 600, "x" * 1200, "short"]
    tokenizer = ExactTokenizer("fixed", lambda text: len(text) // per_char)
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
    pair, own = tmp_path / "pair.jsonl", tmp_path / "own.jsonl"
    rows = [{"prompt": f"What is {i}+{i}?", "weak_score": i % 2, "strong_score": 1} for i in range(20)]
    pair.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    easy = {"prompt": "hello there", "smallest_ok": "0.1B", "constraints": 0}
    hard = {"prompt": "Prove the theorem.", "smallest_ok": "frontier", "constraints": 0, "lang": "en"}
    own.write_text(f"{json.dumps(easy)}\n{json.dumps(hard)}\n")
    command = ["bench", "signals", "--data", str(tmp_path), "--rounds", "20"]
    report = json.loads(program.run(*command, "--json").out)
    assert report["routing"][0]["name"] == "pair"
    assert set(report["routing"][0]["routers"]["scout"]["apgr_ties"]) == {"value", "low", "high"}
    assert report["authored"][0]["groups"][0]["auroc"]["scout"]["value"] == 1.0
    shown = program.run(*command).out
    assert "Scout: pair, 20 prompts, weak .500, strong 1.000" in shown
    assert f"own, 2 prompts (all): too hard for an 8B, read by {report['scout']}" in shown


def test_the_command_refuses_a_file_of_another_form(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text('{"question": "?"}\n')
    ended = program.run("bench", "signals", "--data", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert f"{file}:1: prompt is missing" in ended.err


def test_an_encoder_that_is_not_here_is_named_with_what_to_do(program: Program) -> None:
    done = program.run("bench", "signals", "--scout", "encoder")
    assert (done.code, done.out) == (1, "")
    assert "base weights are not here" in done.err
    assert "hroute models pull scout" in done.err
