"""Which local model serves a slot, with all that is known of it; models share the memory that there is."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hroute.core.abilities.ability import Ability
from hroute.core.decision.decision import Slot
from hroute.core.once import once
from hroute.core.routing.reasons import SlotReplaced
from hroute.core.settings import Local, LocalModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from hroute.core.confidence.protocol import ConfidencePredictor
    from hroute.engines.base import Engine
    from hroute.engines.llama.capacity import Capacity


class ModelParts:
    """Of one local model; slots with one model share them, and so what is loaded."""

    def __init__(
        self,
        model: LocalModel,
        data_dir: Path,
        make_engine: "Callable[[LocalModel, Capacity], Engine]",
    ) -> None:
        self.model, self._data_dir, self._make_engine = model, data_dir, make_engine

    @once
    def capacity(self) -> "Capacity":
        from hroute.engines.llama.capacity import capacity_of

        return capacity_of(self.model, self._data_dir)

    @once
    def engine(self) -> "Engine":
        return self._make_engine(self.model, self.capacity)

    @once
    def calibrator(self) -> "ConfidencePredictor | None":
        from hroute.app.learn.calibrations import judge_of

        return judge_of(self.model, self._data_dir)

    @once
    def ability(self) -> Ability:
        from hroute.app.learn.abilities import local_ability

        return local_ability(self.model, self._data_dir)


@dataclass(frozen=True, slots=True)
class LocalSlot:
    """`replaced`: why another model serves this slot; None: its own does."""

    parts: ModelParts
    replaced: SlotReplaced | None = None

    @property
    def name(self) -> str:
        """As settings and turns name its model, from whatever folder."""
        return self.parts.model.model

    @property
    def engine(self) -> "Engine":
        return self.parts.engine

    @property
    def capacity(self) -> "Capacity":
        return self.parts.capacity

    @property
    def calibrator(self) -> "ConfidencePredictor | None":
        """None: nobody has calibrated this model."""
        return self.parts.calibrator

    @property
    def ability(self) -> Ability:
        return self.parts.ability


class LocalModels:
    """Those of the settings and those that turns name, for any thread; each is made once."""

    def __init__(
        self,
        local: Local,
        data_dir: Path,
        make_engine: "Callable[[LocalModel, Capacity, Callable[[Engine], None]], Engine]",
        free_bytes: "Callable[[], int | None] | None" = None,
    ) -> None:
        """The last thing that `make_engine` gets is to be called with its engine before that loads.

        `free_bytes`: memory that is free, None unknown.
        """
        self._local, self._data_dir = local, data_dir
        self._make_engine, self._free_bytes = make_engine, free_bytes
        self._lock = Lock()
        self._models: dict[LocalModel, ModelParts] = {}
        self._slots: dict[tuple[Slot, LocalModel], LocalSlot] = {}
        self._engines: list[Engine] = []  # those that were loaded last come last

    def slot(self, slot: Slot, named: str | None) -> LocalSlot:
        """`named` stands in for local.chat.model: tools stay with a model of their own.

        Raises LocalInferenceError for a name of no model that is here.
        """
        model = self._model(slot, named)
        with self._lock:
            if model not in self._models:
                self._models[model] = ModelParts(model, self._data_dir, self._engine)
            if (slot, model) not in self._slots:
                self._slots[slot, model] = LocalSlot(self._models[model], self._why_replaced(slot, model))
            return self._slots[slot, model]

    def running(self) -> "tuple[Engine, ...]":
        """The engines that were used."""
        with self._lock:
            return tuple(self._engines)

    def _why_replaced(self, slot: Slot, model: LocalModel) -> SlotReplaced | None:
        tools = self._local.tools
        if slot is Slot.CHAT or model is tools:
            return None
        return SlotReplaced(tools.model if tools.is_own else None)

    def _model(self, slot: Slot, named: str | None) -> LocalModel:
        tools = self._local.tools
        if slot is Slot.CHAT or not tools.is_own:
            return self._chat_model(named)
        from hroute.engines.models.locate import is_there

        return tools if is_there(tools, self._data_dir) else self._chat_model(named)

    def _chat_model(self, named: str | None) -> LocalModel:
        chat = self._local.chat
        if named is None or named == chat.model:
            return chat
        # What the settings say of how able their model is, they do not say of this one.
        other = chat.model_copy(update={"model": named, "ability": None})
        return other if chat.base_url is not None else self._file(other)

    def _file(self, other: LocalModel) -> LocalModel:
        from hroute.engines.models import gguf
        from hroute.engines.models import locate as models

        name = models.whole_name(other.model)
        if name == models.whole_name(self._local.chat.model):
            return self._local.chat
        found = other.model_copy(update={"model": name})
        if found not in self._models and not models.needs_download(name, self._data_dir):
            gguf.read(models.locate(name, self._data_dir))
        return found

    def _engine(self, model: LocalModel, capacity: "Capacity") -> "Engine":
        engine = self._make_engine(model, capacity, partial(self._make_room, model))
        with self._lock:
            self._engines.append(engine)
        return engine

    def _make_room(self, model: LocalModel, loading: "Engine") -> None:
        """Unloads models of idle engines, the longest loaded first, where memory would not hold one more."""
        with self._lock:
            others = [engine for engine in self._engines if engine is not loading]
            self._engines = [*others, loading]
        others = [engine for engine in others if engine.endpoint is None and engine.is_loaded]
        if not others:
            return
        from hroute.engines.llama.machine import free_memory_bytes
        from hroute.engines.models.locate import size_bytes

        wanted, free_bytes = size_bytes(model.model, self._data_dir), self._free_bytes or free_memory_bytes
        for engine in others:
            free = free_bytes()
            if free is None or free >= wanted:
                return
            engine.release()
