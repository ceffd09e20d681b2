"""The JSON of a response body: event by event from a stream, or the one document that came in its place."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

_BOM = b"\xef\xbb\xbf"


class Body:
    """Iterate `events` once; then `is_whole` says whether the server told that nothing more comes.

    The standard of server-sent events (WHATWG HTML, 9.2) is kept by httpx2: line ends, comments, several
    `data` lines, a byte order mark, broken UTF-8. It is left in three points, each to lose no text: what the
    body is follows from its first character and not from its Content-Type, an event named `error` is one
    whatever is in it, and a last event counts without its blank line where its JSON is whole.
    """

    def __init__(self, response: "httpx2.Response") -> None:
        self._response = response
        self._has_ended = False
        self.is_whole = False

    async def events(self) -> AsyncGenerator[object]:
        """Raises ValueError and RecursionError for what is no JSON."""
        chunks = self._response.aiter_bytes()
        head = bytearray()
        async for chunk in chunks:
            head += chunk
            if len(head) > len(_BOM) and head.removeprefix(_BOM).strip():
                break
        if head.removeprefix(_BOM).lstrip().startswith((b"{", b"[")):
            async for chunk in chunks:
                head += chunk
            document = json.loads(head.decode("utf-8-sig", "replace"))
            self.is_whole = True
            yield document
            return
        async with aclosing(self._stream(bytes(head), chunks)) as stream:
            async for event in stream:
                yield event

    async def _stream(self, head: bytes, chunks: AsyncIterator[bytes]) -> AsyncGenerator[object]:
        from httpx2 import EventSource, Response

        response = Response(
            200,
            # The standard knows no other encoding, and lets one byte order mark come first.
            headers={"content-type": "text/event-stream; charset=utf-8-sig"},
            content=self._ended(head, chunks),
            request=self._response.request,
        )
        # No limit here: the wire holds one, which counts comments too.
        async for event in EventSource(response, max_event_size=None):
            if event.data.startswith("[DONE]"):
                self.is_whole = True
                return
            if event.data.strip():
                for value in self._values(event.event, event.data):
                    yield value

    def _values(self, name: str, data: str) -> list[object]:
        try:
            value = json.loads(data)
        except ValueError:
            if name == "error":
                return [{"error": data}]
            # A last event that was cut, or one that is none of this API's (a ping).
            if self._has_ended or name != "message":
                return []
            raise
        return [{"error": value}] if name == "error" else [value]

    async def _ended(self, head: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        yield head
        async for chunk in chunks:
            yield chunk
        self._has_ended = True
        yield b"\n\n"
