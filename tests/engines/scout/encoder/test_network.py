"""The reference readings are torch's, with the layers of scripts/scout_encoder.py and this head."""

from pathlib import Path

import numpy as np
import pytest

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import PullModel
from hroute.engines.scout.encoder.base import Base
from hroute.engines.scout.encoder.network import EncoderNetwork, weights_of
from tests.engines.scout.encoder.test_tokens import TRAINED_ON
from tests.support.files.tiny_encoder import write_tiny

TOLERANCE = 1e-3  # GELU is approximated


def with_a_sine_as_head(base: Base, layers: int) -> EncoderNetwork:
    head = np.sin(np.arange(base.shape.hidden) + 1).astype(np.float32)
    return EncoderNetwork(base, weights_of(base, layers), head, 0.0)


@pytest.mark.parametrize(
    ("tokens", "reading"),
    [
        ([0, 5, 6, 7, 2], 2.9517011642456055),
        ([0, 2], 4.581830024719238),
        ([0, *[5, 7, 9, 10] * 23, 8, 6, 2], 2.1033456325531006),
    ],
)
def test_it_computes_what_torch_computes(tiny: Base, tokens: list[int], reading: float) -> None:
    assert with_a_sine_as_head(tiny, 2).reading(tokens) == pytest.approx(reading, abs=TOLERANCE)


def test_the_real_weights_give_torchs_readings(real_base: Path) -> None:
    network = with_a_sine_as_head(Base(real_base), 6)
    found = [network.reading(tokens) for tokens in TRAINED_ON.values()]
    by_torch = [-1.9094901, -3.0326798, -0.7878144, 0.3756782, -3.6113387]
    assert found == pytest.approx(by_torch, abs=TOLERANCE)


@pytest.mark.parametrize("content", [b"", b"GGUF", b"E5S1", b"E5S1" + bytes(200)])
def test_what_is_no_base_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(LocalInferenceError) as caught:
        weights_of(Base(tmp_path / "x"), 1)
    assert caught.value.failure is Failure.BAD_FILE
    assert caught.value.remedies == (PullModel("scout", "get it again"),)


def test_a_reading_does_not_depend_on_what_was_read_before(tmp_path: Path) -> None:
    network = with_a_sine_as_head(Base(write_tiny(tmp_path / "t")), 2)
    first = network.reading([0, 5, 2])
    network.reading([0, 8, 8, 8, 2])
    assert network.reading([0, 5, 2]) == first
