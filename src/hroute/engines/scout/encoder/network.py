"""The encoder's forward pass over one prompt: embeddings, transformer layers, mean token, one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hroute.engines.scout.encoder.base import Base, NetworkShape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Name in the base's file, and in ours; the shape as (out, in), where "h" is hidden and "i" inner.
MATRICES = (("q", "hh"), ("k", "hh"), ("v", "hh"), ("ao", "hh"), ("fi", "ih"), ("fo", "hi"))
NORMS = ("aln", "oln")


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights as (in, out). Queries, keys and values are one matrix; queries are scaled already."""

    attend: "Floats"
    attend_bias: "Floats"
    mix: "Floats"
    mix_bias: "Floats"
    mix_norm: "tuple[Floats, Floats]"
    widen: "Floats"
    widen_bias: "Floats"
    narrow: "Floats"
    narrow_bias: "Floats"
    narrow_norm: "tuple[Floats, Floats]"


def names(layers: int) -> list[str]:
    """Of all tensors that fine-tuning changes, as the base's file has them."""
    of_layers = [
        f"l{number}.{name}.{kind}"
        for number in range(layers)
        for name in (*(name for name, _ in MATRICES), *NORMS)
        for kind in "wb"
    ]
    return ["emb.pos", "emb.type", "emb.ln.w", "emb.ln.b", *of_layers]


def shape_of(name: str, shape: NetworkShape) -> tuple[int, ...]:
    sizes = {"h": shape.hidden, "i": shape.inner}
    if name == "emb.pos":
        return (shape.positions, shape.hidden)
    part = name.split(".")[1]
    form = dict(MATRICES).get(part, "h")
    rows_columns = tuple(sizes[letter] for letter in form)
    return rows_columns if name.endswith(".w") and len(form) == 2 else rows_columns[:1]


def is_matrix(name: str) -> bool:
    return name.split(".")[1] in dict(MATRICES) and name.endswith(".w")


def weights_of(base: Base, layers: int) -> "dict[str, Floats]":
    """The base's own; matrices are new arrays, vectors views into the file."""
    found = {}
    for name in names(layers):
        shape = shape_of(name, base.shape)
        found[name] = base.matrix(name, *shape) if is_matrix(name) else base.vector(name, *shape)
    return found


class EncoderNetwork:
    """Keeps what is the same for all prompts. Holds no state, so threads may share one."""

    def __init__(self, base: Base, weights: "Mapping[str, Floats]", head: "Floats", bias: float) -> None:
        self._base, self._shape = base, base.shape
        self._positions = weights["emb.pos"] + weights["emb.type"]
        self._norm = weights["emb.ln.w"], weights["emb.ln.b"]
        layers = sum(name.endswith(".q.w") for name in weights)
        self.layers = [_layer(weights, f"l{number}", self._shape) for number in range(layers)]
        self._head, self._bias = head, bias

    def reading(self, tokens: Sequence[int]) -> float:
        """On the scale of the labels: 0 for the easiest prompts, 6 for what nothing can answer."""
        x = self.embedded(tokens)
        for layer in self.layers:
            x = self.mixed(layer, x, self.attention(layer, x))
            x = self.narrowed(layer, x, self.widened(layer, x))
        return float(x.mean(0) @ self._head) + self._bias

    def embedded(self, tokens: Sequence[int]) -> "Floats":
        x = self._base.embeddings(tokens) + self._positions[: len(tokens)]
        return _normalised(x, self._norm, self._shape.epsilon)

    def attention(self, layer: Layer, x: "Floats") -> "Floats":
        tokens, hidden = x.shape
        three = x @ layer.attend
        three += layer.attend_bias
        # Queries, keys and values, each as (heads, tokens, a head's share).
        q, k, v = three.reshape(tokens, 3, self._shape.heads, -1).transpose(1, 2, 0, 3)
        odds = q @ k.transpose(0, 2, 1)
        seen: Floats = (_softmax(odds) @ v).transpose(1, 0, 2).reshape(tokens, hidden)
        return seen

    def mixed(self, layer: Layer, x: "Floats", seen: "Floats") -> "Floats":
        mixed = seen @ layer.mix
        mixed += layer.mix_bias
        mixed += x
        return _normalised(mixed, layer.mix_norm, self._shape.epsilon)

    def widened(self, layer: Layer, x: "Floats") -> "Floats":
        wide = x @ layer.widen
        wide += layer.widen_bias
        return _gelu(wide)

    def narrowed(self, layer: Layer, x: "Floats", wide: "Floats") -> "Floats":
        narrow = wide @ layer.narrow
        narrow += layer.narrow_bias
        narrow += x
        return _normalised(narrow, layer.narrow_norm, self._shape.epsilon)


def _layer(weights: "Mapping[str, Floats]", at: str, shape: NetworkShape) -> Layer:
    import numpy as np

    def both(name: str) -> "tuple[Floats, Floats]":
        return weights[f"{at}.{name}.w"], weights[f"{at}.{name}.b"]

    def turned(name: str) -> "tuple[Floats, Floats]":
        """As the product wants it: a third faster than a transposed view."""
        return np.ascontiguousarray(weights[f"{at}.{name}.w"].T), weights[f"{at}.{name}.b"]

    scale = np.float32((shape.hidden / shape.heads) ** -0.5)
    (q, q_bias), (k, k_bias), (v, v_bias) = turned("q"), turned("k"), turned("v")
    return Layer(
        np.concatenate([scale * q, k, v], 1),
        np.concatenate([scale * q_bias, k_bias, v_bias]),
        *turned("ao"),
        both("aln"),
        *turned("fi"),
        *turned("fo"),
        both("oln"),
    )


def _normalised(x: "Floats", norm: "tuple[Floats, Floats]", epsilon: float) -> "Floats":
    """Of each token, mean 0 and deviation 1, then the layer's own. Changes `x`."""
    import numpy as np

    x -= x.mean(1, keepdims=True)
    x /= np.sqrt(np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[1]) + np.float32(epsilon))
    x *= norm[0]
    x += norm[1]
    return x


def _softmax(x: "Floats") -> "Floats":
    import numpy as np

    x -= x.max(-1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(-1, keepdims=True)
    return x


# x * Phi(x) is x / 2 * (1 + tanh(x * (a + b x^2 + c x^4))), wrong by 3e-5 at most where fitted: |x| <= 6.
_GELU = (0.797505138, 0.0370081850, -0.000351930856)


def _gelu(x: "Floats") -> "Floats":
    """Changes `x`. numpy has no error function."""
    import numpy as np

    a, b, c = map(np.float32, _GELU)
    square = x * x
    np.minimum(square, np.float32(36), out=square)
    inner = square * c
    inner += b
    inner *= square
    inner += a
    inner *= x
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= np.float32(0.5)
    x *= inner
    return x
