"""Sentences of typed values: why a route was taken, what would change it, what to do about an error.

Below `cli` nobody knows options and commands; here they are named.
"""

from enum import Enum


class Surface(Enum):
    """Where a sentence is read: it names what can be typed there."""

    SHELL = "shell"
    CHAT = "chat"
