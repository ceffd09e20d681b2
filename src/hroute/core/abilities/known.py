"""The table of known models' abilities, as it ships."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hroute.core.abilities.ability import Ability, Basis, Demand
from hroute.core.abilities.plain import KnownRow

# Beyond these a chance is 0 or 1: what claims that was not measured.
LogOdds = Annotated[float, Field(ge=-50, le=50)]
Spread = Annotated[float, Field(ge=0, le=50)]
Slope = Annotated[float, Field(gt=0, le=50)]


class Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class KnownAbility(Stored):
    """A row of the table that ships."""

    name: str = Field(min_length=1)
    ability: LogOdds
    spread: Spread
    basis: Basis
    slope: Slope = 1.0
    offsets: dict[Demand, LogOdds] = Field(default_factory=dict)


class KnownAbilities(Stored):
    models: tuple[KnownAbility, ...]


def checked_rows(data: bytes) -> list[KnownRow]:
    """Raises pydantic's ValidationError."""
    rows = KnownAbilities.model_validate_json(data).models
    return [
        (row.name, Ability(row.ability, row.spread, row.basis, row.slope, tuple(row.offsets.items())))
        for row in rows
    ]
