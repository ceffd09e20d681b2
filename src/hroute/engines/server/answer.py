"""One running answer of an OpenAI-compatible server."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from hroute.core.errors import EngineError, Failure
from hroute.core.turn.attempt import Usage
from hroute.engines.base import Finish, Request, TokenCounter
from hroute.engines.server.call import Server, ServerCall
from hroute.engines.server.events import AnswerReader

if TYPE_CHECKING:
    from openai import AsyncStream

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
        self._stream: AsyncStream[object] | None = None
        self._timer: asyncio.Timeout | None = None
        self._deadline_s: float | None = None
        self._is_closed = False

    @property
    def finish(self) -> Finish | None:
        return self._reader.finish

    @property
    def usage(self) -> Usage:
        """The server's count; an estimate when it sent none; nothing when nothing can have been billed."""
        if self._reader.reported is not None:
            return self._reader.reported
        if not self._call.is_billed:
            return Usage()
        limit = self._server.spec.context_tokens or 10_000_000
        prompt = self._counter.count(self._request.messages, limit)
        return Usage(prompt.tokens, self._reader.output_tokens, estimated=True)

    @property
    def answer_signals(self) -> "AnswerSignals | None":
        """None where the server sends no log-probabilities."""
        from hroute.core.confidence.signals import signals_of

        return signals_of(tuple(self._reader.scored), self._request.messages[-1].text)

    @property
    def sent_bytes(self) -> int:
        """Request bodies that may have left this machine so far, retries included."""
        return self._call.sent_bytes

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        if self._is_closed:
            raise StopAsyncIteration
        piece, failure = await self._piece_or_failure()
        if piece:
            return piece
        # Whoever closes an answer wants no error from it; and a connection that breaks after the end of
        # the text has lost nothing but the count of tokens.
        is_over = failure is None or self._is_closed or self._reader.finish is not None
        await self.aclose()
        if is_over or failure is None:
            raise StopAsyncIteration
        # Not raised where it was caught: what the SDK raised holds the request with its key, and would
        # stay attached to ours as its context.
        raise failure

    async def aclose(self) -> None:
        """Ends the connection, so that the server stops generating."""
        self._is_closed = True
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.close()
        await self._call.aclose()

    async def _piece_or_failure(self) -> tuple[str, EngineError | None]:
        if self._deadline_s is None:
            self._deadline_s = _now_s() + self._server.spec.patience.total_s
        try:
            async with asyncio.timeout_at(self._deadline_s) as self._timer:
                return await self._piece(), None
        except EngineError as error:
            return "", error
        except TimeoutError:
            wait = f"has not finished within {self._server.spec.patience.total_s:g} s"
            return "", self._call.complaint.error(Failure.TIMEOUT, wait)
        except self._call.foreign as exc:
            complaint = self._call.complaint
            return "", complaint.about_opening(exc) if self._stream is None else complaint.about_event(exc)

    async def _piece(self) -> str:
        """The next visible text; empty at the end of a finished answer."""
        if self._stream is None:
            self._stream = await self._call.open()
        stream = self._stream
        while (event := await anext(stream, _END)) is not _END:
            self._call.expect_more()
            text = self._reader.read(event)
            self._hurry_when_finished()
            if text:
                return text
        if self._reader.finish is None:
            raise self._unfinished(stream)
        return ""

    def _hurry_when_finished(self) -> None:
        if self._reader.finish is None or self._timer is None or self._deadline_s is None:
            return
        if (sooner_s := _now_s() + USAGE_GRACE_S) < self._deadline_s:
            self._deadline_s = sooner_s
            self._timer.reschedule(sooner_s)

    def _unfinished(self, stream: "AsyncStream[object]") -> EngineError:
        complaint = self._call.complaint
        if self._reader.events:
            return complaint.broken_off()
        self._call.is_billed = False
        kind = stream.response.headers.get("content-type", "nothing")
        return complaint.error(Failure.SERVER, f"answered with {kind} instead of a stream of events")


def _now_s() -> float:
    return asyncio.get_running_loop().time()
