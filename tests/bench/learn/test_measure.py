"""`hroute bench learn` on a file in which something can be learnt."""

import json
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from random import Random

import numpy as np
import pytest

from hroute.bench.learn.judge import Judge, RankedPrompts
from hroute.bench.learn.measure import (
    BOTH,
    LENGTH,
    ONE,
    ORACLE,
    RANDOM,
    SCOUT,
    Assumed,
    LearnEffort,
    LearnReport,
    measure_learning,
    scout_for,
)
from hroute.bench.signals.data import RoutingFile, RoutingRow
from hroute.bench.signals.routing_metrics import PairOutcome, routing_values
from hroute.core.learning.threshold import RouteCosts
from hroute.core.scout import BuiltinScout
from tests.support.program import Program

BUILTIN = BuiltinScout.from_bytes(files("hroute.data").joinpath("scout-builtin.bin").read_bytes())
COSTS = RouteCosts(Decimal(0), Decimal("0.01"), Decimal(2))
TRIED = LearnEffort(seeds=2, rounds=10)


def rows(n: int = 400) -> list[RoutingRow]:
    """The local model knows birds and no fish; the cloud knows fish and fails some birds."""
    rng = Random(5)
    found = []
    for place in range(n):
        is_fish = rng.random() < 0.5
        prompt = f"Name {'fish' if is_fish else 'bird'} number {rng.randrange(10_000)} of the list."
        strong = 1.0 if is_fish else float(place % 3 > 0)
        found.append(RoutingRow(prompt=prompt, weak_score=float(not is_fish), strong_score=strong))
    return found


def learnt(name: str = "zoo", n: int = 400) -> LearnReport:
    return measure_learning(RoutingFile(name, rows(n)), BUILTIN, Assumed(COSTS, 0.9), TRIED, lambda _: None)


def test_verdicts_on_one_side_each_teach_whom_to_ask() -> None:
    report = learnt()
    first, last = report.line(ONE, 50), report.line(ONE, 200)
    assert first is not None
    assert last is not None
    assert last.apgr.value is not None
    assert last.apgr.value > 1  # fish to the cloud and birds not: more than the cloud alone can do
    assert last.auroc_fails.value == pytest.approx(1, abs=0.001)
    assert last.over_scout.low is not None
    assert last.over_scout.low > 0
    assert first.cpst_usd.value is not None
    assert last.cpst_usd.value is not None
    assert last.cpst_usd.value <= first.cpst_usd.value


def test_every_router_is_there_and_no_size_leaves_less_than_a_third_to_judge_on() -> None:
    sizes = {(line.router, line.verdicts) for line in learnt(n=100).lines}
    learners = {(router, 50) for router in (ONE, BOTH)}
    assert sizes == {(name, 0) for name in (SCOUT, LENGTH, RANDOM, ORACLE)} | {(SCOUT, 50)} | learners


def test_chance_recovers_half_and_foretells_nothing() -> None:
    line = learnt(n=100).line(RANDOM, 0)
    assert line is not None
    assert (round(line.apgr.value or 0, 9), line.auroc_fails.value) == (0.5, 0.5)


def test_a_file_that_the_scout_was_trained_on_is_said_to_be_no_test() -> None:
    assert learnt("zeroeval_crux", n=60).was_trained_on
    assert not learnt("zoo", n=60).was_trained_on
    assert scout_for("zeroeval_crux", [BUILTIN]) is BUILTIN


def test_the_figures_are_those_of_the_other_implementation() -> None:
    rng = np.random.default_rng(0)
    outcomes = [PairOutcome(float(w), float(s)) for w, s in rng.integers(0, 2, (300, 2))]
    outcomes += [PairOutcome(0.0, 1.0)] * 30
    scores = rng.integers(0, 20, len(outcomes)).astype(float)  # many ties
    judged = Judge.of(outcomes, COSTS, rounds=3, seed=0).judge(RankedPrompts(scores, scores, scores > 5))
    expected = routing_values(outcomes, scores.tolist())
    assert judged.apgr[0] == pytest.approx(expected.apgr_ties)
    assert judged.auroc_fails[0] == pytest.approx(expected.auroc_weak_fails)
    assert len(judged.cpst) == 4


def test_cpst_by_hand_and_the_cheapest_cuts_that_hindsight_finds() -> None:
    outcomes = [PairOutcome(1, 1), PairOutcome(0, 1), PairOutcome(0, 0), PairOutcome(1, 0)]
    judge = Judge.of(outcomes, COSTS, rounds=1, seed=0)
    assert judge.oracle().tolist() == [False, True, False, False]
    score = np.array([0.0, 3.0, 2.0, 1.0])
    cut = judge.in_hindsight(score)
    assert cut.tolist() == [False, True, False, False]
    assert judge.judge(RankedPrompts(score, score, cut)).cpst[0] == pytest.approx((0.01 + 2) / 3)


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    data = tmp_path / "zoo.jsonl"
    data.write_text("".join(json.dumps(row.model_dump()) + "\n" for row in rows(80)))
    words = ("bench", "learn", "--data", str(data), "--seeds", "1", "--rounds", "10")
    program = Program(tmp_path / "home")
    shown = program.run(*words)
    assert (shown.code, shown.out.partition(",")[0]) == (0, "zoo: 80 prompts")
    assert "one side" in shown.out
    reported = json.loads(program.run(*words, "--json", "-q").out)
    assert {line["router"] for line in reported["files"][0]["lines"]} >= {ONE, BOTH, SCOUT}


def test_a_damaged_scout_and_data_of_another_kind_are_refused(tmp_path: Path) -> None:
    counts = tmp_path / "counts.jsonl"
    counts.write_text('{"prompt": "x", "n_constraints": 1, "gt3": false, "source": "s"}\n')
    program = Program(tmp_path / "home")
    assert program.run("bench", "learn", "--data", str(counts)).code == 2
    data = tmp_path / "zoo.jsonl"
    data.write_text('{"prompt": "x", "weak_score": 0, "strong_score": 1}\n')
    refused = program.run("bench", "learn", "--data", str(data), "--scout", str(counts))
    assert (refused.code, str(counts) in refused.err) == (2, True)
