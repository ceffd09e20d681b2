from datetime import date

import pytest

from hroute.bench.confidence.generic import leave_one_out
from hroute.bench.confidence.run import ConfidenceRun
from hroute.core.errors import UsageError
from tests.support.runs.confidence_runs import family, saved_run

TODAY = date(2026, 11, 27)


def run_of(name: str, *, knows: bool = True, n: int = 40) -> ConfidenceRun:
    run = saved_run(
        [*family("sums", n, knows=knows), *family("words", n, knows=knows)], f"/models/{name}.gguf"
    )
    sha256 = (name.encode().hex() * 64)[:64]
    return run.model_copy(update={"model": run.model.model_copy(update={"sha256": sha256})})


def test_models_that_are_alike_serve_one_another() -> None:
    found = leave_one_out([run_of("a"), run_of("b"), run_of("c")], TODAY)
    assert [one.name for one in found.models] == ["a.gguf", "b.gguf", "c.gguf"]
    for one in found.models:
        assert one.all.own.value is not None
        assert one.all.generic.value == pytest.approx(one.all.own.value, abs=0.03)
    assert found.is_close
    assert found.made.is_close
    assert [member.n for member in found.made.members] == [80, 80, 80]


def test_a_model_that_is_sure_of_the_wrong_things_shows_what_others_are_worth_on_it() -> None:
    found = leave_one_out([run_of("a"), run_of("b"), run_of("odd", knows=False)], TODAY)
    odd = found.models[-1]
    assert odd.all.generic.value is not None
    assert odd.all.generic.value < 0.6
    assert odd.all.difference.value == pytest.approx(odd.all.generic.value - (odd.all.own.value or 0))


def test_it_takes_three_models_and_one_run_of_each() -> None:
    with pytest.raises(UsageError, match="2 runs of 2 models"):
        leave_one_out([run_of("a"), run_of("b")], TODAY)
    with pytest.raises(UsageError, match="4 runs of 3 models"):
        leave_one_out([run_of("a"), run_of("b"), run_of("c"), run_of("c")], TODAY)
