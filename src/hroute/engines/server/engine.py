"""The engine for OpenAI-compatible servers: cloud endpoints, and a server in place of the local model."""

from collections.abc import Callable

from hroute.core.decision.decision import Need, Route
from hroute.engines.base import Request, TokenCounter
from hroute.engines.server.answer import ServerAnswer
from hroute.engines.server.asking.body import written
from hroute.engines.server.asking.fields import Memory, Server, takes
from hroute.engines.server.spec import ServerSpec


class ServerEngine:
    """`key` is called when a request starts, in a thread: it may run a command, and raise HrouteError.

    `memory`: what servers were found to refuse; None: this engine finds it out for itself.
    """

    def __init__(
        self,
        spec: ServerSpec,
        key: Callable[[], str | None],
        counter: TokenCounter,
        memory: Memory | None = None,
    ) -> None:
        self._server = Server(spec, key, memory)
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
        return takes(self._server.spec, self._server.without)

    @property
    def is_loaded(self) -> bool:
        return True

    @property
    def counter(self) -> TokenCounter:
        return self._counter

    def request_bytes(self, request: Request) -> int:
        """The exact size of the request's body; a retry sends it again (see ServerAnswer.sent_bytes)."""
        return len(written(request, self._server.spec, self._server.without).raw)

    def prepare(self) -> None:
        """A call fetches its key and what it imports in threads of its own, and begins to do so at once."""

    def start(self, request: Request) -> ServerAnswer:
        return ServerAnswer(self._server, request, self._counter)

    def release(self) -> bool:
        """The model is in another process."""
        return True

    async def close(self) -> None:
        """Every answer closes its own connection; between answers nothing is open."""
