"""What reads a prompt for how hard it is."""

from typing import Protocol

from hroute.core.decision.signals import ScoutReading


class Scout(Protocol):
    """Read from any thread, also from several at once."""

    def read(self, prompt: str) -> ScoutReading: ...
