"""The engine that runs a GGUF model through llama.cpp, in a process of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import wait
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from hroute.core.decision.decision import Need, Route
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.render import rendered
from hroute.core.settings import LocalModel
from hroute.core.turn.attempt import Usage
from hroute.engines.base import Finish, Request, TokenCounter
from hroute.engines.llama.capacity import Capacity, capacity_of
from hroute.engines.llama.own_thread import OwnThread
from hroute.engines.llama.runner.told import Told
from hroute.engines.models import gguf
from hroute.engines.models import locate as models

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals
    from hroute.engines.llama.runner.order import AnswerOrder
    from hroute.engines.llama.runner.process import Runner

_LAST_WAIT_S = 2.0  # for a thread whose runner was killed: after that it is left behind

_Pieces = asyncio.Queue[str | None]


@dataclass(slots=True, eq=False)
class EngineRun:
    """One answer on its way through the engine; everybody may set `stop`."""

    order: "AnswerOrder"
    told: Told = field(default_factory=Told)
    stop: threading.Event = field(default_factory=threading.Event)
    queued_s: float | None = None  # of perf_counter()
    begun_s: float | None = None  # when no other answer was before it any more


class LlamaEngine:
    """One local model. It loads on first use, in its runner, and answers one request at a time.

    A thread of this process speaks with the runner. What a runner dies of fails the answer that it wrote;
    the next one gets a new runner.
    """

    name = "local"
    route = Route.LOCAL
    endpoint = None
    takes = frozenset({Need.LOGPROBS})  # tools and schemas are told in words, and held by a grammar

    def __init__(
        self,
        settings: LocalModel,
        data_dir: Path,
        capacity: Capacity | None = None,
        prefixes: Path | None = None,
        make_room: "Callable[[LlamaEngine], None]" = lambda _: None,
    ) -> None:
        """`capacity`: the one that routing has already read from the model file, if it has.

        `prefixes`: the folder that processes share preambles in, see `prefix_store`; None: no sharing.
        `make_room`: is called before the model loads, in the engine's own thread.
        """
        self._settings, self._data_dir, self._prefixes = settings, data_dir, prefixes
        self._make_room = make_room
        self._capacity = capacity or capacity_of(settings, data_dir)
        self._worker = OwnThread("hroute-llama")
        self._runner: Runner | None = None  # only the worker thread speaks with it
        self._runs: set[EngineRun] = set()
        self._closed = False
        self._is_ahead = False  # loads before anybody has asked for it

    @property
    def model(self) -> str:
        return models.logged_name(self._settings.model)

    @property
    def context_tokens(self) -> int | None:
        return self._capacity.context_tokens

    @property
    def counter(self) -> TokenCounter:
        return self._capacity.counter

    def request_bytes(self, request: Request) -> int:
        return 0

    def prepare(self) -> None:
        self.load_ahead()

    def start(self, request: Request) -> "LlamaGeneration":
        from hroute.engines.llama.recipe import Recipe
        from hroute.engines.llama.runner.order import AnswerOrder

        own, asked = self._settings, request.sampling
        recipe = Recipe(
            max_tokens=own.max_tokens if asked.max_tokens is None else asked.max_tokens,
            temperature=own.temperature if asked.temperature is None else asked.temperature,
            top_p=own.top_p if asked.top_p is None else asked.top_p,
            repeat_penalty=own.repeat_penalty,
            seed=asked.seed,
        )
        messages = rendered(request.messages, request.expected, self.takes).messages
        order = AnswerOrder(messages, recipe, request.expected, own.samples, request.messages)
        return LlamaGeneration(self, EngineRun(order), own)

    @property
    def is_loaded(self) -> bool:
        return self._runner is not None and self._runner.is_ready

    def load_ahead(self) -> None:
        """Begins to load a model whose file is here; what goes wrong is told by the first answer."""
        if self._closed or self._is_ahead or self.is_loaded:
            return
        if models.needs_download(self._settings.model, self._data_dir):
            return
        self._is_ahead = True
        self._worker.submit(self._load_ahead)

    def release(self) -> bool:
        """Unloads the model, unless it answers or is about to; then it is left alone."""
        if self._closed or self._runs:
            return self._closed
        unloading = self._worker.submit(self._unload)
        return unloading in wait({unloading}, timeout=_LAST_WAIT_S).done

    async def close(self) -> None:
        """Ends the runner, whatever it does; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for run in self._runs:
            run.stop.set()
        if self._runner is not None:
            self._runner.kill()
        unloading = asyncio.get_running_loop().run_in_executor(self._worker, self._unload)
        await asyncio.wait({unloading}, timeout=_LAST_WAIT_S)
        self._worker.shutdown()

    async def submit(self, run: EngineRun, pieces: _Pieces, begun: asyncio.Event) -> "asyncio.Future[None]":
        """Queues the run for the worker; `pieces` gets its text and None at the end.

        `begun` is set when no other answer is before it any more: loading belongs to its own time.
        """
        if models.needs_download(self._settings.model, self._data_dir):
            await _in_background(partial(models.fetch, self._settings.model, self._data_dir))
        loop = asyncio.get_running_loop()

        def emit(piece: str) -> None:
            loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def begin() -> None:
            run.begun_s = run.begun_s or perf_counter()
            loop.call_soon_threadsafe(begun.set)

        run.queued_s = perf_counter()
        if not self._runs:
            run.begun_s = run.queued_s
            begun.set()
        self._runs.add(run)
        done = loop.run_in_executor(self._worker, self._work, run, begin, emit)
        done.add_done_callback(partial(self._finished, run, pieces, begun))
        return done

    def _finished(
        self, run: EngineRun, pieces: _Pieces, begun: asyncio.Event, done: "asyncio.Future[None]"
    ) -> None:
        self._runs.discard(run)
        if not done.cancelled():
            done.exception()  # asyncio complains about a failure that nobody waited for
        begun.set()
        pieces.put_nowait(None)

    def _work(self, run: EngineRun, begin: Callable[[], None], emit: Callable[[str], None]) -> None:
        if run.stop.is_set():
            return
        begin()
        if (runner := self._loaded(run.stop.is_set)) is None:
            return
        with closing(runner.answer(run.order, run.told, run.stop)) as pieces:
            for piece in pieces:
                emit(piece)

    def _load_ahead(self) -> None:
        with suppress(LocalInferenceError):
            self._loaded(lambda: self._closed or self._is_given_up)
        self._is_ahead = False

    @property
    def _is_given_up(self) -> bool:
        """Whether answers were wanted, and none is any more."""
        runs = tuple(self._runs)
        return bool(runs) and all(run.stop.is_set() for run in runs)

    def _loaded(self, is_unwanted: Callable[[], bool]) -> "Runner | None":
        """A runner with the model; None when it was given up."""
        from hroute.engines.llama.runner.process import Runner
        from hroute.engines.llama.runner.to_load import ToLoad

        if self._runner is not None and self._runner.is_usable:
            return self._runner
        self._unload()
        self._runner = runner = Runner()  # it imports what it needs meanwhile
        own = self._settings
        try:
            path = models.locate(own.model, self._data_dir)
            gguf.read(path)  # says more about a bad file than llama.cpp does
            self._make_room(self)
            wanted = ToLoad(path.absolute(), own.context_tokens, own.threads, self._prefixes)
            return runner if runner.load(wanted, is_unwanted) else None
        finally:
            if not runner.is_ready:
                self._unload()

    def _unload(self) -> None:
        if self._runner is not None:
            self._runner.end()
            self._runner = None


class LlamaGeneration:
    """One running answer of a LlamaEngine."""

    sent_bytes = 0

    def __init__(self, engine: LlamaEngine, run: EngineRun, settings: LocalModel) -> None:
        self._engine, self._run, self._settings = engine, run, settings
        self._done: asyncio.Future[None] | None = None
        self._ended_s: float | None = None

    @property
    def finish(self) -> Finish | None:
        return self._run.told.finish

    @property
    def usage(self) -> Usage:
        told = self._run.told
        return Usage(told.input_tokens, told.output_tokens, told.cached_tokens)

    @property
    def answer_signals(self) -> "AnswerSignals | None":
        """Of what has been written so far."""
        from hroute.core.confidence.agreement import agreement
        from hroute.core.confidence.signals import signals_of
        from hroute.core.thoughts import split

        told = self._run.told
        scored = tuple(told.scored)
        answer, _ = split("".join(token.text for token in scored))
        samples = [split(told.opening + sample)[0] for sample in told.sampled]
        shared = agreement(answer, samples)
        return signals_of(scored, self._run.order.messages[-1].text, shared)

    @property
    def waited_ms(self) -> float:
        """For other answers of the same model; loading it is no waiting."""
        run = self._run
        if run.queued_s is None:
            return 0.0
        return ((run.begun_s or self._ended_s or perf_counter()) - run.queued_s) * 1000

    async def __aiter__(self) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        pieces: _Pieces = asyncio.Queue()
        begun = asyncio.Event()
        try:
            self._done = await self._engine.submit(self._run, pieces, begun)
            await self._turn_to_come(begun)
            deadline = loop.time() + self._settings.timeout_s
            while (piece := await self._next(pieces, deadline)) is not None:
                if piece:
                    yield piece
            await self._done
        finally:
            self._run.stop.set()
            self._ended_s = perf_counter()

    async def _turn_to_come(self, begun: asyncio.Event) -> None:
        limit_s = self._settings.wait_s
        try:
            # Not wait_for: in Python 3.11 it loses a Ctrl-C that comes when what it waits for is there.
            async with asyncio.timeout(limit_s):
                await begun.wait()
        except TimeoutError as exc:
            what = f"{self._settings.model} was busy with other answers for {limit_s:g} s"
            raise LocalInferenceError(
                Failure.BUSY, what, "raise local.chat.wait_s, or ask less at once"
            ) from exc

    async def _next(self, pieces: _Pieces, deadline: float) -> str | None:
        left_s = deadline - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(left_s, self._settings.stall_s)):
                return await pieces.get()
        except TimeoutError as exc:
            if self._run.told.finish is not None:
                self._run.stop.set()  # the answer is complete: only its samples are late, and end now
                return await pieces.get()
            raise self._late(stalled=self._settings.stall_s < left_s) from exc

    def _late(self, *, stalled: bool) -> LocalInferenceError:
        own = self._settings
        if stalled:
            what = f"{own.model} gave no token for {own.stall_s:g} s"
            hint = "raise local.chat.stall_s, or use a smaller model"
            return LocalInferenceError(Failure.STALL, what, hint)
        what = f"{own.model} was not done after {own.timeout_s:g} s"
        hint = "lower local.chat.max_tokens, raise local.chat.timeout_s, or use a smaller model"
        return LocalInferenceError(Failure.TIMEOUT, what, hint)

    async def aclose(self) -> None:
        self._run.stop.set()
        if self._done is not None:
            await asyncio.wait({self._done}, timeout=_LAST_WAIT_S)


async def _in_background(work: Callable[[], object]) -> None:
    """Runs work that cannot be interrupted in a thread that the end of the program does not wait for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[LocalInferenceError | None] = loop.create_future()

    def settle(error: LocalInferenceError | None) -> None:
        if not done.done():
            done.set_result(error)

    def run() -> None:
        error = None
        try:
            work()
        except LocalInferenceError as exc:
            error = exc
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=run, daemon=True).start()
    if (error := await done) is not None:
        raise error
