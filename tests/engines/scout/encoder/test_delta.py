from dataclasses import replace

import numpy as np
import pytest

from hroute.engines.scout.encoder.delta import HEAD, EncoderCard, WeightDelta, pack, unpack
from hroute.engines.scout.encoder.scout import DELTA_FILE

CARD = EncoderCard(
    model="encoder-0",
    base={"sha256": "00"},
    layers=1,
    bias=3.0,
    knots=[[0.0, -6.0], [6.0, 6.0]],
    cuts={"trivial": -3.0, "complex": -0.65},
    trained_on=[],
    metrics={},
    tensors=[("m", "low", [3, 2, 1]), ("v", "f2", [2]), (HEAD, "f4", [2])],
)
BODY = (
    *(np.float32(0.5).tobytes(), bytes([1, 2, 255]), bytes([2, 254])),
    *(np.array([1, 2], "<f2").tobytes(), np.array([7, 8], "<f4").tobytes()),
)
DELTA = WeightDelta(CARD, b"".join(BODY))


def test_a_change_is_added_to_the_base() -> None:
    ones = {"m": np.ones((3, 2), np.float32), "v": np.ones(2, np.float32)}
    found = DELTA.added_to(ones)
    assert {name: value.tolist() for name, value in found.items()} == {
        "m": [[2, 0], [3, -1], [0, 2]],
        "v": [2, 3],
        HEAD: [7, 8],
    }
    assert ones["m"].sum() == 6, "the base stays as it is"


def test_it_comes_back_as_it_was_packed() -> None:
    assert unpack(pack(DELTA)) == replace(DELTA, card=replace(CARD, tensors=[[*one] for one in CARD.tensors]))  # type: ignore[misc]


@pytest.mark.parametrize("at", [0, 20, 60, -1])
def test_a_damaged_artefact_is_refused(at: int) -> None:
    data = bytearray(pack(DELTA))
    data[at] ^= 0x55
    with pytest.raises(ValueError, match="artefact"):
        unpack(bytes(data))
    with pytest.raises(ValueError, match="artefact"):
        unpack(bytes(data[: len(data) // 2]))


def test_the_one_that_ships_says_what_it_is_and_is_small() -> None:
    data = DELTA_FILE.read_bytes()
    card = unpack(data).card
    assert len(data) < 3_000_000
    assert card.base["sha256"] == "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
    assert card.cuts["trivial"] < card.cuts["complex"]
    assert card.knots[0][1] < card.knots[-1][1]
    figures = card.metrics["auroc_too_hard_for_8b"]
    assert isinstance(figures, dict)
    assert set(figures) == {"all", "English", "others"}
