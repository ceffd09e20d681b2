"""From the log's verdicts on local answers to what their confidence is worth, or to a reason against it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from hroute.app.learn.answer_evidence import Answers, Unusable, gather_answers
from hroute.app.learn.calibrate_answers import LEAST_OF_EACH, updated_calibrator
from hroute.app.learn.calibrations import ModelFile
from hroute.app.learn.verdict_evidence import SOFT_WEIGHT
from hroute.core.decision.decision import Route
from hroute.core.turn.attempt import Outcome
from hroute.core.turn.verdict import By
from hroute.store.log import Log
from tests.support.logged import NOON, cloud, local, write
from tests.support.runs.calibrators import calibrator, overrated, sure
from tests.support.verdicts import Rated, write_rated

TODAY = date(2026, 11, 27)
FILE = ModelFile("SmolLM2", calibrator())
ONE = overrated(1, calibrator())[0]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite") as opened:
        yield opened


def gathered(log: Log, rows: list[Rated], file: ModelFile = FILE) -> Answers:
    write_rated(log, rows)
    [found] = gather_answers(log.verdicts.outcomes(), [file])
    return found


def is_moved(log: Log, rows: list[Rated]) -> bool:
    return updated_calibrator(gathered(log, rows), TODAY).is_better


def test_confidence_that_promised_too_much_is_moved(log: Log) -> None:
    assert is_moved(log, overrated(80, calibrator()))


def test_few_verdicts_move_nothing(log: Log) -> None:
    assert updated_calibrator(gathered(log, overrated(19, calibrator())), TODAY).update is None


def test_complaints_alone_do_not_teach_that_every_answer_is_wrong(log: Log) -> None:
    rows = overrated(60, calibrator())
    rows = [replace(row, is_good=place < LEAST_OF_EACH - 1) for place, row in enumerate(rows)]
    assert updated_calibrator(gathered(log, rows), TODAY).update is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (replace(ONE, calibrator="Q8_0 12345678 of 2026-11-01"), Unusable.OTHER_FILE),
        (replace(ONE, calibrator="Q8_0 abababab of 2026-11-01"), Unusable.OTHER_FILE),
        (replace(ONE, calibrator=None), Unusable.UNJUDGED),
        (replace(ONE, calibrator="generic calibrator of 2026-11-27, 4 models"), Unusable.UNJUDGED),
    ],
)
def test_what_may_not_teach_is_counted(log: Log, row: Rated, why: Unusable) -> None:
    found = gathered(log, [ONE, row])
    assert (len(found.judged), dict(found.left_out)) == (1, {why: 1})


def test_an_answer_belongs_to_the_file_that_gave_it_whatever_its_name_was(log: Log) -> None:
    assert len(gathered(log, [replace(ONE, model="renamed")]).judged) == 1


def test_a_model_without_a_calibrator_is_told_apart_from_one_without_verdicts(log: Log) -> None:
    rows = [ONE, replace(ONE, route=Route.CLOUD), replace(ONE, answer_signals=None)]
    found = gathered(log, rows, ModelFile("SmolLM2", None))
    assert (found.judged, dict(found.left_out)) == ([], {Unusable.UNCALIBRATED: 1})
    assert gather_answers(log.verdicts.outcomes(), [ModelFile("another", None)]) == []


def test_what_a_contract_says_is_left_aside(log: Log) -> None:
    answer = local(answer_signals=sure(0.5), calibrator=calibrator().name)
    write(log, attempts=[replace(answer, result="[]")])
    write(log, attempts=[replace(answer, outcome=Outcome.INVALID, reason="json"), cloud()])
    assert gather_answers(log.verdicts.outcomes(), [FILE]) == []


def test_verdicts_weigh_here_what_they_weigh_for_routes(log: Log) -> None:
    rows = [replace(ONE, propensity=p) for p in (0.5, 0.25)]
    first, rare = [one.worth for one in gathered(log, rows).judged]
    assert rare == pytest.approx(2 * first, rel=0.001)
    assert first + rare == pytest.approx(36 / 20, rel=0.001)


def test_a_retry_counts_for_less_than_a_word(log: Log) -> None:
    rows = [ONE, replace(ONE, is_good=False, by=By.RETRY)]
    assert [one.worth for one in gathered(log, rows).judged] == [1.0, SOFT_WEIGHT]


def test_older_verdicts_can_be_left_out(log: Log) -> None:
    write_rated(log, overrated(30, calibrator()))
    since = NOON + timedelta(minutes=20)
    [found] = gather_answers(log.verdicts.outcomes(), [FILE], since)
    assert len(found.judged) == 10
