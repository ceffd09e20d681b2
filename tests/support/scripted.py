"""Engines that follow a script, through the same door as the real ones."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from hroute.core.confidence.signals import AnswerSignals
from hroute.core.decision.decision import TEXT_ALONE, Need, Route
from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.render import rendered
from hroute.core.routing.context import bound
from hroute.core.turn.attempt import Usage
from hroute.core.turn.message import Message
from hroute.engines.base import CallPiece, Finish, Piece, Request, ThoughtPiece

Step = Piece | BaseException | Callable[[], None]
Script = Step | Sequence[Step]


class ByteCounter:
    """One token a byte."""

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        known = bound(messages, limit)
        if known is not None:
            return known
        tokens = sum(len(m.text.encode()) for m in messages)
        return TokenCount(tokens, CountMethod.TOKENIZER)


@dataclass
class ScriptedGeneration:
    steps: Sequence[Step]
    finish: Finish | None = None
    usage: Usage = field(default_factory=Usage)
    is_closed: bool = False
    ends_with: Finish = Finish.STOP
    sent_bytes: int = 0
    waited_ms: float = 0.0
    answer_signals: AnswerSignals | None = None

    async def __aiter__(self) -> AsyncIterator[Piece]:
        self.usage = Usage(10, 0)
        for step in self.steps:
            if isinstance(step, BaseException):
                raise step
            if not isinstance(step, str | ThoughtPiece | CallPiece):
                step()
                continue
            self.usage = Usage(10, (self.usage.output_tokens or 0) + 1)
            yield step
        self.finish = self.ends_with

    async def aclose(self) -> None:
        self.is_closed = True


@dataclass
class ScriptedEngine:
    """Answers each request with the next script; a script is text, a list of steps, or an error."""

    name: str
    route: Route
    script: list[Script]
    model: str = "scripted"
    endpoint: str | None = None
    context_tokens: int | None = None
    ends_with: Finish = Finish.STOP
    is_loaded: bool = True
    takes: frozenset[Need] = TEXT_ALONE
    counter: ByteCounter = field(default_factory=ByteCounter)
    requests: list[Request] = field(default_factory=list)
    generations: list[ScriptedGeneration] = field(default_factory=list)

    def request_bytes(self, request: Request) -> int:
        return sum(len(m.text) for m in request.messages) if self.endpoint else 0

    def sent_texts(self, number: int) -> tuple[Message, ...]:
        """What a request becomes for an engine that takes what this one does."""
        request = self.requests[number]
        return rendered(request.messages, request.expected, self.takes).messages

    def prepare(self) -> None:
        pass

    def start(self, request: Request) -> ScriptedGeneration:
        steps = self.script[len(self.requests)]
        self.requests.append(request)
        is_one = isinstance(steps, str | BaseException) or callable(steps)
        generation = ScriptedGeneration([steps] if is_one else steps, ends_with=self.ends_with)  # type: ignore[list-item,arg-type]
        self.generations.append(generation)
        return generation

    def release(self) -> bool:
        return True

    async def close(self) -> None:
        pass
