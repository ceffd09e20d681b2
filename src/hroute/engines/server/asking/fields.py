"""What of a request a server may refuse, and what each server is known to refuse."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from hroute.core.decision.decision import Need, Route
from hroute.engines.server.spec import ServerSpec


class Field(StrEnum):
    """Parts of a request that an answer can do without, and two habits that some chat templates refuse."""

    STREAM_OPTIONS = "stream_options"
    PARALLEL = "parallel_tool_calls"
    STRICT = "strict"
    TOOL_CHOICE = "tool_choice"
    RESPONSE_FORMAT = "response_format"
    TOOLS = "tools"
    LOGPROBS = "logprobs"
    MAX_TOKENS = "max_tokens"  # OpenAI's reasoning models want max_completion_tokens in its place
    TEMPERATURE = "temperature"
    TOP_P = "top_p"
    SEED = "seed"
    STOP = "stop"
    SYSTEM = "system"  # messages of that role
    SAME_ROLE = "same_role"  # twice in a row


Without = frozenset[Field]

# What is left out where a refusal names nothing. `logprobs` comes last, since nothing is gained by them but
# an opinion of the answer.
UNNAMED = (
    Field.STREAM_OPTIONS,
    Field.PARALLEL,
    Field.STRICT,
    Field.TOOL_CHOICE,
    Field.RESPONSE_FORMAT,
    Field.TOOLS,
    Field.LOGPROBS,
)


class Memory(Protocol):
    """What servers were found to refuse, beyond this process; for any thread, and it never raises."""

    def recall(self, endpoint: str, model: str) -> frozenset[str]: ...
    def keep(self, endpoint: str, model: str, refused: frozenset[str]) -> None: ...


@dataclass(slots=True)
class Server:
    """What the calls of one server share."""

    spec: ServerSpec
    key: Callable[[], str | None] = field(repr=False)
    memory: Memory | None = None
    tls: ssl.SSLContext | None = None  # takes 0.04 s to make
    _without: Without | None = None

    @property
    def without(self) -> Without:
        """What it is not sent: known from the start, remembered, or found by asking."""
        if self._without is None:
            known = _known(self.spec)
            recalled = self.memory.recall(self.spec.endpoint, self.spec.model) if self.memory else ()
            self._without = known | {Field(name) for name in recalled if name in set(Field)}
        return self._without

    def learn(self, refused: Without) -> None:
        """Blocks for a file."""
        self._without = self.without | refused
        if self.memory is not None and refused:
            self.memory.keep(self.spec.endpoint, self.spec.model, frozenset(refused))


def _known(spec: ServerSpec) -> Without:
    """Only a local answer is judged by its log-probabilities: a cloud is not asked for them."""
    if spec.host == "api.openai.com":
        return frozenset({Field.MAX_TOKENS, Field.LOGPROBS})
    return frozenset() if spec.route is Route.LOCAL else frozenset({Field.LOGPROBS})


def takes(spec: ServerSpec, without: Without) -> frozenset[Need]:
    """What goes as such. A cloud refuses images by itself where it has no eyes.

    Servers on this machine decode by a schema, and leave it to others to tell their model what it says.
    """
    taken = {
        Need.IMAGES: spec.takes_images,
        Need.TOOLS: Field.TOOLS not in without,
        Need.SCHEMAS: spec.route is Route.CLOUD and Field.RESPONSE_FORMAT not in without,
        Need.LOGPROBS: Field.LOGPROBS not in without,
    }
    return frozenset(need for need, is_taken in taken.items() if is_taken)
