"""The HTTP client under the SDK for one answer. Importing it loads httpx2 (0.1 s): do so when needed."""

import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from hroute.engines.server.events import OversizedError

# Between two events, or in an error page. Servers that think send comments to keep the line open.
MAX_GAP_BYTES = 1_000_000

# What leaves this machine beside the prompt. The SDK would add the operating system, its version and,
# from the environment, an OpenAI organisation, to requests for every host.
_SENT_HEADERS = frozenset(
    {"host", "connection", "accept", "authorization", "user-agent", "content-type", "content-length"}
)
_OPENAI_HEADERS = frozenset({"openai-organization", "openai-project"})

# The group: anyio, when an address is beyond what it expects to fail.
_NEVER_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, ExceptionGroup)


class SilentServerError(Exception):
    """No byte came for too long."""


class Wire(httpx2.AsyncClient):
    """Follows no redirect (the key would go along), limits what it reads, counts what it sends."""

    def __init__(self, tls: ssl.SSLContext | bool) -> None:
        super().__init__(verify=tls, follow_redirects=False)
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
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise OversizedError("the answer is compressed, which was not asked for and hides its size")
        self._body = response.stream = _LimitedBody(response.stream)
        return response

    def expect_more(self) -> None:
        """An event has come: the next gap starts here."""
        if self._body is not None:
            self._body.gap_bytes = 0

    def _strip(self, request: httpx2.Request) -> None:
        kept = _SENT_HEADERS | _OPENAI_HEADERS if request.url.host == "api.openai.com" else _SENT_HEADERS
        for name in set(request.headers) - kept:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"


class _LimitedBody(httpx2.AsyncByteStream):
    """A response body that ends in OversizedError when an event or a page is too long."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self.gap_bytes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._body:
            self.gap_bytes += len(chunk)
            if self.gap_bytes > MAX_GAP_BYTES:
                raise OversizedError(f"one event or page is longer than {MAX_GAP_BYTES:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._body.aclose()
