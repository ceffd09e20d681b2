"""How much the local model takes in, known without loading its weights or its engine."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.core.errors import LocalInferenceError
from hroute.core.once import once
from hroute.core.settings import LocalModel
from hroute.engines.models import gguf
from hroute.engines.models import locate as models

if TYPE_CHECKING:
    from collections.abc import Callable

    from hroute.engines.base import TokenCounter


class Capacity:
    """`context_tokens` is for prompt and answer together, None where nobody knows it.

    The counter is made when it is asked for: most prompts are proven to fit by their size alone.
    """

    def __init__(self, context_tokens: int | None, make_counter: "Callable[[], TokenCounter]") -> None:
        self.context_tokens = context_tokens
        self._make_counter = make_counter

    @once
    def counter(self) -> "TokenCounter":
        return self._make_counter()


def capacity_of(model: LocalModel, data_dir: Path) -> Capacity:
    """The smaller of what the settings and the model file allow; of a server only the settings know."""
    if model.base_url is not None:
        return Capacity(model.context_tokens, _estimate)
    return Capacity(_context_tokens(model, data_dir), partial(_exact, model.model, data_dir))


def _estimate() -> "TokenCounter":
    from hroute.engines.tokens.counters import EstimateCounter

    return EstimateCounter()


def _exact(model: str, data_dir: Path) -> "TokenCounter":
    from hroute.engines.llama.counter import LlamaCounter

    return LlamaCounter(model, data_dir)


def _context_tokens(model: LocalModel, data_dir: Path) -> int | None:
    asked = model.context_tokens
    try:
        trained = gguf.read(models.locate(model.model, data_dir)).context_length
    except LocalInferenceError:
        return asked  # an answer will say what is wrong with the file; routing can do without
    return min(asked, trained) if asked and trained else asked or trained
