"""Counts tokens as llama.cpp would read them, from a model file whose weights are not loaded."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hroute.core.decision.signals import TokenCount
from hroute.core.errors import LocalInferenceError
from hroute.core.routing.context import bound
from hroute.core.turn.message import Message
from hroute.engines.models import gguf
from hroute.engines.models import locate as models
from hroute.engines.tokens.counting import count_segments

if TYPE_CHECKING:
    from hroute.engines.llama.native import Model
    from hroute.engines.llama.prompt import PromptFormat

# llama.cpp runs these without normalising text and with byte fallback, as `bound` demands.
_PROVABLE = {"gpt2", "llama"}
# Characters a token: reading the vocabulary for its longest token pays only for texts longer than this.
_LONG = 32


class LlamaCounter:
    """Counts what the in-process engine would read: its vocabulary, its chat template, no weights."""

    def __init__(self, model: str, data_dir: Path) -> None:
        self._model, self._data_dir = model, data_dir
        self._lock = Lock()
        self._loaded: tuple[Model, PromptFormat] | None = None

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        try:
            path = models.locate(self._model, self._data_dir)
            return _by_size(path, messages, limit) or self._by_tokenizer(path, messages, limit)
        except LocalInferenceError:
            # The engine will say what is wrong with the model; routing only needs an idea of the size.
            from hroute.engines.tokens.counters import EstimateCounter

            return EstimateCounter().count(messages, limit)

    def _by_tokenizer(self, path: Path, messages: Sequence[Message], limit: int) -> TokenCount:
        with self._lock:
            prompt = self._format(path)
        begin = len(prompt.begin)
        found = count_segments(
            prompt.segments(messages), lambda segment: len(prompt.tokenize(segment)), limit - begin
        )
        return replace(found, tokens=found.tokens + begin)

    def _format(self, path: Path) -> "PromptFormat":
        from hroute.engines.llama.native import Model
        from hroute.engines.llama.prompt import PromptFormat

        if self._loaded is None:
            model = Model(path, vocab_only=True)
            self._loaded = model, PromptFormat(model.vocab)
        return self._loaded[1]


def _by_size(path: Path, messages: Sequence[Message], limit: int) -> TokenCount | None:
    if gguf.read(path).tokenizer not in _PROVABLE:
        return None
    found = bound(messages, limit)
    if found is None and sum(len(m.text) for m in messages) > _LONG * limit:
        found = bound(messages, limit, gguf.longest_token_bytes(path))
    return found
