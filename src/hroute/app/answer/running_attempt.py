"""One engine's try at a turn, from the first token to the attempt that the log keeps."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from textwrap import shorten
from time import perf_counter

from hroute.app.answer.call_ids import CallIds
from hroute.app.answer.confidence_check import ConfidenceCheck, ConfidenceResult
from hroute.app.answer.contracts import AnswerEnding, Contract, Review
from hroute.app.answer.off_loop import off_loop
from hroute.app.answer.thinking import AnswerPiece, Thoughts, Unsaid, split_thoughts
from hroute.core.contract import Fault, Rejection, check_repetition, thoughts_alone
from hroute.core.decision.decision import Route
from hroute.core.errors import CloudError, EngineError, Failure, LocalInferenceError
from hroute.core.pricing import Price, cost_usd
from hroute.core.sanitize import PrintableStream
from hroute.core.stops import StopCutter
from hroute.core.tools.assembler import CallAssembler, TooManyCallsError
from hroute.core.turn.attempt import Attempt, Outcome, Usage
from hroute.engines.base import CallPiece, Engine, Finish, Generation, Request, ThoughtPiece

# How often a running answer is looked at for a loop, in characters.
LOOP_CHECK_CHARS = 400
MAX_REFUSAL_CHARS = 200
# Servers do not count alike: the last tokens, and those around them.
_AT_THE_LIMIT = 0.9


class RunningAttempt:
    """Streams the printable pieces of one attempt; `attempt()` is what came of it so far."""

    def __init__(
        self,
        engine: Engine,
        request: Request,
        price: Price | None,
        contract: Contract,
        confidence_check: ConfidenceCheck | None = None,
    ) -> None:
        """`confidence_check`: doubts a good answer by how sure its model was; None: it is taken as it is."""
        self._engine = engine
        self._request = request
        self._price = price
        self._contract = contract
        self._confidence_check = confidence_check
        self._confidence = ConfidenceResult()
        self._review = Review()
        self._pieces: list[str] = []
        self._unlooked_chars = 0
        self._thoughts = Thoughts()
        self._assembler = CallAssembler()
        self._usage = Usage()
        self._sent_bytes = 0
        self._waited_ms = 0.0
        self._started_s = perf_counter()
        self._first_s: float | None = None
        self._ended_s: float | None = None
        # Until the end is reached, whatever stops this attempt has interrupted it.
        self._outcome = Outcome.INTERRUPTED
        self._reason: str | None = None
        self._error: str | None = None

    async def pieces(self) -> AsyncGenerator[AnswerPiece, None]:
        """Text is given only where it is shown before the review, thoughts always."""
        generation: Generation | None = None
        try:
            generation = self._engine.start(self._request)
            async with aclosing(self._printable(generation)) as printable:
                async for piece in printable:
                    if self._contract.is_streamed or isinstance(piece, ThoughtPiece):
                        yield piece
            await off_loop(self._judge, generation)
            if self._review.result is not None:
                yield self._review.result
        except EngineError as error:
            self._outcome = Outcome.TIMEOUT if error.is_timeout else Outcome.ERROR
            self._reason, self._error = error.failure, error.message
        finally:
            self._ended_s = perf_counter()
            if generation is not None:
                try:
                    await off_loop(self._take_down, generation)
                finally:
                    await generation.aclose()

    def _take_down(self, generation: Generation) -> None:
        """Where the server has not counted, its tokens are counted here."""
        self._usage, self._sent_bytes = generation.usage, generation.sent_bytes
        self._waited_ms = generation.waited_ms

    def attempt(self) -> Attempt:
        started, ended = self._started_s + self._waited_ms / 1000, self._ended_s or perf_counter()
        return Attempt(
            engine=self._engine.name,
            route=self._engine.route,
            model=self._engine.model,
            outcome=self._outcome,
            text=self._text,
            reason=self._reason,
            error=self._error,
            wait_ms=self._waited_ms,
            wall_ms=max(0.0, ended - started) * 1000,
            ttft_ms=None if self._first_s is None else (self._first_s - started) * 1000,
            usage=self._usage,
            cost_usd=self._cost_usd(),
            endpoint=self._engine.endpoint,
            sent_bytes=self._sent_bytes,
            checks=self._review.checks,
            result=self._review.result,
            calls=self._review.calls,
            answer_signals=self._confidence.answer_signals,
            confidence=self._confidence.confidence,
            calibrator=self._confidence.calibrator,
            thoughts=self._thoughts.text,
            thought_chars=self._thoughts.chars,
        )

    @property
    def _text(self) -> str:
        """What was said; tool calls that came as such are written with it, in OpenAI's form."""
        said = "".join(self._pieces)
        return self._assembler.text(said) if self._assembler.calls else said

    async def _printable(self, generation: Generation) -> AsyncGenerator[AnswerPiece, None]:
        """Pieces without control sequences; ends early at a stop, and when a local answer runs in circles."""
        stream, cutter = PrintableStream(), StopCutter(self._request.sampling.stop)
        async for piece in split_thoughts(self._apart_from_calls(generation)):
            if isinstance(piece, ThoughtPiece):
                yield ThoughtPiece(self._thoughts.add(piece.text))
                continue
            if isinstance(piece, Unsaid):
                self._unsay(stream.end() + cutter.end())
                yield piece
                continue
            text = self._keep(cutter.feed(stream.feed(piece)))
            if text:
                yield text
            if cutter.is_stopped or self._runs_in_circles(len(text)):
                return
        if rest := self._keep(cutter.feed(stream.end()) + cutter.end()):
            yield rest

    def _runs_in_circles(self, more_chars: int) -> bool:
        """Looked at now and then. JSON repeats itself by right."""
        self._unlooked_chars += more_chars
        if self._unlooked_chars < LOOP_CHECK_CHARS or not (self._is_local and self._contract.is_streamed):
            return False
        self._unlooked_chars = 0
        return check_repetition("".join(self._pieces)) is not None

    def _unsay(self, held: str) -> None:
        self._thoughts.add("".join(self._pieces) + held)
        self._pieces.clear()

    async def _apart_from_calls(self, generation: Generation) -> AsyncGenerator[str | ThoughtPiece, None]:
        async for piece in generation:
            if self._first_s is None:
                self._first_s = perf_counter()
            if isinstance(piece, CallPiece):
                self._add_call(piece)
            else:
                yield piece

    def _add_call(self, piece: CallPiece) -> None:
        """Calls of an answer that is not to call anything are nobody's business."""
        if not self._contract.takes_calls:
            return
        try:
            self._assembler.add(piece.index, piece.id, piece.name, piece.arguments)
        except TooManyCallsError as error:
            kind = LocalInferenceError if self._is_local else CloudError
            raise kind(Failure.SERVER, f"{self._engine.name} sent {error}") from error

    def _keep(self, text: str) -> str:
        if text:
            self._pieces.append(text)
        return text

    @property
    def _is_local(self) -> bool:
        return self._engine.route is Route.LOCAL

    def _judge(self, generation: Generation) -> None:
        self._review = self._reviewed(generation)
        rejection = self._review.rejection
        if self._confidence_check is not None:
            text = self._review.result or self._text
            self._confidence = self._confidence_check.at(text, generation.answer_signals)
            rejection = rejection or self._confidence.rejection
        self._outcome = Outcome.OK if rejection is None else Outcome.INVALID
        if reported := rejection or self._review.reservation:
            self._reason, self._error = reported.fault, reported.detail

    def _reviewed(self, generation: Generation) -> Review:
        ids = CallIds(self._request.messages)
        for call in self._assembler.calls:
            call.id = ids.unique(call.id)
        ending = self._ending(generation, "".join(self._pieces))
        if ending.withheld is None and self._thoughts.chars and not self._text.strip():
            return Review(thoughts_alone(ending.cut_at))
        review = self._contract.review(self._text, ending, is_local=self._is_local)
        if self._assembler.calls:
            return review
        # Written as text, with ids of the model's fancy or none.
        return replace(review, calls=tuple(replace(call, id=ids.unique(call.id)) for call in review.calls))

    def _ending(self, generation: Generation, said: str) -> AnswerEnding:
        match generation.finish:
            case Finish.LENGTH:
                cut_at = generation.usage.output_tokens
                return AnswerEnding(cut_at, limit_is_own=self._is_own(cut_at, generation.usage))
            case Finish.FILTERED:
                rest = "the rest of the answer" if said.strip() else "the answer"
                return AnswerEnding(withheld=Rejection(Fault.FILTERED, f"the server withheld {rest}"))
            case Finish.REFUSED:
                words = shorten(said, MAX_REFUSAL_CHARS, placeholder="…")
                return AnswerEnding(withheld=Rejection(Fault.REFUSED, f"the model refused: {words}"))
        return AnswerEnding()

    def _is_own(self, cut_at: int | None, usage: Usage) -> bool:
        """Whether the user's limit ended the answer, and not a lower one of a server's."""
        asked = self._request.sampling.max_tokens
        if asked is None or self._is_local or usage.estimated or cut_at is None:
            return asked is not None
        return cut_at >= asked * _AT_THE_LIMIT

    def _cost_usd(self) -> Decimal | None:
        """Nothing was bought when nothing came back and the engine failed before its first token."""
        never_began = self._first_s is None and self._outcome in (Outcome.ERROR, Outcome.TIMEOUT)
        if never_began and self._usage.input_tokens is None:
            return Decimal(0)
        return cost_usd(self._usage, self._price)
