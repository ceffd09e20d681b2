"""The engine that runs a GGUF model inside this process, through llama.cpp."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
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
from hroute.engines.models import gguf
from hroute.engines.models import locate as models

if TYPE_CHECKING:
    from hroute.core.confidence.signals import AnswerSignals

    # ctypes and the rest take 15 ms: only a generation pays for them, not `explain`.
    from hroute.engines.llama.native import StopFlag
    from hroute.engines.llama.worker import LoadedModel, Run

_LAST_WAIT_S = 5.0  # for a worker that does not stop: after that it is left behind

_Pieces = asyncio.Queue[str | None]


class LlamaEngine:
    """One local model. It loads on first use and answers one request at a time, in its own thread."""

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
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="hroute-llama")
        self._loaded: LoadedModel | None = None  # only the worker thread touches it
        self._runs: set[Run] = set()
        self._closed = False
        self._ahead: StopFlag | None = None  # stops a load that nobody has asked for yet

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
        import hroute.engines.llama.worker  # noqa: F401  it brings ctypes and the rest

    def start(self, request: Request) -> "LlamaGeneration":
        from hroute.engines.llama.native import Recipe
        from hroute.engines.llama.worker import Run

        own, asked = self._settings, request.sampling
        recipe = Recipe(
            max_tokens=own.max_tokens if asked.max_tokens is None else asked.max_tokens,
            temperature=own.temperature if asked.temperature is None else asked.temperature,
            top_p=own.top_p if asked.top_p is None else asked.top_p,
            repeat_penalty=own.repeat_penalty,
            seed=asked.seed,
        )
        messages = rendered(request.messages, request.expected, self.takes).messages
        run = Run(
            messages,
            recipe,
            expected=request.expected,
            samples=own.samples,
            conversation=request.messages,
        )
        return LlamaGeneration(self, run, own)

    @property
    def is_loaded(self) -> bool:
        return self._loaded is not None

    def load_ahead(self) -> None:
        """Begins to load a model whose file is here; what goes wrong is told by the first answer."""
        from hroute.engines.llama.native import StopFlag

        if self._closed or self._ahead or models.needs_download(self._settings.model, self._data_dir):
            return
        self._ahead = StopFlag()
        self._worker.submit(self._load_ahead, self._ahead)

    def release(self) -> bool:
        """Unloads the model, unless it answers or is about to; then it is left alone."""
        if self._closed or self._runs:
            return self._closed
        unloading = self._worker.submit(self._unload)
        return unloading in wait({unloading}, timeout=_LAST_WAIT_S).done

    async def close(self) -> None:
        """Stops what is running and frees the model; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for run in self._runs:
            run.stop.set()
        if self._ahead is not None:
            self._ahead.set()
        unloading = asyncio.get_running_loop().run_in_executor(self._worker, self._unload)
        await asyncio.wait({unloading}, timeout=_LAST_WAIT_S)
        self._worker.shutdown(wait=False)

    async def submit(self, run: "Run", pieces: _Pieces, begun: asyncio.Event) -> "asyncio.Future[None]":
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
        self, run: "Run", pieces: _Pieces, begun: asyncio.Event, done: "asyncio.Future[None]"
    ) -> None:
        self._runs.discard(run)
        if not done.cancelled():
            done.exception()  # asyncio complains about a failure that nobody waited for
        begun.set()
        pieces.put_nowait(None)

    def _work(self, run: "Run", begin: Callable[[], None], emit: Callable[[str], None]) -> None:
        if run.stop.is_set:
            return
        begin()
        if self._loaded is None:
            self._loaded = self._load(run.stop)
        if self._loaded is not None:
            with closing(self._loaded.answer(run)) as answer:
                for piece in answer:
                    emit(piece)

    def _load_ahead(self, stop: "StopFlag") -> None:
        if self._loaded is None:
            with suppress(LocalInferenceError):
                self._loaded = self._load(stop)

    def _load(self, stop: "StopFlag") -> "LoadedModel | None":
        from hroute.engines.llama.prefix_store import PrefixStore
        from hroute.engines.llama.worker import LoadedModel, default_threads

        path = models.locate(self._settings.model, self._data_dir)
        gguf.read(path)  # says more about a bad file than llama.cpp does
        self._make_room(self)
        threads = self._settings.threads or default_threads()
        store = PrefixStore(self._prefixes) if self._prefixes else None
        try:
            return LoadedModel(path, self._settings.context_tokens, threads, stop, store)
        except LocalInferenceError:
            if stop.is_set:
                return None
            raise

    def _unload(self) -> None:
        if self._loaded is not None:
            self._loaded.close()
            self._loaded = None


class LlamaGeneration:
    """One running answer of a LlamaEngine."""

    sent_bytes = 0

    def __init__(self, engine: LlamaEngine, run: "Run", settings: LocalModel) -> None:
        self._engine, self._run, self._settings = engine, run, settings
        self._done: asyncio.Future[None] | None = None
        self._ended_s: float | None = None

    @property
    def finish(self) -> Finish | None:
        return self._run.finish

    @property
    def usage(self) -> Usage:
        run = self._run
        return Usage(run.input_tokens, run.output_tokens, run.cached_tokens)

    @property
    def answer_signals(self) -> "AnswerSignals | None":
        """Of what has been written so far."""
        from hroute.core.confidence.agreement import agreement
        from hroute.core.confidence.signals import signals_of
        from hroute.core.thoughts import split

        run = self._run
        scored = tuple(run.scored)
        answer, _ = split("".join(token.text for token in scored))
        samples = [split(run.opening + sample)[0] for sample in run.sampled]
        shared = agreement(answer, samples)
        return signals_of(scored, run.messages[-1].text, shared)

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
            if self._run.finish is not None:
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
