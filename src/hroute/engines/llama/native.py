"""A thin, typed layer over llama.cpp's C interface: model, vocabulary, context and sampler.

The wrapper's `Llama` class cannot grow a context, be stopped inside a prefill, or keep off AMX.
Objects here belong to one thread, except that tokenizing is safe from any.
"""

import ctypes
import os
import re
import sys
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.thoughts import THOUGHT_MARKS
from hroute.core.tools.families.marks import CALL_MARKS
from hroute.engines.llama.machine import tells_of_no_memory
from hroute.engines.llama.recipe import Recipe

PREFILL_TOKENS = 128  # as fast as 512 here, and stops four times sooner where the abort hook is not obeyed
_CONTROL = 1 << 3 | 1 << 0  # LLAMA_TOKEN_ATTR_CONTROL and _UNKNOWN: read as marks only when asked for
_LOG_ERROR = 4  # GGML_LOG_LEVEL_ERROR; the Python package's own list of levels is out of date
_ABORTED = 2  # llama_decode's result when the abort hook stopped it


class _Library:
    """The loaded module, and the last errors that llama.cpp logged: it explains itself nowhere else."""

    def __init__(self) -> None:
        # libgomp's spinning threads collapse to a hundredth of their speed on a busy machine.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        self._folder, self.c = _bindings()
        self._errors: list[str] = []
        self._callback = self.c.llama_log_callback(self._log)  # kept alive: C calls it
        self.c.llama_log_set(self._callback, ctypes.c_void_p(0))
        self.c.llama_backend_init()
        # llama.cpp of 2026 crashes in its AMX kernels (ldtilecfg, ggml-org/llama.cpp#26954). They come
        # with the "extra" buffer types, which a build without AMX needs for its repacked weights.
        self.repacks = b"AMX_INT8 = 1" not in self.c.llama_print_system_info()

    def _log(self, level: int, text: bytes, _data: object) -> None:
        if level == _LOG_ERROR:
            self._errors.append(text.decode(errors="replace").strip())

    @cached_property
    def build(self) -> str:
        """All of this library that can change the numbers it computes: version, processor, build."""
        package = self._folder / "__init__.py"
        version = re.search(r'__version__ = "(.*)"', package.read_text(encoding="utf-8"))
        system = self.c.llama_print_system_info().decode(errors="replace")
        named = version[1] if version else ""
        return f"{named} {package.stat().st_mtime_ns} {system} repacks={self.repacks}"

    def errors(self) -> str:
        """The first thing that went wrong since the last call; its consequences follow in the log."""
        said = self._errors[0].partition(": ")[2] if self._errors else ""
        self._errors.clear()
        return said.removeprefix("error loading model: ") or "llama.cpp gave no reason"


def _bindings() -> tuple[Path, Any]:
    """The folder of the package, and its module of the C interface without the rest.

    The package itself imports everything that it has, which takes a tenth of a second.
    """
    name = "llama_cpp"
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    folder = spec.submodule_search_locations[0]
    is_new = name not in sys.modules
    if is_new:
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [folder]
    try:
        from llama_cpp import llama_cpp as bindings
    finally:
        if is_new:
            del sys.modules[name]  # who imports it after this gets all of it
    return Path(folder), bindings


_LOADING = Lock()  # C keeps calling the log callback of the first library: there must be no second


def library() -> _Library:
    with _LOADING:
        return _only_library()


@cache
def _only_library() -> _Library:
    return _Library()


class StopFlag:
    """Stops a computation from another thread, also inside a C call."""

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(2)

    def set(self) -> None:
        self._text.value = b"x"

    @property
    def is_set(self) -> bool:
        return bool(self._text.value)

    @cached_property
    def address(self) -> ctypes.c_void_p:
        return ctypes.cast(self._text, ctypes.c_void_p)


@cache
def _abort_hook() -> Any:
    """A C function that is true when a StopFlag is set: strlen, which is 0 or 1 for its two bytes.

    llama.cpp asks once a graph node, 900 times a token: a Python callback would wait for the
    interpreter lock each time.
    """
    c = library().c
    return ctypes.cast(ctypes.CDLL(None if os.name != "nt" else "msvcrt").strlen, c.ggml_abort_callback)


class Vocab:
    """A model's tokenizer. Only `tokenize` may be called from several threads."""

    def __init__(self, model: Any) -> None:
        self._c = library().c
        self._model = model
        self._vocab = self._c.llama_model_get_vocab(model)

    def tokenize(self, text: str, *, marks: bool) -> list[int]:
        """Token ids; with `marks`, control tokens spelt in the text become control tokens."""
        raw = text.encode(errors="replace")
        room = len(raw) + 16
        while True:
            ids = (self._c.llama_token * room)()
            count = self._c.llama_tokenize(self._vocab, raw, len(raw), ids, room, False, marks)
            if count >= 0:
                return list(ids[:count])
            if -count <= room:
                raise LocalInferenceError(Failure.CRASH, "llama.cpp could not tokenize the prompt")
            room = -count  # a tokenizer that normalises text can need more than a token a byte

    def piece(self, token: int) -> bytes:
        """The token's text; nothing for a control token, so that no answer can forge a turn.

        But for the marks of thoughts and calls: without them one could not tell what a text is.
        """
        if (mark := self._marks.get(token)) is not None:
            return mark
        room = 64
        while True:
            text = ctypes.create_string_buffer(room)
            size = self._c.llama_token_to_piece(self._vocab, token, text, room, 0, False)
            if size >= 0:
                return text.raw[:size]
            room = -size

    def ends(self, token: int) -> bool:
        return bool(self._c.llama_vocab_is_eog(self._vocab, token))

    @property
    def size(self) -> int:
        return int(self._c.llama_vocab_n_tokens(self._vocab))

    @cached_property
    def control_texts(self) -> tuple[str, ...]:
        """How the control tokens are spelt."""
        return tuple(self._controls.values())

    @cached_property
    def end_texts(self) -> tuple[str, ...]:
        """How the control tokens are spelt that end an answer."""
        return tuple(text for token, text in self._controls.items() if self.ends(token))

    @cached_property
    def _controls(self) -> dict[int, str]:
        """Takes 15 ms for 50,000 tokens, once."""
        c, vocab = self._c, self._vocab
        attribute = c.llama_vocab_get_attr
        ids = [i for i in range(self.size) if attribute(vocab, i) & _CONTROL]
        return {i: text for i in ids if (text := self._spelling(i))}

    @cached_property
    def _marks(self) -> dict[int, bytes]:
        texts = self._controls.items()
        return {i: text.encode() for i, text in texts if text in CALL_MARKS or text.lower() in THOUGHT_MARKS}

    def with_marks(self, tokens: Sequence[int], marked: str) -> list[int]:
        """The same text with those control tokens in it that are marks and spelt in `marked`."""
        marks = {text.decode(): i for i, text in self._marks.items() if text.decode() in marked}
        try:
            text = b"".join(map(self.piece, tokens)).decode()
        except UnicodeDecodeError:
            return list(tokens)
        if not any(mark in text for mark in marks):
            return list(tokens)
        found: list[int] = []
        for part in re.split(f"({'|'.join(map(re.escape, marks))})", text):
            found += [marks[part]] if part in marks else self.tokenize(part, marks=False)
        return found

    @property
    def bos(self) -> int | None:
        """The mark that begins every prompt of this model; None when it wants none."""
        wanted = self._c.llama_vocab_get_add_bos(self._vocab)
        return int(self._c.llama_vocab_bos(self._vocab)) if wanted else None

    @property
    def bos_text(self) -> str:
        return self._spelling(self._c.llama_vocab_bos(self._vocab))

    @property
    def eos_text(self) -> str:
        return self._spelling(self._c.llama_vocab_eos(self._vocab))

    @property
    def template(self) -> str | None:
        text: bytes | None = self._c.llama_model_chat_template(self._model, None)
        return text.decode(errors="replace") if text else None

    def _spelling(self, token: int) -> str:
        raw = self._c.llama_vocab_get_text(self._vocab, token) if token >= 0 else b""
        return str((raw or b"").decode(errors="replace"))


class Model:
    """A loaded model file, with weights or (`vocab_only`) without."""

    def __init__(self, path: Path, *, vocab_only: bool = False) -> None:
        lib = library()
        self._c = lib.c
        self.path = path
        params = self._c.llama_model_default_params()
        params.vocab_only = vocab_only
        params.use_extra_bufts = lib.repacks
        self.changed_ns = _changed_ns(path)
        lib.errors()
        self.pointer = self._c.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            reason = lib.errors()
            if tells_of_no_memory(reason):
                what = f"{path}: no memory was left for the model ({reason})"
                raise LocalInferenceError(Failure.MEMORY, what, "use a smaller model")
            raise LocalInferenceError(
                Failure.BAD_FILE,
                f"{path} could not be loaded: {reason}",
                "download the model file again, or set local.chat.model to another",
            )
        self.vocab = Vocab(self.pointer)

    @property
    def is_still_its_file(self) -> bool:
        """Whether the file has not been written since it was opened."""
        return self.changed_ns == _changed_ns(self.path) is not None

    @property
    def context_length(self) -> int:
        """What the model was trained for."""
        return int(self._c.llama_model_n_ctx_train(self.pointer))

    @property
    def kv_bytes_per_token(self) -> int:
        """Memory that a token of context takes, as 16-bit keys and values; at most, for models that save."""
        c, model = self._c, self.pointer
        usual: int = c.llama_model_n_embd(model) // max(c.llama_model_n_head(model), 1)
        key, value = (self._meta_int(f"attention.{part}_length") or usual for part in ("key", "value"))
        heads: int = max(c.llama_model_n_head_kv(model), 1)
        layers: int = c.llama_model_n_layer(model)
        return layers * heads * (key + value) * 2

    def _meta_int(self, key: str) -> int | None:
        text = self._meta(f"{self._meta('general.architecture')}.{key}")
        return int(text) if text.isdecimal() else None

    def _meta(self, key: str) -> str:
        text = ctypes.create_string_buffer(128)
        self._c.llama_model_meta_val_str(self.pointer, key.encode(), text, len(text))
        return text.value.decode(errors="replace")

    @property
    def keeps_every_token(self) -> bool:
        """Whether its memory can go back; that of a recurrent model is a state after the last token."""
        c = self._c
        return not (c.llama_model_is_recurrent(self.pointer) or c.llama_model_is_hybrid(self.pointer))

    def close(self) -> None:
        if self.pointer:
            self._c.llama_model_free(self.pointer)
            self.pointer = None


def _changed_ns(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


class Context:
    """A model's working memory: which tokens it has read, as keys and values."""

    def __init__(self, model: Model, tokens: int, threads: int, sequences: int = 1) -> None:
        """Everything is read in the first of the sequences; the others may fork from it."""
        lib = library()
        self._c = lib.c
        self.tokens, self.sequences = tokens, sequences
        params = self._c.llama_context_default_params()
        params.n_ctx = tokens
        params.n_seq_max, params.kv_unified = sequences, True  # what they have in common is there once
        params.n_batch = params.n_ubatch = PREFILL_TOKENS
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = self._c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        # What a state depends on beside model and tokens; threads and the size of the context change nothing.
        kinds = params.n_ubatch, params.flash_attn_type, params.type_k, params.type_v
        self.computed_by = f"{lib.build} {kinds}"
        lib.errors()
        self.pointer = self._c.llama_init_from_model(model.pointer, params)
        if not self.pointer:
            raise LocalInferenceError(
                Failure.MEMORY,
                f"{model.path}: no memory for a context of {tokens} tokens ({lib.errors()})",
                "lower local.chat.context_tokens",
            )
        self._memory = self._c.llama_get_memory(self.pointer)
        self._batch = (self._c.llama_token * PREFILL_TOKENS)()
        if self._memory is None:
            self.close()
            raise LocalInferenceError(
                Failure.BAD_FILE,
                f"{model.path} is not a chat model",
                "set local.chat.model to one that writes text",
            )

    def obey(self, stop: StopFlag) -> None:
        """From now on `decode` gives up when the flag is set; the caller keeps the flag alive."""
        self._c.llama_set_abort_callback(self.pointer, _abort_hook(), stop.address)

    def decode(self, tokens: Sequence[int]) -> bool:
        """Reads at most PREFILL_TOKENS more tokens; False when it was stopped."""
        self._batch[: len(tokens)] = tokens
        result = self._c.llama_decode(self.pointer, self._c.llama_batch_get_one(self._batch, len(tokens)))
        if result not in (0, _ABORTED):
            raise LocalInferenceError(
                Failure.CRASH,
                f"llama.cpp failed while computing (code {result}: {library().errors()})",
                "ask again; if it stays, set local.chat.model to another model",
            )
        return bool(result == 0)

    def forget_after(self, tokens: int) -> bool:
        """Keeps the first `tokens` tokens; False when this kind of model can only forget everything."""
        if self._c.llama_memory_seq_rm(self._memory, 0, tokens, -1):
            return True
        self._c.llama_memory_clear(self._memory, True)
        return False

    def fork(self, sequence: int, tokens: int) -> None:
        """Begins another sequence with the first `tokens` tokens. The model must `keeps_every_token`."""
        self._c.llama_memory_seq_cp(self._memory, 0, sequence, 0, tokens)

    def drop(self, sequence: int) -> None:
        self._c.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def copy_from(self, other: "Context") -> bool:
        """Takes over what another context of the same model has read."""
        return self.restore(other.state())

    def state(self) -> bytearray:
        """What has been read, for a context of the same model; about `kv_bytes_per_token` a token."""
        size = self._c.llama_state_seq_get_size(self.pointer, 0)
        state = bytearray(size)
        self._c.llama_state_seq_get_data(self.pointer, (ctypes.c_uint8 * size).from_buffer(state), size, 0)
        return state

    def restore(self, state: bytearray) -> bool:
        """Replaces what has been read; False when it cannot, and then the context may hold anything."""
        size = len(state)
        buffer = (ctypes.c_uint8 * size).from_buffer(state)
        return bool(self._c.llama_state_seq_set_data(self.pointer, buffer, size, 0) == size)

    def close(self) -> None:
        if self.pointer:
            self._c.llama_free(self.pointer)
            self.pointer = None


class Sampler:
    """Chooses the next token."""

    WINDOW_TOKENS = 64  # the repeat penalty looks this far back; llama.cpp's default
    TOP_K = 40  # llama.cpp's default; first, as it advises: the penalties are slow on a whole vocabulary

    def __init__(self, recipe: Recipe, vocab: Vocab) -> None:
        self._c = c = library().c
        self.pointer = c.llama_sampler_chain_init(c.llama_sampler_chain_default_params())
        steps = [
            c.llama_sampler_init_top_k(self.TOP_K),
            c.llama_sampler_init_penalties(vocab.size, self.WINDOW_TOKENS, recipe.repeat_penalty, 0.0, 0.0),
        ]
        if recipe.temperature == 0:
            steps.append(c.llama_sampler_init_greedy())
        else:
            # The highest seed means "random" to llama.cpp.
            seed = c.LLAMA_DEFAULT_SEED if recipe.seed is None else recipe.seed % c.LLAMA_DEFAULT_SEED
            steps += [
                c.llama_sampler_init_top_p(recipe.top_p, 1),
                c.llama_sampler_init_temp(recipe.temperature),
                c.llama_sampler_init_dist(seed),
            ]
        for step in steps:
            c.llama_sampler_chain_add(self.pointer, step)

    def sample(self, context: Context) -> int:
        return int(self._c.llama_sampler_sample(self.pointer, context.pointer, -1))

    def close(self) -> None:
        if self.pointer:
            self._c.llama_sampler_free(self.pointer)
            self.pointer = None
