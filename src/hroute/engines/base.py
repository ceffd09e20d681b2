"""What an engine is: the one door through which every model, real or scripted, is run."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from hroute.core.decision.decision import Need, Route
from hroute.core.decision.signals import TokenCount
from hroute.core.thoughts import split
from hroute.core.turn.attempt import Usage
from hroute.core.turn.message import Message
from hroute.core.turn.options import Sampling

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals
    from hroute.core.tools.definitions import Expected


class Finish(StrEnum):
    STOP = "stop"
    LENGTH = "length"  # cut by a token limit
    TOOL_CALLS = "tool_calls"  # the model waits for what the tools return
    FILTERED = "filtered"  # withheld by the server, all or the rest of it
    REFUSED = "refused"  # the model will not do it, and says so apart from an answer


@dataclass(frozen=True, slots=True)
class ThoughtPiece:
    """What a model says to itself; empty where a server tells that it thinks, and not what."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class CallPiece:
    """A part of the tool call with this index; `arguments` is JSON text, and adds to what came before."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


# What an engine yields; a text is a part of the answer.
Piece = str | ThoughtPiece | CallPiece


@dataclass(frozen=True, slots=True)
class Request:
    """The conversation as it is: each engine renders it by what it takes, see `core/render`."""

    messages: tuple[Message, ...]
    sampling: Sampling
    expected: "Expected | None" = None  # the tools or the schema that the answer is bound to


class Generation(Protocol):
    """One running answer: iterate it once for its pieces, then read `finish`.

    `usage` may be read at any time, also after an interruption, and says what was spent so far.
    Iteration raises EngineError. `aclose` stops the computation and is safe to call twice.
    """

    @property
    def finish(self) -> Finish | None: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def sent_bytes(self) -> int: ...  # what has left this process, retries included; 0 in-process
    @property
    def waited_ms(self) -> float: ...  # for its turn, before the engine began with it
    @property
    def answer_signals(self) -> "AnswerSignals | None": ...  # how sure the model was; None: it does not say
    def __aiter__(self) -> AsyncIterator[Piece]: ...
    async def aclose(self) -> None: ...


class TokenCounter(Protocol):
    """Counts a conversation, and stops counting above `limit` tokens."""

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount: ...


class Engine(Protocol):
    """Runs one model."""

    @property
    def name(self) -> str: ...  # how people know it: "local", "deepseek"
    @property
    def route(self) -> Route: ...
    @property
    def model(self) -> str: ...
    @property
    def endpoint(self) -> str | None: ...  # base URL; None when nothing leaves the process
    @property
    def context_tokens(self) -> int | None: ...  # prompt and answer together; None: unknown
    @property
    def counter(self) -> TokenCounter: ...
    @property
    def takes(self) -> frozenset[Need]: ...  # beside text
    @property
    def is_loaded(self) -> bool: ...  # whether the next answer begins at once; a server's always does
    def request_bytes(self, request: Request) -> int: ...  # what a start would send out; 0 in-process
    def prepare(self) -> None: ...  # what makes a start slow, but for the model; blocks, costs nothing twice
    def start(self, request: Request) -> Generation: ...
    def release(self) -> bool:
        """Gives back the memory of an idle engine, the next start takes it again; False: it is busy.

        May take seconds, but never waits for an answer.
        """

    async def close(self) -> None: ...


async def whole_answer(generation: Generation) -> str:
    """What is said for others to hear: a text without thoughts and calls."""
    said, _ = split("".join([piece async for piece in generation if isinstance(piece, str)]))
    return said
