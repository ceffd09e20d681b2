"""What holds for every turn of a conversation until it is changed."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from hroute.app.read_input import read_expected
from hroute.core.decision.decision import Route
from hroute.core.turn.message import Text
from hroute.core.turn.options import Options, Sampling
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected


@dataclass(frozen=True, slots=True)
class Setup:
    """Every method returns the setup with something changed. Tools and a schema exclude one another."""

    system: str | None = None
    forced: Route | None = None
    expected: "Expected | None" = None
    sampling: Sampling = field(default_factory=Sampling)
    category: str | None = None
    local_model: str | None = None

    @classmethod
    def of(cls, turn: Turn) -> Self:
        options = turn.options
        return cls(
            system=turn.system,
            forced=options.forced,
            expected=turn.expected,
            sampling=options.sampling,
            category=options.category,
            local_model=options.local_model,
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of the tools or the schema."""
        return self.expected.warnings if self.expected else ()

    def over(self, other: "Setup") -> "Setup":
        """What is given here, and for the rest what the other says."""
        return Setup(
            system=self.system or other.system,
            forced=self.forced or other.forced,
            expected=self.expected or other.expected,
            sampling=other.sampling.revised(self.sampling),
            category=self.category or other.category,
            local_model=self.local_model or other.local_model,
        )

    def telling(self, system: str | None) -> "Setup":
        return replace(self, system=system or None)

    def forcing(self, route: Route | None) -> "Setup":
        """None: the signals decide."""
        return replace(self, forced=route)

    def with_model(self, local_model: str) -> "Setup":
        """Named as local.chat.model is."""
        return replace(self, local_model=local_model)

    def with_tools(self, path: Path | None) -> "Setup":
        """Raises UsageError for a file that cannot be read or is not well-formed."""
        return replace(self, expected=read_expected(path, None))

    def with_schema(self, schema: str | None, where: str = "schema") -> "Setup":
        """A file, a JSON Schema or its short form. Raises UsageError, about `where`, for another form."""
        return replace(self, expected=read_expected(None, schema, where))

    def turn(self, ask: str, files: tuple[Text, ...] = ()) -> Turn:
        options = Options(
            self.forced, sampling=self.sampling, category=self.category, local_model=self.local_model
        )
        return Turn.of(ask, system=self.system, files=files, expected=self.expected, options=options)
