"""Scout: how likely a small local model is to answer a prompt well, and a label for people."""

from hroute.core.scout.builtin import BuiltinScout
from hroute.core.scout.labels import Part, part_of

__all__ = ["BuiltinScout", "Part", "part_of"]
