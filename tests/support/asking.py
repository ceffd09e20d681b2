"""Asks a loopback server through the real engine, and says what came of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.errors import EngineError
from hroute.core.settings import Cloud, LocalModel
from hroute.core.turn.attempt import Usage
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import CallPiece, Finish, Piece, Request, ThoughtPiece
from hroute.engines.server.answer import ServerAnswer
from hroute.engines.server.engine import ServerEngine
from hroute.engines.server.spec import ServerSpec
from tests.support.servers.loopback import LoopbackServer

KEY = "sk-hush-0123456789abcdef"
PROMPT_TOKENS = 7


class SevenTokens:
    """A counter that finds the same number everywhere."""

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        return TokenCount(PROMPT_TOKENS, CountMethod.ESTIMATE)


@dataclass(frozen=True)
class Told:
    text: str
    finish: Finish | None
    usage: Usage
    sent_bytes: int
    error: EngineError | None
    thoughts: str = ""
    calls: tuple[CallPiece, ...] = ()


def cloud_engine(
    server: LoopbackServer | str, key: Callable[[], str | None] = lambda: KEY, **settings: Any
) -> ServerEngine:
    base_url = server if isinstance(server, str) else server.base_url
    defaults = {"name": "acme", "model": "m-1", "api_key_env": "ACME_KEY", "max_retries": 0}
    cloud = Cloud.model_validate({"base_url": base_url} | defaults | settings)
    return ServerEngine(ServerSpec.of_cloud(cloud), key, SevenTokens())


def local_engine(server: LoopbackServer | str, **settings: Any) -> ServerEngine:
    base_url = server if isinstance(server, str) else server.base_url
    model = LocalModel.model_validate({"model": "m-1", "base_url": base_url} | settings)
    return ServerEngine(ServerSpec.of_local(model), lambda: None, SevenTokens())


def request(prompt: str = "hello", **sampling: Any) -> Request:
    return Request((Message.of(Role.USER, prompt),), Sampling(**sampling))


def ask(engine: ServerEngine, what: Request | None = None) -> Told:
    async def run() -> Told:
        return await listen(engine.start(what or request()))

    return asyncio.run(run())


async def listen(answer: ServerAnswer) -> Told:
    pieces: list[Piece] = []
    error: EngineError | None = None
    try:
        async for piece in answer:
            pieces.append(piece)
    except EngineError as exc:
        error = exc
    finally:
        await answer.aclose()
    return Told(
        "".join(piece for piece in pieces if isinstance(piece, str)),
        answer.finish,
        answer.usage,
        answer.sent_bytes,
        error,
        "".join(piece.text for piece in pieces if isinstance(piece, ThoughtPiece)),
        tuple(piece for piece in pieces if isinstance(piece, CallPiece)),
    )
