"""One running answer of an OpenAI-compatible server."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from hroute.core.errors import EngineError, Failure
from hroute.core.turn.attempt import Usage
from hroute.engines.base import CallPiece, Finish, Piece, Request, TokenCounter
from hroute.engines.server.asking.fields import Server
from hroute.engines.server.call import ServerCall
from hroute.engines.server.faults import AnswerFailedError
from hroute.engines.server.reading.events import AnswerReader
from hroute.engines.server.reading.sse import Body
from hroute.engines.server.reading.usage import ReportedUsage, Seen, settled

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx2

    from hroute.core.confidence.signals import AnswerSignals

# After the end of the text, the wait for the server's count of tokens.
USAGE_GRACE_S = 5.0
_END = object()


class ServerAnswer:
    """Iterate once. How long the server lets it wait for others, nobody is told."""

    waited_ms = 0.0

    def __init__(self, server: Server, request: Request, counter: TokenCounter) -> None:
        self._server = server
        self._request = request
        self._counter = counter
        self._call = ServerCall(server, request)
        self._reader = AnswerReader()
        self._response: httpx2.Response | None = None
        self._body: Body | None = None
        self._events: AsyncGenerator[object] | None = None
        self._waiting: deque[Piece] = deque()
        self._timer: asyncio.Timeout | None = None
        self._deadline_s: float | None = None
        self._grace_ends_s: float | None = None
        self._has_failed = False
        self._is_closed = False

    @property
    def finish(self) -> Finish | None:
        return self._reader.finish

    @property
    def usage(self) -> Usage:
        """The server's count; an estimate when it sent none; nothing when nothing can have been billed."""
        reader = self._reader
        if reader.report is None and not self._call.is_billed:
            return Usage()
        seen = Seen(self.sent_bytes, reader.received_chars, self._prompt_tokens, reader.output_tokens)
        return settled(reader.report or ReportedUsage(), seen)

    def _prompt_tokens(self) -> int:
        """An estimate, or exact where the tokenizer is at hand."""
        messages = self._call.texts
        # No text has more tokens than bytes: with this limit nothing is settled by a bound.
        limit = sum(len(message.text.encode(errors="replace")) for message in messages)
        return self._counter.count(messages, limit).tokens

    @property
    def answer_signals(self) -> "AnswerSignals | None":
        """None where the server sends no log-probabilities."""
        from hroute.core.confidence.signals import signals_of

        return signals_of(tuple(self._reader.scored), self._call.texts[-1].text)

    @property
    def sent_bytes(self) -> int:
        """Request bodies that may have left this machine so far, retries included."""
        return self._call.sent_bytes

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Piece:
        if self._is_closed:
            raise StopAsyncIteration
        piece, failure = await self._piece_or_failure()
        if piece is not None:
            return self._call.by_own_name(piece) if isinstance(piece, CallPiece) else piece
        # Whoever closes an answer wants no error from it; and a connection that breaks after the end of
        # the text has lost nothing but the count of tokens.
        is_unread = failure is not None and failure.failure is Failure.UNREAD
        is_over = failure is None or self._is_closed or (self._was_whole and not is_unread)
        await self.aclose()
        if is_over or failure is None:
            raise StopAsyncIteration
        # Not raised where it was caught: what the SDK raised holds the request with its key, and would
        # stay attached to ours as its context.
        raise failure

    async def aclose(self) -> None:
        """Ends the connection, so that the server stops generating."""
        self._is_closed = True
        await self._leave_response()
        await self._call.aclose()

    async def _leave_response(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            await response.aclose()
        events, self._events = self._events, None
        if events is not None:
            with suppress(RuntimeError):  # somebody else waits for the next event, and finds none
                await events.aclose()

    @property
    def _was_whole(self) -> bool:
        """Whether a failure came after the end of the answer; a server that says it failed is believed."""
        reader = self._reader
        return reader.finish is not None and not reader.goes_on and not self._has_failed

    async def _piece_or_failure(self) -> tuple[Piece | None, EngineError | None]:
        if self._waiting:
            return self._waiting.popleft(), None
        if self._deadline_s is None:
            self._deadline_s = _now_s() + self._server.spec.patience.total_s
        try:
            async with asyncio.timeout_at(self._grace_ends_s or self._deadline_s) as self._timer:
                return await self._piece(), None
        except EngineError as error:
            return None, error
        except TimeoutError:
            wait = f"has not finished within {self._server.spec.patience.total_s:g} s"
            return None, self._call.complaint.error(Failure.TIMEOUT, wait)
        except self._call.foreign as exc:
            complaint = self._call.complaint
            return None, complaint.about_opening(exc) if self._events is None else self._broken(exc)

    async def _piece(self) -> Piece | None:
        """The next one; None at the end of a finished answer."""
        while not self._waiting:
            if self._body is None or self._events is None or self._response is None:
                self._read_from(await self._call.open())
                continue
            event = await anext(self._events, _END)
            if event is _END:
                self._waiting.extend(self._last_pieces(self._response, self._body))
                await self._see_that_tools_were_read()
                break
            self._call.expect_more()
            await self._read(event)
            self._hurry_when_settled()
        return self._waiting.popleft() if self._waiting else None

    def _read_from(self, response: "httpx2.Response") -> None:
        self._response, self._body = response, Body(response)
        self._events = self._body.events()

    async def _read(self, event: object) -> None:
        """Asks again where the event says, in place of an answer, that a part of the request is refused."""
        try:
            self._waiting.extend(self._reader.read(event))
        except AnswerFailedError as exc:
            has_begun = self._reader.answers > 0
            response = None if has_begun else await self._call.open_again(exc.body)
            if response is None:
                raise
            await self._leave_response()
            self._read_from(response)
        else:
            if self._reader.answers == 1:
                await self._call.learn_what_helped()

    def _hurry_when_settled(self) -> None:
        """All that can still come is the count of tokens, unless the server said `stop` too early."""
        is_settled = self._reader.is_settled
        if is_settled is (self._grace_ends_s is not None) or self._timer is None or self._deadline_s is None:
            return
        self._grace_ends_s = min(self._deadline_s, _now_s() + USAGE_GRACE_S) if is_settled else None
        self._timer.reschedule(self._grace_ends_s or self._deadline_s)

    def _last_pieces(self, response: "httpx2.Response", body: Body) -> list[Piece]:
        """Raises EngineError where the answer has no end, or there was none."""
        complaint = self._call.complaint
        if not self._reader.answers:
            self._call.is_billed = False
            kind = response.headers.get("content-type", "nothing")
            if kind.startswith("text/event-stream"):
                raise complaint.error(Failure.SERVER, "ended its answer before it began")
            raise complaint.error(Failure.SERVER, f"answered with {kind} instead of a stream of events")
        if self._reader.finish is None and not body.is_whole:
            raise complaint.broken_off()
        return self._reader.end()

    async def _see_that_tools_were_read(self) -> None:
        if self._reader.finish is not Finish.TOOL_CALLS:
            report = self._reader.report
            await self._call.see_that_tools_were_read(report.prompt_tokens if report else None)

    def _broken(self, exc: Exception) -> EngineError:
        if isinstance(exc, AnswerFailedError):
            self._has_failed = True
            self._call.is_billed = self._reader.answers > 0
        return self._call.complaint.about_event(exc)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
