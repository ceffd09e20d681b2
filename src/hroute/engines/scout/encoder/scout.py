"""The scout that runs a small encoder over the prompt: the teacher of the builtin one."""

from math import isfinite
from pathlib import Path
from threading import Lock

from hroute.core.decision.signals import ScoutReading
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.scout.boilerplate import without_boilerplate
from hroute.core.scout.builtin import interpolated, label_of
from hroute.data import SHIPPED
from hroute.engines.scout.encoder.base import UNREADABLE, Base, damaged, located
from hroute.engines.scout.encoder.delta import HEAD, EncoderCard, WeightDelta, unpack
from hroute.engines.scout.encoder.network import EncoderNetwork, weights_of
from hroute.engines.scout.encoder.threads import use_one_thread
from hroute.engines.scout.encoder.tokens import EncoderTokenizer

DELTA_FILE = SHIPPED / "scout-encoder.bin"


class EncoderScout:
    """Loads once, on first use; any thread may read."""

    kind = "encoder"

    def __init__(self, data_dir: Path, delta_file: Path = DELTA_FILE) -> None:
        self._data_dir, self._delta_file = data_dir, delta_file
        self._lock = Lock()
        self._loaded: Loaded | None = None

    def read(self, prompt: str) -> ScoutReading:
        """`latency_ms` stays 0: the caller has the clock. Raises LocalInferenceError."""
        return self._ready().read(prompt)

    def load(self) -> None:
        """Does now what the first reading would: it takes half a second. Raises LocalInferenceError."""
        self._ready()

    def _ready(self) -> "Loaded":
        with self._lock:
            if self._loaded is None:
                self._loaded = Loaded(located(self._data_dir), delta_of(self._delta_file))
            return self._loaded


class Loaded:
    """Base and change together, and the vocabulary. Changes nothing when it reads."""

    def __init__(self, path: Path, delta: WeightDelta) -> None:
        import numpy as np

        use_one_thread()
        self._path = path
        base = Base(path)
        try:
            self.tokenize = EncoderTokenizer(base)
            with np.errstate(all="ignore"):  # a damaged file is told in our words, once
                weights = delta.added_to(weights_of(base, delta.card.layers))
                self._network = EncoderNetwork(base, weights, weights[HEAD], delta.card.bias)
        except UNREADABLE as exc:
            raise damaged(path, f"cannot be read: {exc}") from exc
        self._card = delta.card

    def read(self, prompt: str) -> ScoutReading:
        import numpy as np

        try:
            with np.errstate(all="ignore"):
                reading = self.reading(without_boilerplate(prompt))
        except UNREADABLE as exc:
            raise damaged(self._path, f"cannot be read: {exc}") from exc
        if not isfinite(reading):
            raise damaged(self._path, "its weights are no numbers")
        difficulty, _ = interpolated(reading, self._card.knots)
        return ScoutReading(label_of(difficulty, self._card.cuts), difficulty, self._card.model)

    def reading(self, prompt: str) -> float:
        """What the encoder says, on the scale of its labels."""
        return self._network.reading(self.tokenize(prompt))


def delta_of(file: Path) -> WeightDelta:
    """Raises LocalInferenceError(BAD_FILE)."""
    try:
        return unpack(file.read_bytes())
    except (OSError, ValueError) as exc:
        what = getattr(exc, "strerror", None) or exc
        raise LocalInferenceError(
            Failure.BAD_FILE, f"{file}: {what}", "install hroute again, or set scout.kind to builtin"
        ) from exc


def card_of(file: Path = DELTA_FILE) -> EncoderCard:
    """Raises LocalInferenceError(BAD_FILE)."""
    return delta_of(file).card
