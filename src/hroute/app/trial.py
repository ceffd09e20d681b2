"""One engine's try at a turn, from the first token to the attempt that the log keeps."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from time import perf_counter

from hroute.core.contract import Rejection, check_constraints, check_prose, check_repetition
from hroute.core.errors import EngineError
from hroute.core.pricing import Price, cost_usd
from hroute.core.sanitize import PrintableStream
from hroute.core.types import Attempt, Check, ConstraintItem, Outcome, Route, Usage
from hroute.engines.base import Engine, Finish, Generation, Request

# How often a running answer is looked at for a loop, in characters.
LOOP_CHECK_CHARS = 400


class Trial:
    """Streams the printable pieces of one attempt; `attempt()` is what came of it so far."""

    def __init__(
        self,
        engine: Engine,
        request: Request,
        price: Price | None,
        items: tuple[ConstraintItem, ...] = (),
    ) -> None:
        """`items` are the constraints that a local answer must keep."""
        self._engine = engine
        self._request = request
        self._price = price
        self._items = items
        self._checks: tuple[Check, ...] = ()
        self._pieces: list[str] = []
        self._usage = Usage()
        self._sent_bytes = 0
        self._started_s = perf_counter()
        self._first_s: float | None = None
        self._ended_s: float | None = None
        # Until the end is reached, whatever stops this trial has interrupted it.
        self._outcome = Outcome.INTERRUPTED
        self._reason: str | None = None
        self._error: str | None = None

    async def pieces(self) -> AsyncGenerator[str, None]:
        generation: Generation | None = None
        try:
            generation = self._engine.start(self._request)
            async with aclosing(self._printable(generation)) as printable:
                async for text in printable:
                    yield text
            self._judge(generation)
        except EngineError as error:
            self._outcome = Outcome.TIMEOUT if error.is_timeout else Outcome.ERROR
            self._reason, self._error = error.failure, error.message
        finally:
            self._ended_s = perf_counter()
            if generation is not None:
                self._usage, self._sent_bytes = generation.usage, generation.sent_bytes
                await generation.aclose()

    def attempt(self) -> Attempt:
        started, ended = self._started_s, self._ended_s or perf_counter()
        return Attempt(
            engine=self._engine.name,
            route=self._engine.route,
            model=self._engine.model,
            outcome=self._outcome,
            text="".join(self._pieces),
            reason=self._reason,
            error=self._error,
            wall_ms=(ended - started) * 1000,
            ttft_ms=None if self._first_s is None else (self._first_s - started) * 1000,
            usage=self._usage,
            cost_usd=self._cost_usd(),
            endpoint=self._engine.endpoint,
            sent_bytes=self._sent_bytes,
            checks=self._checks,
        )

    async def _printable(self, generation: Generation) -> AsyncGenerator[str, None]:
        """Pieces without control sequences; ends early when a local answer runs in circles."""
        stream = PrintableStream()
        seen_chars = checked_chars = 0
        async for piece in generation:
            if self._first_s is None:
                self._first_s = perf_counter()
            text = self._keep(stream.feed(piece))
            seen_chars += len(text)
            if text:
                yield text
            if self._is_local and seen_chars - checked_chars >= LOOP_CHECK_CHARS:
                checked_chars = seen_chars
                if check_repetition("".join(self._pieces)):
                    return
        if rest := self._keep(stream.end()):
            yield rest

    def _keep(self, text: str) -> str:
        if text:
            self._pieces.append(text)
        return text

    @property
    def _is_local(self) -> bool:
        return self._engine.route is Route.LOCAL

    def _judge(self, generation: Generation) -> None:
        rejection = self._check(generation)
        if rejection is None:
            self._outcome = Outcome.OK
            return
        self._outcome, self._reason, self._error = Outcome.INVALID, rejection.fault, rejection.detail

    def _check(self, generation: Generation) -> Rejection | None:
        """Local prose must keep the whole contract; of the cloud's only that there is some."""
        text = "".join(self._pieces)
        if not self._is_local:
            return check_prose(text) if not text.strip() else None
        is_cut, has_limit = generation.finish is Finish.LENGTH, self._request.sampling.max_tokens is not None
        cut_at = generation.usage.output_tokens if is_cut and not has_limit else None
        rejection = check_prose(text, cut_at_tokens=cut_at)
        # What the user's own limit has cut cannot keep what was asked of the whole.
        return rejection if rejection or is_cut else self._check_constraints(text)

    def _check_constraints(self, text: str) -> Rejection | None:
        if not self._items:
            return None
        from hroute.core.checks import check_all  # its patterns take 20 ms to compile

        self._checks = check_all(self._items, text)
        return check_constraints(self._checks)

    def _cost_usd(self) -> Decimal | None:
        """Nothing was bought when nothing came back and the engine failed before its first token."""
        never_began = self._first_s is None and self._outcome in (Outcome.ERROR, Outcome.TIMEOUT)
        if never_began and self._usage.input_tokens is None:
            return Decimal(0)
        return cost_usd(self._usage, self._price)
