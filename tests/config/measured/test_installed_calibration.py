"""The calibration's file: whole, replaced in one step, or as good as absent."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hroute.config.measured.installed_calibration import (
    install_calibration,
    read_calibration,
    remove_calibration,
    usable_calibration,
)
from hroute.core.errors import ConfigError
from hroute.core.intervals import Figure
from hroute.core.learning.calibration import Calibration, CalibrationFacts, SideQuality
from hroute.core.learning.evidence import BUCKETS
from hroute.core.learning.model import RouteModel, SuccessModel
from hroute.core.scout.features import FEATURES


def calibration(intercept: float = 0.5) -> Calibration:
    side = RouteModel(intercept, 1.0, (0.0,) * len(FEATURES), bytes(BUCKETS), 0.01)
    unknown = Figure(None)
    quality = SideQuality(
        n=30,
        successes=20,
        models=("m",),
        brier_before=unknown,
        brier_after=unknown,
        auroc_before=unknown,
        auroc_after=unknown,
    )
    facts = CalibrationFacts(
        fitted_at=datetime(2026, 11, 1, tzinfo=UTC),
        local=quality,
        cloud=quality,
        brier_gain=Figure(0.1, 0.05, 0.15),
        explored=0,
        threshold=None,
    )
    return Calibration.of(SuccessModel(side, side), "builtin-1", facts)


def test_the_last_one_installed_is_the_one_there_is(tmp_path: Path) -> None:
    assert read_calibration(tmp_path) is None
    install_calibration(tmp_path, calibration(0.1))
    install_calibration(tmp_path, calibration(0.2))
    assert read_calibration(tmp_path) == calibration(0.2)
    assert [remove_calibration(tmp_path), remove_calibration(tmp_path)] == [True, False]


def test_versions_differ_with_the_weights_alone() -> None:
    assert calibration(0.1).version == calibration(0.1).version != calibration(0.2).version


@pytest.mark.parametrize("place", [0, 40, 500, 1500])
def test_one_wrong_byte_is_noticed_and_the_file_is_not_used(tmp_path: Path, place: int) -> None:
    file = install_calibration(tmp_path, calibration())
    data = bytearray(file.read_bytes())
    data[place] ^= 4
    file.write_bytes(bytes(data))
    assert usable_calibration(tmp_path) is None
    with pytest.raises(ConfigError, match=r"calibration\.json"):
        read_calibration(tmp_path)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"crc32": 1}', "[" * 100_000, "\x00"])
def test_what_is_no_calibration_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "calibration.json").write_text(text)
    assert usable_calibration(tmp_path) is None


def test_weights_for_other_features_are_refused() -> None:
    written = json.loads(calibration().model_dump_json())
    written["local"]["structure"]["another"] = 1.0
    with pytest.raises(ValueError, match="other features"):
        _ = Calibration.model_validate(written).model


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").mkdir()
    with pytest.raises(ConfigError, match=r"calibration\.json"):
        read_calibration(tmp_path)
