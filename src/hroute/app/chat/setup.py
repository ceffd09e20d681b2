"""What holds for every turn of a conversation until it is changed."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from hroute.app.read_input import with_form
from hroute.core.turn.message import Text
from hroute.core.types import Route, Sampling, Turn


@dataclass(frozen=True, slots=True)
class Setup:
    """Every method returns the setup with something changed. Tools and a schema exclude one another."""

    system: str | None = None
    forced: Route | None = None
    tools: str | None = None  # tool definitions, as JSON
    schema: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    category: str | None = None

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls(turn.system, turn.forced, turn.tools, turn.schema, turn.sampling, turn.category)

    def over(self, other: "Setup") -> "Setup":
        """What is given here, and for the rest what the other says."""
        has_form = self.tools or self.schema
        return Setup(
            system=self.system or other.system,
            forced=self.forced or other.forced,
            tools=self.tools if has_form else other.tools,
            schema=self.schema if has_form else other.schema,
            sampling=other.sampling.revised(self.sampling),
            category=self.category or other.category,
        )

    def telling(self, system: str | None) -> "Setup":
        return replace(self, system=system or None)

    def forcing(self, route: Route | None) -> "Setup":
        """None: the signals decide."""
        return replace(self, forced=route)

    def with_tools(self, path: Path | None) -> "Setup":
        """Raises UsageError for a file that cannot be read or is not well-formed."""
        return self._with_form(path, None)

    def with_schema(self, schema: str | None) -> "Setup":
        """A file, a JSON Schema or its short form. Raises UsageError when it is not well-formed."""
        return self._with_form(None, schema)

    def turn(self, prompt: str, attachments: tuple[Text, ...] = ()) -> Turn:
        return Turn(
            prompt,
            system=self.system,
            attachments=attachments,
            tools=self.tools,
            schema=self.schema,
            forced=self.forced,
            sampling=self.sampling,
            category=self.category,
        )

    def _with_form(self, tools: Path | None, schema: str | None) -> "Setup":
        turn = with_form(Turn(""), tools, schema)
        return replace(self, tools=turn.tools, schema=turn.schema)
