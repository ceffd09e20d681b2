from pathlib import Path

import pytest

from hroute.bench.brackets.drift import measure_drift
from hroute.engines.models import locate as models


def test_a_model_has_not_drifted_from_itself() -> None:
    starter = models.locate(models.STARTER, Path("/nowhere"))
    [found] = measure_drift("One bracket is missing. " * 8, starter, [starter], threads=1)
    assert found.tokens == 41
    assert found.divergence.value == pytest.approx(0, abs=1e-6)
    assert found.agreement.value == 1
