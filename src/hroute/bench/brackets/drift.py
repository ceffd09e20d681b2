"""How far quantizing has moved a model: its next-token probabilities on a fixed text against the source's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.bench.intervals import Figure, bootstrapped, wilson
from hroute.core.errors import UsageError
from hroute.core.remedies import Argument
from hroute.data import SHIPPED
from hroute.engines.llama.next_tokens import next_token_logs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRIFT_TEXT = SHIPPED / "drift.txt"
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Divergence:
    """KL divergence in nats a token, and how often the likeliest token is the source's."""

    name: str
    tokens: int
    divergence: Figure
    agreement: Figure


def measure_drift(text: str, source: Path, files: Sequence[Path], threads: int) -> list[Divergence]:
    """One line a file, measured on the text. Raises UsageError for a vocabulary that is not the source's."""
    wanted = next_token_logs(source, text, threads)
    return [_drift(path, wanted, next_token_logs(path, text, threads)) for path in files]


def _drift(path: Path, wanted: "NDArray[np.float32]", found: "NDArray[np.float32]") -> Divergence:
    import numpy as np

    if wanted.shape != found.shape:
        how = Argument("source", "FILE", "name its own source")
        raise UsageError(f"{path} has another vocabulary than the source", how)
    divergences = (np.exp(wanted) * (wanted - found)).sum(axis=1).tolist()
    agree = int((wanted.argmax(axis=1) == found.argmax(axis=1)).sum())
    divergence = bootstrapped(divergences, lambda rows: sum(rows) / len(rows), rounds=_ROUNDS, seed=0)
    return Divergence(path.name, len(divergences), divergence, wilson(agree, len(divergences)))
