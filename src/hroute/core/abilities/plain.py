"""Reads the table of known abilities where nothing is wrong with it, without a schema: building one is slow.

Whatever is not plainly right is left to `known`, which says what is wrong.
"""

import json
from typing import Any

from hroute.core.abilities.ability import Ability, Basis, Demand

KnownRow = tuple[str, Ability]
_MOST = 50  # log odds, as in `known`


def plain_rows(data: bytes) -> list[KnownRow] | None:
    """None for what must be looked at more closely."""
    try:
        return [_row(row) for row in json.loads(data)["models"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _row(row: dict[str, Any]) -> KnownRow:
    name, ability, spread, slope = row["name"], row["ability"], row["spread"], row.get("slope", 1.0)
    offsets = tuple((Demand(one), offset) for one, offset in row.get("offsets", {}).items())
    numbers = (ability, spread, slope, *(offset for _, offset in offsets))
    if not (type(name) is str and name and all(type(number) is float for number in numbers)):
        raise TypeError("not plainly right")
    if not (all(abs(number) <= _MOST for number in numbers) and spread >= 0 and slope > 0):
        raise ValueError("not plainly right")
    return name, Ability(ability, spread, Basis(row["basis"]), slope, offsets)
