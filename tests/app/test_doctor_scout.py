from pathlib import Path

import pytest

from hroute.app.doctor_scout import auroc_of, scout
from hroute.app.finding import Health
from tests.build import settings


def test_the_encoders_worth_is_told_to_who_does_not_use_it(tmp_path: Path) -> None:
    check = scout(settings(), tmp_path)
    assert check.health is Health.OK
    assert check.detail.startswith("builtin reads; AUROC of too hard for an 8B: ")
    assert check.hint == "hroute models pull scout fetches what the encoder needs"


def test_an_encoder_without_its_base_is_a_warning(tmp_path: Path) -> None:
    check = scout(settings(scout={"kind": "encoder"}), tmp_path)
    assert (check.health, check.hint) == (Health.WARN, "hroute models pull scout")


@pytest.mark.parametrize(
    ("metrics", "figure"),
    [
        ({"auroc": 0.9321}, "0.932"),
        ({"auroc_too_hard_for_8b": {"all": 0.88, "English": 0.9}}, "0.880"),
        ({}, ""),
    ],
)
def test_a_card_without_figures_says_nothing(metrics: dict[str, object], figure: str) -> None:
    assert auroc_of(metrics) == figure
