"""What a run says of a model, and how it goes on when it is interrupted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from hroute.bench.ability.examine import AbilityExam, run
from hroute.bench.ability.examinees import KeepAnswer, graded, server_of
from hroute.bench.ability.kinds import AbilityTask
from hroute.bench.ability.measured import measured_by
from hroute.bench.ability.report import AbilityReport, report
from hroute.bench.ability.run import Examined, read_run
from hroute.bench.brackets.measure import Surroundings
from hroute.bench.saved_runs import write_run
from hroute.core.abilities.ability import Basis, Demand
from hroute.core.abilities.measured import MeasuredAbility
from tests.support.runs.ability_runs import PLAN, READING, answers, saved_run


@cache
def plain_report() -> AbilityReport:
    return report(saved_run(answers(-2.0)), READING)


def test_an_ability_is_found_again_with_an_interval_around_it() -> None:
    found = plain_report()
    assert found.overall.low is not None
    assert found.overall.high is not None
    assert found.overall.low < -2.0 < found.overall.high
    assert found.ability.basis is Basis.MEASURED
    assert found.scout == "scout-9"


def test_kinds_that_differ_widen_the_interval_and_what_is_installed() -> None:
    alike, unlike = (report(saved_run(answers(-2.0, apart=apart)), READING) for apart in (0.1, 2.0))
    assert unlike.kind_spread > alike.kind_spread + 0.5
    assert unlike.ability.spread > unlike.kind_spread
    assert width(unlike.overall.low, unlike.overall.high) > width(alike.overall.low, alike.overall.high)


def width(low: float | None, high: float | None) -> float:
    assert low is not None
    assert high is not None
    return high - low


def test_chances_are_judged_on_kinds_that_were_not_fitted() -> None:
    first = plain_report().elsewhere[0]
    assert (first.error.value or 1) < 0.1
    assert (first.gain.value or 0) > 0.02
    assert (first.auroc.value or 0) > 0.7


def test_a_scout_that_reads_nothing_is_told_to_say_nothing() -> None:
    blind = replace(READING, difficulty_of=lambda _prompt: 0.0)
    first = report(saved_run(answers(-2.0)), blind).elsewhere[0]
    assert (first.gain.value or 0) < 0.02


def test_few_kinds_cannot_be_left_out() -> None:
    assert report(saved_run(answers(-2.0, kinds=3)), READING).elsewhere == ()


def test_a_saved_run_is_read_back_whole(tmp_path: Path) -> None:
    saved = saved_run(answers(0.0, kinds=2))
    write_run(saved, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == saved


class Parrot:
    """Says the right words to every task, and gives up after some."""

    def __init__(self, patience: int) -> None:
        self.patience, self.asked = patience, 0

    def answer(self, tasks: Sequence[AbilityTask], keep: KeepAnswer) -> None:
        for task in tasks:
            if self.asked == self.patience:
                raise KeyboardInterrupt
            self.asked += 1
            keep(graded(task, task.question.right, 1, cut=False))

    def close(self) -> None: ...


def exam(parrot: Parrot) -> AbilityExam:
    return AbilityExam(server_of("m", "http://localhost:1/v1"), PLAN, lambda: parrot)


def test_what_was_done_before_an_interruption_is_not_asked_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(exam(Parrot(100)), 120, Surroundings(tmp_path))
    second = Parrot(1000)
    done = run(exam(second), 120, Surroundings(tmp_path, resume=True))
    assert len(done.answers) == 120
    assert second.asked < 120
    assert done.answers == run(exam(Parrot(1000)), 120, Surroundings(tmp_path)).answers
    assert list(tmp_path.iterdir()) == []


def test_a_server_with_another_address_is_another_model() -> None:
    near, far = server_of("m", "http://localhost:1/v1"), server_of("m", "http://localhost:2/v1")
    assert near.sha256 != far.sha256
    assert near == server_of("m", "http://localhost:1/v1")
    assert isinstance(near, Examined)


def demanding(prompt: str) -> tuple[Demand, ...]:
    """Every second kind demands digits: their prompts end in an even digit."""
    return (Demand.DIGITS,) if int(prompt[-1]) % 2 == 0 else ()


def test_offsets_are_told_with_what_they_gain_on_kinds_not_fitted(tmp_path: Path) -> None:
    reading = replace(READING, demands_of=demanding)
    rows = tuple(
        answer.model_copy(update={"is_right": answer.is_right and not demanding(answer.prompt)})
        for answer in answers(-2.0)
    )
    run = saved_run(rows)
    found = report(run, reading)
    [one] = found.offsets
    assert one.offset.high is not None
    assert one.offset.high < -1
    with_offsets, without = found.elsewhere[:2]
    assert (with_offsets.auroc.value or 0) > (without.auroc.value or 1) + 0.05
    assert (with_offsets.gain.value or 0) > (without.gain.value or 1) + 0.02
    measured = measured_by(run, found, 7, date(2026, 11, 27))
    assert measured.offsets == {Demand.DIGITS: pytest.approx(one.offset.value, abs=0.001)}
    assert measured.ability.p_right(-4, (Demand.DIGITS,)) < measured.ability.p_right(-4) - 0.2
    assert MeasuredAbility.model_validate_json(measured.model_dump_json()) == measured
