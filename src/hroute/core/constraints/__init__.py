"""Constraint density: the strict constraints that a prompt puts on its answer.

English in full; German, French, Spanish, Italian, Portuguese, Chinese and Japanese for formats,
numbers with units and lists.
"""

from hroute.core.constraints.find import find_constraints

__all__ = ["find_constraints"]
