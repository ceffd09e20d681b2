"""One call of an OpenAI-compatible server: key, client, request, and the response that comes back."""

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hroute.core.decision.decision import Route
from hroute.core.errors import Failure, HrouteError
from hroute.core.turn.message import Message
from hroute.engines.base import CallPiece, Request
from hroute.engines.server.asking.body import RequestBody, written
from hroute.engines.server.asking.fields import Field, Server
from hroute.engines.server.endpoint import address
from hroute.engines.server.errors import NO_CREDIT, FaultTranslator
from hroute.engines.server.faults import AnswerFailedError, OversizedError, SilentServerError
from hroute.engines.server.reading.complaints import READ_CHARS, status_in
from hroute.engines.server.refusals import MOST_AGAIN, Refusal, read_refusal

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

    from hroute.engines.server.wire import Wire

# Templates that write tools in their own words spend half as many characters; a token has about four.
MOST_CHARS_A_TOKEN = 8
# For servers that want no key: the SDK insists on one, and would otherwise take OPENAI_API_KEY.
NO_KEY = "none"


class ServerCall:
    """Owns its HTTP client: the key lives no longer than the call, and no client outlives its event loop.

    `is_billed`: the server may charge for the prompt. `foreign`: the exceptions that `complaint` translates.
    """

    def __init__(self, server: Server, request: Request) -> None:
        self._server = server
        self._request = request
        self._body: RequestBody | None = None  # as it was sent last
        self._wire: Wire | None = None
        self._client: AsyncOpenAI | None = None
        self._refused: list[Refusal] = []
        self._is_learned = False
        self.complaint = FaultTranslator(server.spec)
        self.is_billed = False
        self.foreign: tuple[type[Exception], ...] = ()

    @property
    def sent_bytes(self) -> int:
        return 0 if self._wire is None else self._wire.sent_bytes

    @property
    def texts(self) -> tuple[Message, ...]:
        """What the server's tokenizer reads of the request."""
        body = self._body or written(self._request, self._server.spec, self._server.without)
        return body.texts

    async def see_that_tools_were_read(self, prompt_tokens: int | None) -> None:
        """Raises EngineError where they were not, and has the next request tell them in words.

        To be asked where no call came. llama_cpp.server and others put into the prompt what the model's chat
        template has a place for, and drop the rest in silence: the answer would say that no call was needed.
        `prompt_tokens`: by the server's count; where it has none, nobody can tell, and words are sure.
        """
        tools_chars = self._body.tools_chars if self._body is not None else 0
        if self._server.spec.route is Route.CLOUD or (prompt_tokens or 0) * MOST_CHARS_A_TOKEN >= tools_chars:
            return
        await asyncio.to_thread(self._server.learn, frozenset({Field.TOOLS}))
        counted = (
            "cannot say" if prompt_tokens is None else f"has read {prompt_tokens} tokens, too few to say"
        )
        what = f"{counted} that the tools which it was sent were read"
        raise self.complaint.error(Failure.UNREAD, what, "use a model whose chat template knows tools")

    def by_own_name(self, piece: CallPiece) -> CallPiece:
        """With the tool's own name in place of the one that was sent."""
        own = self._body.names.get(piece.name) if self._body is not None else None
        return piece if own is None else replace(piece, name=own)

    def expect_more(self) -> None:
        if self._wire is not None:
            self._wire.expect_more()

    async def open(self) -> "httpx2.Response":
        """Raises EngineError and the foreign."""
        key = await self._resolved_key()
        self.foreign = await asyncio.to_thread(_import_sdk)
        self._client = await asyncio.to_thread(self._new_client, key)  # 0.04 s for TLS
        return await self._posted(self._client)

    async def open_again(self, error: object) -> "httpx2.Response | None":
        """Without what an error in place of the answer, with status 200, refuses; None: that is not why."""
        if self._client is None or not self._leaves_out(status_in(error), json.dumps(error)):
            return None
        return await self._posted(self._client)

    async def learn_what_helped(self) -> None:
        """To be called when an answer has begun."""
        lasting = frozenset(one.field for one in self._refused if one.is_lasting)
        if lasting and not self._is_learned:
            self._is_learned = True
            await asyncio.to_thread(self._server.learn, lasting)

    async def _posted(self, client: "AsyncOpenAI") -> "httpx2.Response":
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

    def _new_client(self, key: str) -> "AsyncOpenAI":
        from httpx2 import InvalidURL, Timeout, create_ssl_context
        from openai import AsyncOpenAI

        from hroute.engines.server.wire import Wire

        patience = self._server.spec.patience
        try:
            self._server.tls = self._server.tls or create_ssl_context()
            self._wire = Wire(self._server.tls, self._is_final)
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
        """Asks again without what the server refuses."""
        from openai import APIStatusError

        known = await asyncio.to_thread(lambda: self._server.without)
        while True:
            without = known | {one.field for one in self._refused}
            self._body = await asyncio.to_thread(written, self._request, self._server.spec, without)
            try:
                return await self._response_to(client, self._body.raw)
            except APIStatusError as exc:
                if not self._leaves_out(exc.status_code, exc.response.text):
                    raise

    def _is_final(self, status: int, said: str) -> bool:
        """Whether asking the same again is in vain: something is refused, or paid for by nobody."""
        fields = self._body.fields if self._body is not None else frozenset()
        has_no_credit = status == 429 and NO_CREDIT.search(said[:READ_CHARS]) is not None
        return has_no_credit or read_refusal(status, said, fields) is not None

    def _leaves_out(self, status: int, said: str) -> bool:
        """Whether something is refused that the next request can do without."""
        fields = self._body.fields if self._body is not None else frozenset()
        refusal = read_refusal(status, said, fields)
        if refusal is None or len(self._refused) == MOST_AGAIN:
            return False
        self._refused.append(refusal)
        return True

    async def _response_to(self, client: "AsyncOpenAI", body: bytes) -> "httpx2.Response":
        """The stream is not read by the SDK, whose decoder loses text: see `sse`."""
        from openai import AsyncStream

        stream = await client.post(
            address(self._server.spec.base_url, "/chat/completions"),
            cast_to=object,
            content=body,
            stream=True,
            stream_cls=AsyncStream[object],
        )
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
