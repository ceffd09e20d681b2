"""What a model expects after every token of a text."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from hroute.core.errors import UsageError
from hroute.engines.llama.batch import Batch
from hroute.engines.llama.native import Model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def next_token_logs(path: Path, text: str, threads: int) -> "NDArray[np.float32]":
    """Log-probabilities, a row for each token of the text. Raises LocalInferenceError, or UsageError."""
    import numpy as np

    with closing(Model(path, vocab_only=False)) as model:
        vocab = model.vocab
        tokens = ([] if vocab.bos is None else [vocab.bos]) + vocab.tokenize(text, marks=False)
        if len(tokens) > model.context_length:
            raise UsageError(f"the text has {len(tokens):,} tokens, the context of {path.name} holds fewer")
        with closing(Batch(model, cells=len(tokens), sequences=0, threads=threads)) as batch:
            logits = batch.all_logits(tokens)
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits
