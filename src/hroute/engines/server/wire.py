"""The HTTP client under the SDK for one answer. Importing it loads httpx2 (0.1 s): do so when needed."""

import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2

from hroute.engines.server.faults import OversizedError, SilentServerError

# Between two events, or in an error page. Servers that think send comments to keep the line open.
MAX_GAP_BYTES = 1_000_000

# What leaves this machine beside the prompt. The SDK would add the operating system, its version and,
# from the environment, an OpenAI organisation, to requests for every host.
_SENT_HEADERS = frozenset(
    {"host", "connection", "accept", "authorization", "user-agent", "content-type", "content-length"}
)
_OPENAI_HEADERS = frozenset({"openai-organization", "openai-project"})

# Nothing is asked to be compressed; some gateways do it to their error pages all the same.
_ENCODINGS = frozenset({"identity", "gzip", "x-gzip", "deflate"})
# What the SDK asks again for; some servers have it for what no repetition betters.
_MAY_BE_FINAL = frozenset({429, 500, 501})
_GZIP = b"\x1f\x8b"
_UNZIPPED_BYTES = 65_536  # at a time, so that little that becomes much is noticed

# The group: anyio, when an address is beyond what it expects to fail.
_NEVER_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, ExceptionGroup)


class Wire(httpx2.AsyncClient):
    """Follows no redirect (the key would go along), limits what it reads, counts what it sends."""

    def __init__(self, tls: ssl.SSLContext | bool, is_final: Callable[[int, str], bool]) -> None:
        """`is_final`: whether an error with this status and body would come again."""
        super().__init__(verify=tls, follow_redirects=False)
        self._is_final = is_final
        self.sent_bytes = 0
        self._body: _LimitedBody | None = None

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        self._strip(request)
        self.sent_bytes += len(request.content)
        try:
            response = await super().send(request, **options)
        except _NEVER_CONNECTED:
            self.sent_bytes -= len(request.content)
            raise
        except (httpx2.ReadTimeout, httpx2.WriteTimeout) as exc:
            # The SDK would send the prompt again, and wait as long again, while the first is still billed.
            raise SilentServerError from exc
        encoding = response.headers.pop("content-encoding", "").strip().lower() or "identity"
        if encoding not in _ENCODINGS:
            await response.aclose()
            raise OversizedError(f"the answer is compressed ({encoding[:40]}), which was not asked for")
        self._body = response.stream = _LimitedBody(response.stream, is_zipped=encoding != "identity")
        if response.status_code in _MAY_BE_FINAL and await self._was_final(response):
            response.headers["x-should-retry"] = "false"
        return response

    async def _was_final(self, response: httpx2.Response) -> bool:
        """Reads the error, which the SDK does only after its last try."""
        try:
            await response.aread()
        except httpx2.ReadTimeout as exc:
            raise SilentServerError from exc
        return self._is_final(response.status_code, response.text)

    def expect_more(self) -> None:
        """An event has come: the next gap starts here."""
        if self._body is not None:
            self._body.gap_bytes = 0

    def _strip(self, request: httpx2.Request) -> None:
        kept = _SENT_HEADERS | _OPENAI_HEADERS if request.url.host == "api.openai.com" else _SENT_HEADERS
        for name in set(request.headers) - kept:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"


def _window(head: bytes) -> int:
    """How zlib is to read it: with a header, or without one, as some servers send "deflate"."""
    return zlib.MAX_WBITS | 32 if head.startswith((_GZIP, b"\x78")) else -zlib.MAX_WBITS


class _LimitedBody(httpx2.AsyncByteStream):
    """A response body that ends in OversizedError when an event or a page is too long."""

    def __init__(self, body: Any, *, is_zipped: bool) -> None:
        self._body = body
        self._is_zipped: bool | None = is_zipped or None  # None: its first bytes say it
        self._unzip: Any = None
        self.gap_bytes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._body:
            for plain in self._plain(chunk):
                self.gap_bytes += len(plain)
                if self.gap_bytes > MAX_GAP_BYTES:
                    raise OversizedError(f"one event or page is longer than {MAX_GAP_BYTES:,} bytes")
                yield plain

    def _plain(self, chunk: bytes) -> Iterator[bytes]:
        if self._is_zipped is None and chunk:
            self._is_zipped = chunk.startswith(_GZIP)  # some gateways zip, and do not say so
        if not self._is_zipped:
            yield chunk
            return
        if self._unzip is None and chunk:
            self._unzip = zlib.decompressobj(_window(chunk))
        try:
            while chunk:
                yield self._unzip.decompress(chunk, _UNZIPPED_BYTES)
                chunk = self._unzip.unconsumed_tail
        except zlib.error as exc:
            raise httpx2.DecodingError(str(exc)) from exc

    async def aclose(self) -> None:
        await self._body.aclose()
