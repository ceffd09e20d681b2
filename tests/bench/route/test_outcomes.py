import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from hroute.bench.route.judgement import PolicyJudge, ability_of_cloud
from hroute.bench.route.outcomes import OutcomeRow, rows_of_file
from hroute.bench.signals.routing_metrics import PairOutcome
from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.errors import UsageError
from hroute.core.odds import logit
from hroute.core.pricing import Price
from tests.support.turns import a_turn
from tests.support.world import Make

PRICE = Price(Decimal(1), Decimal(2))
GOOD = {"id": "a", "prompt": "hello", "weak_score": 0.5, "strong_score": 1}


@pytest.fixture
def judgement(make: Make) -> PolicyJudge:
    return PolicyJudge(make(label=Label.COMPLEX).runtime, PRICE)


def written(folder: Path, *rows: object, name: str = "rows.jsonl") -> Path:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_a_row_has_its_outcome_and_what_the_router_reads_off_its_prompt(
    judgement: PolicyJudge, tmp_path: Path, name: str
) -> None:
    costs = {"weak_cost_usd": 0.25, "strong_cost_usd": 0.75}
    [row] = rows_of_file(written(tmp_path, GOOD | costs, name=name), judgement, PRICE)
    assert row.p_local == pytest.approx(0.3)
    assert row == OutcomeRow(
        "rows", "hello", PairOutcome(0.5, 1), 0.25, 0.75, -logit(0.3), row.p_local, is_sent=True
    )


def test_without_costs_those_of_a_usual_answer_are_taken(judgement: PolicyJudge, tmp_path: Path) -> None:
    [row] = rows_of_file(written(tmp_path, GOOD), judgement, PRICE)
    assert row.cloud_usd == pytest.approx((1 * 1 + 400 * 2) / 1e6)
    assert row.local_usd == pytest.approx(30 * 10 * 0.3 / 3.6e6)


def test_rows_that_a_router_has_seen_in_training_are_left_out(judgement: PolicyJudge, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD, GOOD | {"id": "b", "contaminated": True})
    assert len(rows_of_file(file, judgement, PRICE)) == 1


def test_as_many_as_wanted_are_taken(judgement: PolicyJudge, tmp_path: Path) -> None:
    file = written(tmp_path, *(GOOD | {"id": n} for n in range(5)))
    assert len(rows_of_file(file, judgement, PRICE, most=2)) == 2


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "rows.jsonl:2: is not JSON"),
        ([1], "rows.jsonl:2: is not a JSON object"),
        ({"prompt": "x", "weak_score": 1}, "rows.jsonl:2: strong_score is missing"),
        (GOOD | {"id": 2, "weak_score": 1.5}, "rows.jsonl:2: weak_score: input should be .* 1, not 1.5"),
        (GOOD | {"id": 2, "weak_score": "x"}, "rows.jsonl:2: weak_score: .*, not 'x'"),
        (GOOD | {"id": 2, "prompt": ""}, "rows.jsonl:2: prompt: .*, not ''"),
        (GOOD | {"id": 2, "strong_cost_usd": -1}, "rows.jsonl:2: strong_cost_usd: .*, not -1"),
        (GOOD, "rows.jsonl:2: the id 'a' was used before"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_value(
    judgement: PolicyJudge, tmp_path: Path, row: object, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        rows_of_file(written(tmp_path, GOOD, row), judgement, PRICE)


def test_an_empty_file_and_a_missing_one_say_so(judgement: PolicyJudge, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no rows"):
        rows_of_file(written(tmp_path), judgement, PRICE)
    with pytest.raises(UsageError, match="No such file"):
        rows_of_file(tmp_path / "none.jsonl", judgement, PRICE)


def test_a_damaged_gzip_file_says_so(judgement: PolicyJudge, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(GOOD).encode() * 99)[:40])
    with pytest.raises(UsageError, match="damaged gzip"):
        rows_of_file(file, judgement, PRICE)


def test_the_policy_in_force_decides_what_is_sent_whatever_the_standing(make: Make) -> None:
    alone = make(label=Label.COMPLEX, with_cloud=False).runtime
    assert PolicyJudge(alone, PRICE).of_prompt(a_turn("hello")).is_sent
    assert not PolicyJudge(make(label=Label.TRIVIAL).runtime, PRICE).of_prompt(a_turn("hello")).is_sent
    careful = make(label=Label.TRIVIAL, policy="cpst").runtime
    careful.scout = Hopeless()  # type: ignore[assignment]
    assert PolicyJudge(careful, PRICE).of_prompt(a_turn("hello")).is_sent


def test_the_model_that_played_the_cloud_is_as_able_as_its_name_tells(make: Make) -> None:
    runtime = make().runtime  # its cloud is called "big"
    assert ability_of_cloud("big", runtime) == runtime.cloud_ability
    weak = ability_of_cloud("some-1b-instruct-q4", runtime)
    assert weak.value < ability_of_cloud("nobody-knows", runtime).value
    hard = make(label=Label.COMPLEX).runtime
    assert PolicyJudge(hard, PRICE).of_prompt(a_turn("hello")).is_sent
    assert not PolicyJudge(hard, PRICE, weak).of_prompt(a_turn("hello")).is_sent


class Hopeless:
    def read(self, prompt: str) -> ScoutReading:
        return ScoutReading(Label.TRIVIAL, 9, "hopeless")
