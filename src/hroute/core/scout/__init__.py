"""Scout: how hard a prompt is, read off the prompt alone, and a word for people."""

from hroute.core.scout.builtin import BuiltinScout

__all__ = ["BuiltinScout"]
