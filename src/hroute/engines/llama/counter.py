"""Counts tokens as llama.cpp would read them, from a model file whose weights are not loaded."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hroute.core.decision.signals import TokenCount
from hroute.core.errors import LocalInferenceError
from hroute.core.routing.context import bound
from hroute.core.turn.message import Message
from hroute.engines.models import gguf
from hroute.engines.models import locate as models

if TYPE_CHECKING:
    from hroute.engines.llama.runner.process import Runner

# llama.cpp runs these without normalising text and with byte fallback, as `bound` demands.
_PROVABLE = {"gpt2", "llama"}
# Characters a token: reading the vocabulary for its longest token pays only for texts longer than this.
_LONG = 32


class LlamaCounter:
    """Counts what the engine would read: its vocabulary, its chat template, no weights."""

    def __init__(self, model: str, data_dir: Path, template_limit_s: float = 5.0) -> None:
        """`template_limit_s`: how long the model's chat template may take."""
        self._model, self._data_dir, self._template_limit_s = model, data_dir, template_limit_s
        self._lock = Lock()
        self._runner: Runner | None = None
        self._hangs: LocalInferenceError | None = None

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        try:
            path = models.locate(self._model, self._data_dir)
            return _by_size(path, messages, limit) or self._by_tokenizer(path, messages, limit)
        except LocalInferenceError:
            # The engine will say what is wrong with the model; routing only needs an idea of the size.
            from hroute.engines.tokens.counters import EstimateCounter

            return EstimateCounter().count(messages, limit)

    def _by_tokenizer(self, path: Path, messages: Sequence[Message], limit: int) -> TokenCount:
        """In a process of its own: a chat template may run for ever, and then is not asked again."""
        with self._lock:
            if self._hangs is not None:
                raise self._hangs
            try:
                return self._counting(path).count(messages, limit)
            except LocalInferenceError as error:
                self._hangs = error if error.is_timeout else None
                raise

    def _counting(self, path: Path) -> "Runner":
        from hroute.engines.llama.runner.process import Runner
        from hroute.engines.llama.runner.to_load import ToLoad

        if self._runner is None or not self._runner.is_usable:
            self._runner = Runner(self._template_limit_s)
            self._runner.load(ToLoad(path.absolute(), only_counts=True), lambda: False)
        return self._runner


def _by_size(path: Path, messages: Sequence[Message], limit: int) -> TokenCount | None:
    if gguf.read(path).tokenizer not in _PROVABLE:
        return None
    found = bound(messages, limit)
    if found is None and sum(len(m.text) for m in messages) > _LONG * limit:
        found = bound(messages, limit, gguf.longest_token_bytes(path))
    return found
