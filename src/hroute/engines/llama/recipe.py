"""How an answer is to be drawn; apart from `native`, which only the process of the model imports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one answer is to be generated. Without a seed every answer is different."""

    max_tokens: int
    temperature: float
    top_p: float
    repeat_penalty: float
    seed: int | None
