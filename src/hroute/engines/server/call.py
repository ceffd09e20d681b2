"""One call of an OpenAI-compatible server: key, client, request, and the response that comes back."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hroute.core.errors import Failure, HrouteError
from hroute.engines.base import Request
from hroute.engines.server.endpoint import address
from hroute.engines.server.errors import FaultTranslator
from hroute.engines.server.faults import AnswerFailedError, OversizedError, SilentServerError
from hroute.engines.server.spec import Dialect, ServerSpec, body_of

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

    from hroute.engines.server.wire import Wire

# For servers that want no key: the SDK insists on one, and would otherwise take OPENAI_API_KEY.
NO_KEY = "none"


@dataclass(slots=True)
class Server:
    """What the calls of one server share. `dialect` is what it has been found to speak."""

    spec: ServerSpec
    key: Callable[[], str | None] = field(repr=False)
    dialect: Dialect
    tls: ssl.SSLContext | None = None  # takes 0.04 s to make


class ServerCall:
    """Owns its HTTP client: the key lives no longer than the call, and no client outlives its event loop.

    `is_billed`: the server may charge for the prompt. `foreign`: the exceptions that `complaint` translates.
    """

    def __init__(self, server: Server, request: Request) -> None:
        self._server = server
        self._request = request
        self._wire: Wire | None = None
        self.complaint = FaultTranslator(server.spec)
        self.is_billed = False
        self.foreign: tuple[type[Exception], ...] = ()

    @property
    def sent_bytes(self) -> int:
        return 0 if self._wire is None else self._wire.sent_bytes

    def expect_more(self) -> None:
        if self._wire is not None:
            self._wire.expect_more()

    async def open(self) -> "httpx2.Response":
        """Raises EngineError and the foreign."""
        key = await self._resolved_key()
        self.foreign = await asyncio.to_thread(_import_sdk)
        client = await asyncio.to_thread(self._client, key)  # 0.04 s for TLS
        self.is_billed = True  # also when this is cancelled: the server may be at work
        try:
            return await self._post(client)
        except self.foreign as exc:
            self.is_billed = isinstance(exc, SilentServerError)
            raise

    async def aclose(self) -> None:
        if self._wire is not None:
            await self._wire.aclose()

    async def _resolved_key(self) -> str:
        spec = self._server.spec
        try:
            key = await asyncio.to_thread(self._server.key)
        except HrouteError as exc:
            raise self.complaint.error(Failure.AUTH, f"got no key: {exc.message}", *exc.remedies) from exc
        key = (key or "").strip()
        if not key and spec.key_source:
            raise self.complaint.error(Failure.AUTH, f"needs a key, and {spec.key_source} gives none")
        self.complaint = FaultTranslator(spec, key)
        return key or NO_KEY

    def _client(self, key: str) -> "AsyncOpenAI":
        from httpx2 import InvalidURL, Timeout, create_ssl_context
        from openai import AsyncOpenAI

        from hroute.engines.server.wire import Wire

        patience = self._server.spec.patience
        try:
            self._server.tls = self._server.tls or create_ssl_context()
            self._wire = Wire(self._server.tls)
            return AsyncOpenAI(
                api_key=key,
                base_url=self._server.spec.endpoint,
                timeout=Timeout(patience.silence_s, connect=patience.connect_s),
                max_retries=patience.max_retries,
                http_client=self._wire,
            )
        except (InvalidURL, ValueError, OSError, ImportError) as exc:
            raise self.complaint.about_setup(exc) from None

    async def _post(self, client: "AsyncOpenAI") -> "httpx2.Response":
        """Asks again, once for each, without what the server refuses to understand; remembers what helped."""
        from openai import APIStatusError, AsyncStream

        dialect = self._server.dialect
        while True:
            try:
                # The stream is not read by the SDK, whose decoder loses text: see `sse`.
                stream = await client.post(
                    address(self._server.spec.base_url, "/chat/completions"),
                    cast_to=object,
                    content=body_of(self._request, self._server.spec, dialect),
                    stream=True,
                    stream_cls=AsyncStream[object],
                )
            except APIStatusError as exc:
                understood = dialect.after(exc.response.text) if exc.status_code in (400, 422) else None
                if understood is None:
                    raise
                dialect = understood
            else:
                self._server.dialect = dialect
                return stream.response


def _import_sdk() -> tuple[type[Exception], ...]:
    """Takes half a second, so it runs in a thread; returns what the SDK and what is under it may raise.

    ValueError covers broken JSON, broken UTF-8 and what pydantic rejects; RecursionError, deep JSON;
    ExceptionGroup, what anyio does not expect of a connection.
    """
    import httpx2
    import openai

    theirs = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, ExceptionGroup)
    ours = (SilentServerError, OversizedError, AnswerFailedError)
    return (*theirs, ValueError, RecursionError, OSError, *ours)
