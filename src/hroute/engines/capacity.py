"""How much the local model takes in, known without loading its weights or its engine."""

from dataclasses import dataclass
from pathlib import Path

from hroute.core.errors import LocalInferenceError
from hroute.core.settings import LocalModel
from hroute.engines import gguf, models
from hroute.engines.base import TokenCounter
from hroute.engines.tokens import EstimateCounter, LlamaCounter


@dataclass(frozen=True, slots=True)
class Capacity:
    context_tokens: int | None  # prompt and answer together; None: unknown
    counter: TokenCounter


def capacity_of(model: LocalModel, data_dir: Path) -> Capacity:
    """The smaller of what the settings and the model file allow; of a server only the settings know."""
    if model.base_url is not None:
        return Capacity(model.context_tokens, EstimateCounter())
    return Capacity(_context_tokens(model, data_dir), LlamaCounter(model.model, data_dir))


def _context_tokens(model: LocalModel, data_dir: Path) -> int | None:
    asked = model.context_tokens
    try:
        trained = gguf.read(models.locate(model.model, data_dir)).context_length
    except LocalInferenceError:
        return asked  # an answer will say what is wrong with the file; routing can do without
    return min(asked, trained) if asked and trained else asked or trained
