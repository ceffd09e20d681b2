"""What serves one slot: a local model, with all that is known of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.core.abilities.ability import Ability
from hroute.core.once import once
from hroute.core.settings import LocalModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from hroute.core.confidence.protocol import ConfidencePredictor
    from hroute.engines.base import Engine
    from hroute.engines.llama.capacity import Capacity


class ModelParts:
    """Of one local model; slots with one model share them, and so what is loaded."""

    def __init__(
        self,
        model: LocalModel,
        data_dir: Path,
        make_engine: "Callable[[LocalModel, Capacity], Engine]",
    ) -> None:
        self.model, self._data_dir, self._make_engine = model, data_dir, make_engine

    @once
    def capacity(self) -> "Capacity":
        from hroute.engines.llama.capacity import capacity_of

        return capacity_of(self.model, self._data_dir)

    @once
    def engine(self) -> "Engine":
        return self._make_engine(self.model, self.capacity)

    @once
    def calibrator(self) -> "ConfidencePredictor | None":
        from hroute.app.learn.calibrations import judge_of

        return judge_of(self.model, self._data_dir)

    @once
    def ability(self) -> Ability:
        from hroute.app.learn.abilities import local_ability

        return local_ability(self.model, self._data_dir)


@dataclass(frozen=True, slots=True)
class LocalSlot:
    """`replaced`: why another model serves this slot; empty: its own does."""

    parts: ModelParts
    replaced: str = ""

    @property
    def engine(self) -> "Engine":
        return self.parts.engine

    @property
    def capacity(self) -> "Capacity":
        return self.parts.capacity

    @property
    def calibrator(self) -> "ConfidencePredictor | None":
        """None: nobody has calibrated this model."""
        return self.parts.calibrator

    @property
    def ability(self) -> Ability:
        return self.parts.ability
