import json
import os
from pathlib import Path

import pytest

from hroute.app.learn.calibrations import GENERIC_FILE, ModelFile, calibrator_of, judge_of, model_files
from hroute.config.measured import calibrations
from hroute.core.confidence.calibrator import Calibrator, CalibratorOrigin, GradedAnswer, calibrated
from hroute.core.confidence.generic import CLOSE, Generic
from hroute.core.confidence.names import is_generic
from hroute.core.errors import ConfigError
from hroute.core.settings import LocalModel, Settings
from hroute.engines.models import checksum
from tests.support.advice import advice_of
from tests.support.runs.confidence_runs import family


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF, more or less")
    return path


def calibrator_for(path: Path) -> Calibrator:
    about = path.stat()
    origin = CalibratorOrigin(
        checksum.sha256_of(path), about.st_size, about.st_mtime_ns, "Q4_0", "2026-01-31"
    )
    rows: list[GradedAnswer] = [answer.graded for answer in family("sums", 100)]
    return calibrated(rows, origin, 0.9)


def found(path: Path, data_dir: Path) -> Calibrator | None:
    return calibrator_of(LocalModel(model=str(path)), data_dir)


def test_a_model_that_nobody_calibrated_has_no_calibrator(model: Path, tmp_path: Path) -> None:
    assert found(model, tmp_path) is None
    assert list(tmp_path.iterdir()) == [model]


def test_an_installed_calibrator_is_found_by_its_model(model: Path, tmp_path: Path) -> None:
    calibrator = calibrator_for(model)
    calibrations.install(calibrator, tmp_path)
    assert found(model, tmp_path) == calibrator


def test_a_copy_of_the_model_elsewhere_is_the_same_model(model: Path, tmp_path: Path) -> None:
    calibrations.install(calibrator_for(model), tmp_path)
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(model.read_bytes())
    os.utime(copy, ns=(1, 1))
    assert found(copy, tmp_path) is not None


def test_another_model_of_the_same_size_is_not(model: Path, tmp_path: Path) -> None:
    calibrations.install(calibrator_for(model), tmp_path)
    model.write_bytes(b"GGUF, less or more")
    os.utime(model, ns=(1, 1))
    assert found(model, tmp_path) is None


def test_a_newer_calibrator_takes_the_place_of_the_old_one(model: Path, tmp_path: Path) -> None:
    calibrator = calibrator_for(model)
    newer = calibrator.model_copy(update={"created": "2026-03-01"})
    assert calibrations.install(calibrator, tmp_path) == calibrations.install(newer, tmp_path)
    assert found(model, tmp_path) == newer


def test_a_server_has_none(model: Path, tmp_path: Path) -> None:
    calibrations.install(calibrator_for(model), tmp_path)
    server = LocalModel.model_validate({"model": str(model), "base_url": "http://localhost:1/v1"})
    assert calibrator_of(server, tmp_path) is None


def test_a_missing_model_has_none(model: Path, tmp_path: Path) -> None:
    calibrations.install(calibrator_for(model), tmp_path)
    assert found(tmp_path / "gone.gguf", tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", '{"version": 7}', "x" * 200_000])
def test_a_damaged_file_is_named_with_what_to_do(model: Path, tmp_path: Path, text: str) -> None:
    file = calibrations.install(calibrator_for(model), tmp_path)
    file.write_text(text)
    with pytest.raises(ConfigError, match="is no calibrator") as caught:
        found(model, tmp_path)
    assert advice_of(caught.value.remedies).startswith("rm ")


def test_the_files_of_the_settings_are_named_as_in_the_log(model: Path, tmp_path: Path) -> None:
    calibrator = calibrator_for(model)
    calibrations.install(calibrator, tmp_path)
    local = {"chat": {"model": str(model)}, "tools": {"model": "starter"}}
    found = model_files(Settings.model_validate({"local": local}), tmp_path)
    assert found == [ModelFile("model", calibrator), ModelFile("starter", None)]


def test_a_servers_model_is_no_file_and_one_model_of_two_slots_is_one(model: Path, tmp_path: Path) -> None:
    server = {"model": "big", "base_url": "http://localhost:1/v1"}
    assert model_files(Settings.model_validate({"local": {"chat": server}}), tmp_path) == []
    twice = {"chat": {"model": str(model)}, "tools": {"model": str(model)}}
    assert len(model_files(Settings.model_validate({"local": twice}), tmp_path)) == 1


def test_a_generic_calibrator_speaks_for_a_model_until_it_has_its_own(model: Path, tmp_path: Path) -> None:
    asked = LocalModel(model=str(model))
    replaced = judge_of(asked, tmp_path)
    assert replaced is not None
    assert is_generic(replaced.name)
    calibrations.install(calibrator_for(model), tmp_path)
    own = judge_of(asked, tmp_path)
    assert own is not None
    assert not is_generic(own.name)


def test_nobody_speaks_for_a_server_whose_numbers_may_mean_something_else(tmp_path: Path) -> None:
    assert judge_of(LocalModel(model="served", base_url="http://127.0.0.1:9/v1"), tmp_path) is None


def test_a_calibrator_of_an_earlier_version_is_as_good_as_none(model: Path, tmp_path: Path) -> None:
    calibrator = calibrator_for(model)
    earlier = calibrator.model_dump(mode="json") | {"features": ["per_token"], "weights": [1.0]}
    file = calibrations.install(calibrator, tmp_path)
    file.write_text(json.dumps(earlier))
    assert found(model, tmp_path) is None


def test_the_shipped_calibrator_is_close_to_what_models_teach_of_themselves() -> None:
    shipped = Generic.model_validate_json(GENERIC_FILE.read_bytes())
    assert len(shipped.members) >= 3
    assert shipped.loss <= CLOSE
    assert len({member.sha256 for member in shipped.members}) == len(shipped.members)
