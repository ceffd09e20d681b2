"""The second decision as a whole program: the real model, its calibrator, a cloud on loopback."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hroute.config.measured import calibrations
from hroute.core.confidence.calibrator import FEATURES, Calibrator
from hroute.engines.models import checksum
from hroute.engines.models import locate as models
from tests.support.program import CLOUD, Program
from tests.support.servers.loopback import LoopbackServer, Reply

ASKED = ("ask", "What is 17 + 48?", "--seed", "1", "--max-tokens", "16", "--json")


def plant(program: Program, *, always: float) -> None:
    """A calibrator of the starter that is this sure of every answer, as log odds."""
    path = models.locate("starter", program.home)
    calibrator = Calibrator(
        model_sha256=checksum.sha256_of(path),
        model_bytes=path.stat().st_size,
        model_mtime_ns=path.stat().st_mtime_ns,
        quantization="Q4_1",
        created=datetime(2026, 11, 1, tzinfo=UTC).isoformat(),
        families={},
        auroc=0.9,
        most_tokens=1000,
        features=FEATURES,
        intercept=always,
        weights=(0.0,) * len(FEATURES),
        means=(0.0,) * len(FEATURES),
        scales=(1.0,) * len(FEATURES),
    )
    calibrations.install(calibrator, program.home / "data")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.mark.parametrize(("log_odds", "route"), [(-3.0, "cloud"), (3.0, "local")])
def test_a_doubted_answer_goes_to_the_cloud_and_a_sure_one_stays(
    program: Program, log_odds: float, route: str
) -> None:
    plant(program, always=log_odds)
    with LoopbackServer(Reply("65")) as server:
        program.configure("[routing]\nmin_confidence = 0.5\n" + CLOUD.format(base_url=server.base_url))
        ended = program.run(*ASKED)
    found = json.loads(ended.out)
    assert found["route"] == route
    assert ("local -> sky" in ended.err) is (route == "cloud")
    why = program.run("explain", "1").out
    assert f"likely right {95 if log_odds > 0 else 5}%" in why
    program.run("rate", "1", "good")
    assert ("Local answers that were kept" in program.run("report").out) is (route == "local")


def test_without_a_cloud_the_doubt_is_said_and_the_answer_given(program: Program) -> None:
    plant(program, always=-3.0)
    program.configure("[routing]\nmin_confidence = 0.5\n")
    ended = program.run(*ASKED)
    assert json.loads(ended.out)["route"] == "local"
    assert "5% chance" in ended.err


def test_a_model_that_nobody_has_calibrated_is_doubted_by_a_generic_calibrator(program: Program) -> None:
    with LoopbackServer(Reply("65")) as server:
        program.configure("[routing]\nmin_confidence = 1.0\n" + CLOUD.format(base_url=server.base_url))
        ended = program.run(*ASKED)
    found = json.loads(ended.out)
    assert found["route"] == "cloud"
    assert found["attempts"][0]["calibrator"].startswith("generic calibrator of")
    assert "by a generic calibrator of" in program.run("explain", "1").out
