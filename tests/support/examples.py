"""How many examples a property is tried with."""

from hypothesis import settings


def at_most(examples: int) -> int:
    """For a property whose examples are slow; fewer still in the fast lane, as of all others."""
    return min(examples, settings().max_examples)
