"""How a turn is to be answered, as far as that is not said in it."""

from dataclasses import field, replace

from hroute.core.decision.decision import Route
from hroute.core.frozen import frozen


@frozen
class Sampling:
    """What the user asked of the generation; None leaves it to the engine's settings."""

    max_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()  # texts that an answer ends before

    def revised(self, by: "Sampling") -> "Sampling":
        return Sampling(
            self.max_tokens if by.max_tokens is None else by.max_tokens,
            self.temperature if by.temperature is None else by.temperature,
            self.seed if by.seed is None else by.seed,
            self.top_p if by.top_p is None else by.top_p,
            by.stop or self.stop,
        )


UNASKED = Sampling()


@frozen
class SessionPlace:
    """Where a turn stands among those of a chat session."""

    session_id: int
    parent_id: int | None = None  # the turn before it; None: it begins the conversation
    retry_of: int | None = None  # the turn that it repeats, on the other route or with another wording
    history_turns: int = 0  # turns before it that went along; older ones did not fit


@frozen
class Options:
    forced: Route | None = None
    held: Route | None = None  # the route whose engine holds the conversation so far
    place: SessionPlace | None = None
    dismissed: tuple[str, ...] = ()  # texts in the ask of which the user said: no constraint
    category: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    local_model: str | None = None  # in place of local.chat.model, and named like it

    def revised(
        self, *, forced: Route | None = None, category: str | None = None, sampling: Sampling = UNASKED
    ) -> "Options":
        """The same with what is given here in place of what there was; the route is always this one."""
        return replace(
            self,
            forced=forced,
            category=category or self.category,
            sampling=self.sampling.revised(sampling),
        )


NO_OPTIONS = Options()
