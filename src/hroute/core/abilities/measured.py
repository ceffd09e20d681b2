"""What was measured of one model's ability, and what verdicts have made of it since: as it is stored."""

from dataclasses import replace
from datetime import date
from typing import Literal

from pydantic import Field

from hroute.core.abilities.ability import Ability, Basis, Demand
from hroute.core.abilities.known import LogOdds, Slope, Spread, Stored


class OfKind(Stored):
    n: int = Field(ge=0)
    right: int = Field(ge=0)
    ability: float
    error: float = Field(ge=0)


class LearnedAbility(Stored):
    """From the user's verdicts, with the measured one as what held before them."""

    fitted_at: date
    n: int = Field(ge=1)
    right: int = Field(ge=0)
    value: LogOdds
    spread: Spread


class MeasuredAbility(Stored):
    """Of a model file, by its content; a server's model is known by a hash of its name and address.

    `n` is 0 where nothing was measured: then value and spread are what is known of such models.
    """

    version: Literal[1] = 1
    name: str
    model_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    model_bytes: int = Field(ge=0)
    model_mtime_ns: int = Field(ge=0)
    created: date
    scout: str  # that has read the difficulties
    value: LogOdds
    spread: Spread  # of what is known of it, for a kind of prompt that was not among the tasks
    slope: Slope
    offsets: dict[Demand, LogOdds] = Field(default_factory=dict)
    n: int = Field(ge=0)
    right: int = Field(ge=0)
    kinds: dict[str, OfKind] = Field(default_factory=dict)
    learned: LearnedAbility | None = None

    @property
    def measured(self) -> Ability:
        return Ability(self.value, self.spread, Basis.MEASURED, self.slope, tuple(self.offsets.items()))

    @property
    def ability(self) -> Ability:
        """As verdicts have moved it, if they have."""
        if self.learned is None:
            return self.measured
        moved = self.learned
        return replace(self.measured, value=moved.value, spread=moved.spread, basis=Basis.VERDICTS)
