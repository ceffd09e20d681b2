"""One engine's try at a turn, from the first token to the attempt that the log keeps."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from textwrap import shorten
from time import perf_counter

from hroute.app.answer.confidence_check import ConfidenceCheck, ConfidenceResult
from hroute.app.answer.contracts import Contract, Ending, Review
from hroute.app.answer.off_loop import off_loop
from hroute.core.contract import Fault, Rejection, check_repetition
from hroute.core.decision.decision import Route
from hroute.core.errors import EngineError
from hroute.core.pricing import Price, cost_usd
from hroute.core.sanitize import PrintableStream
from hroute.core.stops import StopCutter
from hroute.core.turn.attempt import Attempt, Outcome, Usage
from hroute.engines.base import Engine, Finish, Generation, Request, texts

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

    async def pieces(self) -> AsyncGenerator[str, None]:
        generation: Generation | None = None
        try:
            generation = self._engine.start(self._request)
            async with aclosing(self._printable(generation)) as printable:
                async for text in printable:
                    if self._contract.is_streamed:
                        yield text
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
            text="".join(self._pieces),
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
            answer_signals=self._confidence.answer_signals,
            confidence=self._confidence.confidence,
            calibrator=self._confidence.calibrator,
        )

    async def _printable(self, generation: Generation) -> AsyncGenerator[str, None]:
        """Pieces without control sequences; ends early at a stop, and when a local answer runs in circles."""
        stream, cutter = PrintableStream(), StopCutter(self._request.sampling.stop)
        seen_chars = checked_chars = 0
        async for piece in texts(generation):
            if self._first_s is None:
                self._first_s = perf_counter()
            text = self._keep(cutter.feed(stream.feed(piece)))
            seen_chars += len(text)
            if text:
                yield text
            if cutter.is_stopped:
                return
            # JSON repeats itself by right.
            may_loop = self._is_local and self._contract.is_streamed
            if may_loop and seen_chars - checked_chars >= LOOP_CHECK_CHARS:
                checked_chars = seen_chars
                if check_repetition("".join(self._pieces)):
                    return
        if rest := self._keep(cutter.feed(stream.end()) + cutter.end()):
            yield rest

    def _keep(self, text: str) -> str:
        if text:
            self._pieces.append(text)
        return text

    @property
    def _is_local(self) -> bool:
        return self._engine.route is Route.LOCAL

    def _judge(self, generation: Generation) -> None:
        said = "".join(self._pieces)
        self._review = self._contract.review(said, self._ending(generation, said), is_local=self._is_local)
        rejection = self._review.rejection
        if self._confidence_check is not None:
            text = self._review.result or "".join(self._pieces)
            self._confidence = self._confidence_check.at(text, generation.answer_signals)
            rejection = rejection or self._confidence.rejection
        self._outcome = Outcome.OK if rejection is None else Outcome.INVALID
        if reported := rejection or self._review.reservation:
            self._reason, self._error = reported.fault, reported.detail

    def _ending(self, generation: Generation, said: str) -> Ending:
        match generation.finish:
            case Finish.LENGTH:
                cut_at = generation.usage.output_tokens
                return Ending(cut_at, limit_is_own=self._is_own(cut_at, generation.usage))
            case Finish.FILTERED:
                rest = "the rest of the answer" if said.strip() else "the answer"
                return Ending(withheld=Rejection(Fault.FILTERED, f"the server withheld {rest}"))
            case Finish.REFUSED:
                words = shorten(said, MAX_REFUSAL_CHARS, placeholder="…")
                return Ending(withheld=Rejection(Fault.REFUSED, f"the model refused: {words}"))
        return Ending()

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
