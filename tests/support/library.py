"""Routers over scripted engines and a real log, and engines that can be interrupted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

from hroute.api.router import Router
from hroute.core.turn.attempt import Usage
from hroute.engines.base import Request
from tests.support.scripted import ScriptedEngine, ScriptedGeneration
from tests.support.world import ScriptedRuntime, World


@dataclass
class Owned(ScriptedRuntime):
    """Is closed with its Router."""

    closed: int = 0

    def load_scout_ahead(self) -> None:
        pass

    async def aclose(self) -> None:
        self.closed += 1
        self.log.close()


@dataclass
class Endless(ScriptedGeneration):
    """Counts until it is closed: what repeats itself would be rejected."""

    async def __aiter__(self) -> AsyncIterator[str]:
        for number in count(1):
            await asyncio.sleep(0.001)
            self.usage = Usage(10, number)
            yield f"{number} "


class EndlessEngine(ScriptedEngine):
    def start(self, request: Request) -> Endless:
        generation = Endless([])
        self.requests.append(request)
        self.generations.append(generation)
        return generation


def owned(world: World) -> Owned:
    runtime = world.runtime
    return Owned(
        runtime.settings,
        runtime.log,
        runtime.scout,
        runtime.model,
        runtime.clouds,
        runtime.price_of_cloud,
        others=runtime.others,
    )


def endless(world: World) -> World:
    """Both engines never come to an end by themselves."""
    local, cloud = world.local, world.cloud
    runtime = world.runtime
    runtime.model = EndlessEngine("local", local.route, [], context_tokens=8192)
    runtime.clouds = (EndlessEngine("sky", cloud.route, [], endpoint=cloud.endpoint, context_tokens=100_000),)
    return World(runtime, runtime.model, runtime.clouds[0])


def a_router(world: World) -> Router:
    return Router(owned(world))
