from pathlib import Path

import pytest

from hroute.app.doctor.finding import Health
from hroute.app.doctor.scout import auroc_of, scout
from hroute.core.remedies import PullModel
from hroute.engines.scout.encoder import base
from tests.support.build import settings


def test_the_encoders_worth_is_told_to_who_does_not_use_it(tmp_path: Path) -> None:
    check = scout(settings(), tmp_path)
    assert check.health is Health.OK
    assert check.detail.startswith("builtin reads; AUROC of too hard for an 8B: ")
    assert check.remedies == (PullModel("scout", "fetch what the encoder needs"),)


def test_an_encoder_without_its_base_is_a_warning(tmp_path: Path) -> None:
    check = scout(settings(scout={"kind": "encoder"}), tmp_path)
    assert (check.health, check.remedies) == (Health.WARN, (PullModel("scout"),))


@pytest.mark.parametrize("kind", ["builtin", "encoder"])
def test_a_base_of_the_right_length_with_a_wrong_byte_is_named(tmp_path: Path, kind: str) -> None:
    path = base.path_in(tmp_path)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(base.SIZE_BYTES)
    check = scout(settings(scout={"kind": kind}), tmp_path)
    assert (check.health, check.remedies) == (Health.WARN, (PullModel("scout", "get it again"),))
    assert f"{path} is not the file that hroute knows: its SHA-256 is " in check.detail


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
