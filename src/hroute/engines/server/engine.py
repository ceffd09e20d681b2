"""The engine for OpenAI-compatible servers: cloud endpoints, and a server in place of the local model."""

from collections.abc import Callable

from hroute.core.decision.decision import TEXT_ALONE, Need, Route
from hroute.engines.base import Request, TokenCounter
from hroute.engines.server.answer import ServerAnswer
from hroute.engines.server.call import Server
from hroute.engines.server.spec import Dialect, ServerSpec, body_of


class ServerEngine:
    """`key` is called when a request starts, in a thread: it may run a command, and raise HrouteError."""

    def __init__(self, spec: ServerSpec, key: Callable[[], str | None], counter: TokenCounter) -> None:
        self._server = Server(spec, key, Dialect.spoken_by(spec))
        self._counter = counter

    @property
    def name(self) -> str:
        return self._server.spec.name

    @property
    def route(self) -> Route:
        return self._server.spec.route

    @property
    def model(self) -> str:
        return self._server.spec.model

    @property
    def endpoint(self) -> str | None:
        return self._server.spec.endpoint

    @property
    def context_tokens(self) -> int | None:
        return self._server.spec.context_tokens

    @property
    def takes(self) -> frozenset[Need]:
        """A cloud refuses images by itself where it has no eyes; a server on this machine is not sent any."""
        return frozenset({Need.IMAGES}) if self.route is Route.CLOUD else TEXT_ALONE

    @property
    def is_loaded(self) -> bool:
        return True

    @property
    def counter(self) -> TokenCounter:
        return self._counter

    def request_bytes(self, request: Request) -> int:
        """The exact size of the request's body; a retry sends it again (see ServerAnswer.sent_bytes)."""
        return len(body_of(request, self._server.spec, self._server.dialect))

    def prepare(self) -> None:
        """A call fetches its key and what it imports in threads of its own, and begins to do so at once."""

    def start(self, request: Request) -> ServerAnswer:
        return ServerAnswer(self._server, request, self._counter)

    def release(self) -> bool:
        """The model is in another process."""
        return True

    async def close(self) -> None:
        """Every answer closes its own connection; between answers nothing is open."""
