"""A token of an answer with what the model thought of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoredToken:
    """Natural logarithms, of the model alone at temperature 1, before penalties and grammar.

    All three are None for a token that the model did not choose: what a grammar dictates was never in
    doubt, so counting it as certain would only water down the tokens that were. `entropy` and `lead` are
    None as well where an engine reports log-probabilities alone. The mark that ends an answer is a choice
    too, and has no text.
    """

    text: str
    logprob: float | None = None
    entropy: float | None = None  # of all that could have stood here, in nats
    lead: float | None = None  # log-probability minus that of the likeliest other token
