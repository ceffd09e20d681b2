"""The Router without async, from any thread."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from hroute import Delta, Done, NoAnswerError, Route, RouterStateError, SyncRouter
from hroute.core.turn.attempt import Outcome
from tests.support.library import a_router, endless
from tests.support.world import CRASH, GOOD_LOCAL, UNREACHABLE, Make


def test_it_asks_streams_and_routes_without_async(make: Make) -> None:
    world = make()
    world.local.script.append(GOOD_LOCAL)
    with SyncRouter(a_router(world)) as router:
        assert router.ask("hello").text == GOOD_LOCAL
        assert isinstance([*router.stream("hello")][-1], Done)
        assert router.route("hello").route is Route.LOCAL
    assert [turn.outcome for turn in world.runtime.log.export()] == ["ok", "ok"]


def test_any_thread_may_ask_at_once_also_one_with_a_loop(make: Make) -> None:
    world = make()
    world.local.script *= 9

    async def on_a_loop() -> str:
        return router.ask("hello").text

    with SyncRouter(a_router(world)) as router, ThreadPoolExecutor(8) as threads:
        replies = [*threads.map(lambda n: router.ask(f"hello {n}").text, range(8))]
        assert asyncio.run(on_a_loop()) == GOOD_LOCAL
    assert replies == [GOOD_LOCAL] * 8


def test_errors_arrive_as_they_are(make: Make) -> None:
    with SyncRouter(a_router(make(CRASH, UNREACHABLE))) as router, pytest.raises(NoAnswerError):
        router.ask("hello")


def test_leaving_the_iterator_gives_the_turn_up(make: Make) -> None:
    world = endless(make())
    with SyncRouter(a_router(world)) as router:
        for event in router.stream("hello"):
            if isinstance(event, Delta):
                break
        (row,) = world.runtime.log.turn(1).attempts
        assert row.attempt.outcome is Outcome.INTERRUPTED
        assert world.local.generations[0].is_closed


def asking(router: SyncRouter) -> None:
    router.ask("hello")


def streaming(router: SyncRouter) -> None:
    for _ in router.stream("hello"):
        pass


def talking(router: SyncRouter) -> None:
    for _ in router.session().stream("hello"):
        pass


@pytest.mark.parametrize("use", [asking, streaming, talking])
def test_ctrl_c_gives_the_turn_up(make: Make, use: Callable[[SyncRouter], None]) -> None:
    world, here = endless(make()), threading.get_ident()

    def interrupt() -> None:
        while not (world.local.generations and world.local.generations[0].usage.output_tokens):
            sleep(0.01)
        signal.pthread_kill(here, signal.SIGINT)

    with SyncRouter(a_router(world)) as router:
        hand = threading.Thread(target=interrupt, daemon=True)
        hand.start()
        with pytest.raises(KeyboardInterrupt):
            use(router)
        hand.join()
    (row,) = world.runtime.log.turn(1).attempts
    assert row.attempt.outcome is Outcome.INTERRUPTED
    assert world.local.generations[0].is_closed


def test_who_waits_when_it_is_closed_is_told_so_and_no_thread_is_left(make: Make) -> None:
    before = threading.active_count()
    with ThreadPoolExecutor(1) as threads:
        with SyncRouter(a_router(endless(make()))) as router:
            waiting = threads.submit(router.ask, "hello")
            next(router.stream("hello"))
        with pytest.raises(RouterStateError):
            waiting.result(10)
    assert threading.active_count() == before


def test_it_is_open_only_inside_of_its_context(make: Make) -> None:
    router = SyncRouter(a_router(make()))
    with pytest.raises(RouterStateError, match="not open yet"):
        router.ask("hello")
    with router:
        pass
    router.close()
    with pytest.raises(RouterStateError, match="closed"):
        router.ask("hello")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_the_child_of_a_fork_is_refused_and_does_not_hang(make: Make) -> None:
    with SyncRouter(a_router(make())) as router:
        child = os.fork()
        if child == 0:  # no return into pytest from here
            try:
                with pytest.raises(RouterStateError, match="before this process was forked off"):
                    router.ask("hello")
                router.close()
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        assert router.ask("hello").text == GOOD_LOCAL
