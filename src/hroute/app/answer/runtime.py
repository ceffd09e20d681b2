"""What a turn needs from the world. Each part is made, and its modules imported, when it is first used."""

from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from hroute.app.answer.local_models import LocalModels, LocalSlot
from hroute.core.decision.decision import Route, Slot
from hroute.core.errors import LocalInferenceError
from hroute.core.once import once
from hroute.core.routing.reasons import SlotReplaced
from hroute.core.settings import Cloud, LocalModel, Settings

if TYPE_CHECKING:
    from hroute.config.configuration import Configuration
    from hroute.config.paths import Paths
    from hroute.core.abilities.ability import Ability
    from hroute.core.confidence.protocol import ConfidencePredictor
    from hroute.core.learning.calibration import Calibration
    from hroute.core.pricing import Price
    from hroute.core.scout.protocol import Scout
    from hroute.engines.base import Engine
    from hroute.engines.llama.capacity import Capacity
    from hroute.store.log import Log
    from hroute.store.refusals import RememberedRefusals


class Served(Protocol):
    """What serves a slot, see LocalSlot; tests bring a scripted one."""

    @property
    def engine(self) -> "Engine": ...
    @property
    def capacity(self) -> "Capacity": ...
    @property
    def calibrator(self) -> "ConfidencePredictor | None": ...
    @property
    def ability(self) -> "Ability": ...
    @property
    def replaced(self) -> SlotReplaced | None: ...
    @property
    def name(self) -> str: ...


class Runtime(Protocol):
    """The parts that app/ works with, for any thread. UserRuntime has the real ones."""

    @property
    def settings(self) -> Settings: ...
    @property
    def has_proxy(self) -> bool: ...  # requests to clouds leave through one
    @property
    def scout(self) -> "Scout": ...
    def slot(self, slot: Slot, local_model: str | None = None) -> Served:
        """`local_model`: what a turn names in place of local.chat.model, see Options.

        Raises LocalInferenceError for a file that is no model or not here.
        """

    def running(self) -> "tuple[Engine, ...]": ...  # the local engines that were used, to be closed
    @property
    def cloud_ability(self) -> "Ability": ...  # of the cloud that is asked first, or of the reference cloud
    @property
    def calibration(self) -> "Calibration | None": ...  # of both routes' chances, to the user's verdicts
    @property
    def clouds(self) -> "tuple[Engine, ...]": ...
    @property
    def log(self) -> "Log": ...
    def price(self, cloud: Cloud) -> "Price | None": ...


class UserRuntime:
    """The settings, models, endpoints and log of one user, for any thread; engines belong to one event loop.

    `async with` closes all of it in the end; `with` is for what starts no engine.
    """

    def __init__(
        self,
        configuration: "Configuration",
        free_bytes: Callable[[], int | None] | None = None,
        log: "Log | None" = None,
    ) -> None:
        """`free_bytes`: memory that is free, None unknown. `log`: in place of the file that is configured."""
        self._log = log
        self._configuration = configuration
        self.settings = configuration.settings
        self._local = LocalModels(self.settings.local, self.paths.data_dir, self._local_engine, free_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.log.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops whatever still runs, frees the models and closes the log; safe to call twice."""
        import asyncio

        for engine in (*self.running(), *self.clouds):
            await engine.close()
        await asyncio.to_thread(self.log.close)

    @property
    def paths(self) -> "Paths":
        return self._configuration.paths

    @property
    def has_proxy(self) -> bool:
        return self._configuration.has_proxy

    @once
    def scout(self) -> "Scout":
        from hroute.app.own_files import builtin_scout

        builtin, wanted = builtin_scout(), self.settings.scout
        if wanted.kind == "builtin":
            return builtin
        from hroute.app.answer.budgeted_scout import BudgetedScout

        if wanted.kind == "encoder":
            from hroute.engines.scout.encoder.scout import EncoderScout

            return BudgetedScout(EncoderScout(self.paths.data_dir), builtin, wanted.budget_ms)
        from hroute.engines.scout.gguf import GgufScout

        return BudgetedScout(GgufScout(wanted.model, self.paths.data_dir), builtin, wanted.budget_ms)

    def load_scout_ahead(self) -> None:
        """Begins to load an encoder, half a second's work, beside whatever comes before the first reading."""
        from hroute.app.answer.budgeted_scout import BudgetedScout

        if self.settings.scout.kind == "encoder" and isinstance(self.scout, BudgetedScout):
            self.scout.load_ahead()

    def load_local_ahead(self, slot: Slot, forced: Route | None, local_model: str | None = None) -> None:
        """Begins to load a turn's local model beside all else, where no other one can be asked first."""
        if forced is Route.CLOUD:
            return
        is_sure = not self.settings.cloud or self.settings.privacy.local_only or self.settings.offline
        if not (is_sure or forced is Route.LOCAL):
            return
        from hroute.engines.llama.engine import LlamaEngine

        try:
            engine = self.slot(slot, local_model).engine
        except LocalInferenceError:
            return  # the turn says what is wrong
        if isinstance(engine, LlamaEngine):
            engine.load_ahead()

    def slot(self, slot: Slot, local_model: str | None = None) -> LocalSlot:
        return self._local.slot(slot, local_model)

    def running(self) -> "tuple[Engine, ...]":
        return self._local.running()

    @once
    def calibration(self) -> "Calibration | None":
        from hroute.config.measured.installed_calibration import usable_calibration

        return usable_calibration(self.paths.data_dir)

    @once
    def cloud_ability(self) -> "Ability":
        from hroute.app.learn.abilities import cloud_ability

        return cloud_ability(self.settings.cloud)

    def _local_engine(
        self, model: LocalModel, capacity: "Capacity", make_room: "Callable[[Engine], None]"
    ) -> "Engine":
        if model.base_url is None:
            from hroute.engines.llama.engine import LlamaEngine

            # A stored preamble says in a form what the prompt said: kept only where the log keeps prompts.
            keep = self.settings.log.prompts == "full"
            prefixes = self.paths.cache_dir / "prefixes" if keep else None
            return LlamaEngine(model, self.paths.data_dir, capacity, prefixes, make_room)
        from hroute.engines.server.engine import ServerEngine
        from hroute.engines.server.spec import ServerSpec

        spec = ServerSpec.of_local(model)
        return ServerEngine(spec, self._key(model), capacity.counter, self._refusals)

    @once
    def clouds(self) -> "tuple[Engine, ...]":
        return tuple(map(self._cloud_engine, self.settings.cloud))

    @once
    def log(self) -> "Log":
        if self._log is not None:
            return self._log
        from hroute.store.log import Log

        return Log(self.paths.log_file, self.settings.log.prompts)

    @once
    def _refusals(self) -> "RememberedRefusals | None":
        """What servers refuse of a request. Where nothing is logged, it is found out each time."""
        if self._log is not None:
            return None
        from hroute.store.refusals import FILE_NAME, RememberedRefusals

        return RememberedRefusals(self.paths.log_file.with_name(FILE_NAME))

    def price(self, cloud: Cloud) -> "Price | None":
        from hroute.engines.prices import price_of

        return price_of(cloud, self.paths.cache_dir)

    def _cloud_engine(self, cloud: Cloud) -> "Engine":
        from hroute.engines.server.engine import ServerEngine
        from hroute.engines.server.spec import ServerSpec
        from hroute.engines.tokens.counters import TiktokenCounter

        spec, counter = ServerSpec.of_cloud(cloud), TiktokenCounter(cloud.model)
        return ServerEngine(spec, self._key(cloud), counter, self._refusals)

    def _key(self, entry: Cloud | LocalModel) -> Callable[[], str | None]:
        """The key of an endpoint, fetched when it is first needed and then kept in memory."""

        @cache
        def fetch() -> str | None:
            from hroute.config.keys import resolve_key

            secret = resolve_key(entry, self._configuration.environment)
            return secret.get_secret_value() if secret else None

        return fetch
