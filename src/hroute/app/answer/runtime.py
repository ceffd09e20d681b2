"""What a turn needs from the world. Each part is made, and its modules imported, when it is first used."""

import os
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

from hroute.config.files import load
from hroute.config.paths import Paths
from hroute.core.ability import Ability
from hroute.core.settings import Cloud, LocalModel, Settings
from hroute.core.types import Route, Slot

if TYPE_CHECKING:
    from hroute.core.confidence.protocol import Calibrator
    from hroute.core.learning.calibration import Calibration
    from hroute.core.pricing import Price
    from hroute.core.scout.protocol import Scout
    from hroute.engines.base import Engine
    from hroute.engines.llama.capacity import Capacity
    from hroute.store.log import Log


class Runtime(Protocol):
    """The parts that app/ works with. UserRuntime has the real ones; tests bring scripted engines."""

    @property
    def settings(self) -> Settings: ...
    @property
    def scout(self) -> "Scout": ...
    def capacity(self, slot: Slot) -> "Capacity": ...  # of the slot's local model
    def local(self, slot: Slot) -> "Engine": ...
    def running(self) -> "tuple[Engine, ...]": ...  # the local engines that were used, to be closed
    def use(self, model: str) -> None: ...  # for local chat, from now on
    def stand_in(self, slot: Slot) -> str: ...  # why another model serves this slot; empty: its own does
    def calibrator(self, slot: Slot) -> "Calibrator | None": ...  # of the slot's local model; None: unknown
    def ability(self, slot: Slot) -> Ability: ...  # of the slot's local model
    @property
    def cloud_ability(self) -> Ability: ...  # of the cloud that is asked first, or of the reference cloud
    @property
    def calibration(self) -> "Calibration | None": ...  # of both routes' chances, to the user's verdicts
    @property
    def clouds(self) -> "tuple[Engine, ...]": ...
    @property
    def log(self) -> "Log": ...
    def price(self, cloud: Cloud) -> "Price | None": ...


class UserRuntime:
    """The settings, models, endpoints and log of the user who runs this process."""

    def __init__(
        self, overrides: Sequence[str] = (), free_bytes: Callable[[], int | None] | None = None
    ) -> None:
        """Raises ConfigError for settings that are wrong. `free_bytes`: memory that is free, None unknown."""
        self._free_bytes = free_bytes
        self._paths = Paths.find(os.environ)
        self.settings = load(self._paths, os.environ, overrides)
        self._capacities: dict[LocalModel, Capacity] = {}
        self._engines: dict[LocalModel, Engine] = {}
        self._calibrators: dict[LocalModel, Calibrator | None] = {}
        self._abilities: dict[LocalModel, Ability] = {}

    @cached_property
    def scout(self) -> "Scout":
        from hroute.app.own_files import builtin_scout

        builtin, wanted = builtin_scout(), self.settings.scout
        if wanted.kind == "builtin":
            return builtin
        from hroute.app.answer.budgeted_scout import BudgetedScout

        if wanted.kind == "encoder":
            from hroute.engines.scout.encoder.scout import EncoderScout

            return BudgetedScout(EncoderScout(self._paths.data_dir), builtin, wanted.budget_ms)
        from hroute.engines.scout.gguf import GgufScout

        return BudgetedScout(GgufScout(wanted.model, self._paths.data_dir), builtin, wanted.budget_ms)

    def load_scout_ahead(self) -> None:
        """Begins to load an encoder, half a second's work, beside whatever comes before the first reading."""
        from hroute.app.answer.budgeted_scout import BudgetedScout

        if self.settings.scout.kind == "encoder" and isinstance(self.scout, BudgetedScout):
            self.scout.load_ahead()

    def load_local_ahead(self, slot: Slot, forced: Route | None) -> None:
        """Begins to load the local model beside the encoder, where no other one can be asked first.

        Any other scout has read the prompt before a thread has started.
        """
        if self.settings.scout.kind != "encoder" or forced is Route.CLOUD:
            return
        is_sure = not self.settings.cloud or self.settings.privacy.local_only or self.settings.offline
        if not (is_sure or forced is Route.LOCAL):
            return
        from hroute.engines.llama.engine import LlamaEngine

        engine = self.local(slot)
        if isinstance(engine, LlamaEngine):
            engine.load_ahead()

    def capacity(self, slot: Slot) -> "Capacity":
        from hroute.engines.llama.capacity import capacity_of

        model = self._model(slot)
        if model not in self._capacities:
            self._capacities[model] = capacity_of(model, self._paths.data_dir)
        return self._capacities[model]

    def local(self, slot: Slot) -> "Engine":
        """One engine per model, so that two slots with one model share what is loaded."""
        model = self._model(slot)
        if model not in self._engines:
            self._make_room(model)
            self._engines[model] = self._local_engine(model, self.capacity(slot))
        return self._engines[model]

    def running(self) -> "tuple[Engine, ...]":
        return tuple(self._engines.values())

    def use(self, model: str) -> None:
        """Serves local chat by this model from now on; the one before gives its memory back.

        Named as local.chat.model is. Raises LocalInferenceError for a file that is no model or not here.
        """
        from hroute.engines.models import gguf
        from hroute.engines.models import locate as models

        local = self.settings.local
        wanted = local.chat.model_copy(update={"model": model})
        if wanted.base_url is None and not models.needs_download(model, self._paths.data_dir):
            gguf.read(models.locate(model, self._paths.data_dir))
        if local.chat in self._engines:
            self._engines[local.chat].release()
        self.settings = self.settings.model_copy(update={"local": local.model_copy(update={"chat": wanted})})

    def stand_in(self, slot: Slot) -> str:
        tools = self.settings.local.tools
        if slot is Slot.CHAT or self._model(slot) is tools:
            return ""
        missing = f"{tools.model} is missing" if tools.is_own else "local.tools.model is not set"
        return f"the chat model serves tools: {missing} (a q8 model drops fewer brackets)"

    @cached_property
    def calibration(self) -> "Calibration | None":
        from hroute.config.measured.installed_calibration import usable_calibration

        return usable_calibration(self._paths.data_dir)

    def calibrator(self, slot: Slot) -> "Calibrator | None":
        from hroute.app.learn.calibrations import judge_of

        model = self._model(slot)
        if model not in self._calibrators:
            self._calibrators[model] = judge_of(model, self._paths.data_dir)
        return self._calibrators[model]

    def ability(self, slot: Slot) -> Ability:
        from hroute.app.learn.abilities import local_ability

        model = self._model(slot)
        if model not in self._abilities:
            self._abilities[model] = local_ability(model, self._paths.data_dir)
        return self._abilities[model]

    @cached_property
    def cloud_ability(self) -> Ability:
        from hroute.app.learn.abilities import cloud_ability

        return cloud_ability(self.settings.cloud)

    def _model(self, slot: Slot) -> LocalModel:
        tools = self.settings.local.tools
        if slot is Slot.CHAT or not tools.is_own:
            return self.settings.local.chat
        from hroute.engines.models.locate import is_there

        return tools if is_there(tools, self._paths.data_dir) else self.settings.local.chat

    def _make_room(self, model: LocalModel) -> None:
        """Unloads the other slots' models where memory would not hold one more beside them."""
        if not self._engines or model.base_url is not None:
            return
        from hroute.engines.llama.worker import free_memory_bytes
        from hroute.engines.models.locate import size_bytes

        free = (self._free_bytes or free_memory_bytes)()
        if free is not None and size_bytes(model.model, self._paths.data_dir) > free:
            for engine in self._engines.values():
                engine.release()

    def _local_engine(self, model: LocalModel, capacity: "Capacity") -> "Engine":
        if model.base_url is None:
            from hroute.engines.llama.engine import LlamaEngine

            # A stored preamble says in a form what the prompt said: kept only where the log keeps prompts.
            keep = self.settings.log.prompts == "full"
            prefixes = self._paths.cache_dir / "prefixes" if keep else None
            return LlamaEngine(model, self._paths.data_dir, capacity, prefixes)
        from hroute.engines.server.engine import ServerEngine
        from hroute.engines.server.spec import ServerSpec

        return ServerEngine(ServerSpec.of_local(model), _key(model), capacity.counter)

    @cached_property
    def clouds(self) -> "tuple[Engine, ...]":
        return tuple(map(_cloud_engine, self.settings.cloud))

    @cached_property
    def log(self) -> "Log":
        from hroute.store.log import Log

        return Log(self._paths.log_file, self.settings.log.prompts)

    def price(self, cloud: Cloud) -> "Price | None":
        from hroute.engines.prices import price_of

        return price_of(cloud, self._paths.cache_dir)


def _cloud_engine(cloud: Cloud) -> "Engine":
    from hroute.engines.server.engine import ServerEngine
    from hroute.engines.server.spec import ServerSpec
    from hroute.engines.tokens.counters import TiktokenCounter

    return ServerEngine(ServerSpec.of_cloud(cloud), _key(cloud), TiktokenCounter(cloud.model))


def _key(entry: Cloud | LocalModel) -> Callable[[], str | None]:
    """The key of an endpoint, fetched when it is first needed and then kept in memory."""

    @cache
    def fetch() -> str | None:
        from hroute.config.keys import resolve_key

        secret = resolve_key(entry, os.environ)
        return secret.get_secret_value() if secret else None

    return fetch
