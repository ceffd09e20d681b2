"""What the weights of a GGUF file are made of, by the tensor table in its header; no weight is read.

The label in `general.file_type` says what somebody asked for. Rows that a type's blocks do not divide
get another type silently: a "Q4_K_M" of SmolLM2 is mostly Q5_0.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import gguf

# ggml's types: name, weights in a block, bytes of a block (ggml.c, type_traits). 4, 5, 31-33 and 36-38
# were removed; what is newer than this list no llama.cpp of today can load either.
_TYPES = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
    42: ("Q2_0", 64, 18),
}
_FLOATS = frozenset({"F64", "F32", "F16", "BF16"})

_MAX_TENSORS = 1 << 16  # models of a trillion weights have a few thousand
_MAX_DIMENSIONS = 4  # GGML_MAX_DIMS
_ALIGNMENT = 32  # GGUF_DEFAULT_ALIGNMENT


@dataclass(frozen=True, slots=True)
class Share:
    """What one type holds of a file."""

    tensors: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Weights:
    """`histogram` has the type with the most bytes first."""

    path: Path
    histogram: dict[str, Share]
    parameters: int
    size_bytes: int
    needed_bytes: int  # what the table promises that the file holds
    kv_bytes_per_token: int | None  # of a 16-bit cache, at most; None: the header does not say
    licence: str | None

    @property
    def quantization(self) -> str | None:
        """The type that holds the most weight bytes; None for a file without weights."""
        return next(iter(self.histogram), None)

    @property
    def is_quantized(self) -> bool:
        return self.quantization not in {None, *_FLOATS}

    @property
    def missing_bytes(self) -> int:
        """How much a broken download or copy has cut off."""
        return max(0, self.needed_bytes - self.size_bytes)

    def memory_bytes(self, context_tokens: int) -> int:
        """Weights and cache for a context of this length; without the buffers, which are small."""
        return self.size_bytes + context_tokens * (self.kv_bytes_per_token or 0)


def read(path: Path) -> Weights:
    """Reads the whole header: 10 ms for 50,000 tokens. Raises LocalInferenceError."""
    with gguf.opened(path) as header:
        facts: gguf.HeaderFacts = {}
        for key, kind in header:
            value = header.value(kind)
            if value is not None:
                facts[key] = value
        table = [
            _tensor(header, path) for _ in range(header.limited(header.tensor_count, _MAX_TENSORS, "tensors"))
        ]
        return Weights(
            path=path,
            histogram=_histogram(table),
            parameters=sum(tensor.parameters for tensor in table),
            size_bytes=header.size,
            needed_bytes=_end_of(table, _aligned(header.position, facts, path)) or header.position,
            kv_bytes_per_token=_kv_bytes_per_token(facts),
            licence=gguf.text_of(facts.get("general.license")),
        )


def read_whole(path: Path) -> Weights:
    """Like `read`, but refuses a file that ends too early or has no weights."""
    weights = read(path)
    if weights.missing_bytes:
        raise gguf.bad(path, f"is truncated: {weights.missing_bytes:,} bytes of weights are missing")
    if not weights.histogram:
        raise LocalInferenceError(
            Failure.BAD_FILE, f"{path} has no weights", "it holds a vocabulary only: use the model itself"
        )
    return weights


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: str
    parameters: int
    size_bytes: int
    offset: int


def _tensor(header: gguf.Header, path: Path) -> _Tensor:
    name = header.string()
    dimensions = header.u32()
    if dimensions > _MAX_DIMENSIONS:
        raise gguf.bad(path, f"is damaged: tensor {name[:64]!r} has {dimensions:,} dimensions")
    shape = [header.u64() for _ in range(dimensions)]
    number, offset = header.u32(), header.u64()
    if number not in _TYPES:
        raise gguf.bad(path, f"has a tensor of type {number}, which this hroute does not know")
    kind, block, block_bytes = _TYPES[number]
    if shape and shape[0] % block:
        raise gguf.bad(path, f"is damaged: rows of tensor {name[:64]!r} are no whole blocks of {kind}")
    return _Tensor(kind, prod(shape), prod(shape) // block * block_bytes, offset)


def _histogram(table: list[_Tensor]) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for tensor in table:
        share = found.get(tensor.kind, Share(0, 0))
        found[tensor.kind] = Share(share.tensors + 1, share.size_bytes + tensor.size_bytes)
    return dict(sorted(found.items(), key=lambda item: -item[1].size_bytes))


def _aligned(position: int, facts: gguf.HeaderFacts, path: Path) -> int:
    """Where the weights begin."""
    alignment = facts.get("general.alignment", _ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0:
        raise gguf.bad(path, f"is damaged: its alignment is {alignment!r}")
    return -(-position // alignment) * alignment


def _end_of(table: list[_Tensor], start: int) -> int:
    """Where the last weight ends; 0 without weights."""
    return max((start + tensor.offset + tensor.size_bytes for tensor in table), default=0)


def _kv_bytes_per_token(facts: gguf.HeaderFacts) -> int | None:
    def number(key: str) -> int | None:
        return gguf.whole(facts.get(f"{facts.get('general.architecture')}.{key}"))

    layers, width, heads = number("block_count"), number("embedding_length"), number("attention.head_count")
    if not (layers and width and heads):
        return None
    key = number("attention.key_length") or width // heads
    value = number("attention.value_length") or width // heads
    return layers * (number("attention.head_count_kv") or heads) * (key + value) * 2
