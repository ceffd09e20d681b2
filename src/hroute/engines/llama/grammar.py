"""Keeps local decoding inside a grammar, through llguidance: sample first, check the one token."""

import ctypes
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.tools.call_syntax import CallSyntax
from hroute.core.tools.definitions import Expected, Toolset
from hroute.core.tools.grammar_text import GrammarText, grammar_of, schemas_in
from hroute.engines.llama.native import PREFILL_TOKENS, Context, Model, Sampler, library
from hroute.engines.llama.token_signals import last_logits

if TYPE_CHECKING:
    import numpy as np
    from llguidance import LLMatcher
    from numpy.typing import NDArray


class Vocabulary:
    """A model's tokens as llguidance wants them; takes 0.3 s for 50,000, so one per loaded model."""

    def __init__(self, model: Model) -> None:
        from llguidance import LLTokenizer

        c, vocab = library().c, model.vocab
        self.size, self.with_marks = vocab.size, vocab.with_marks
        # As llguidance.llamacpp does it, which calls functions that llama-cpp-python has deprecated. A
        # control token has no text here, so that no grammar can ask for one; but for the marks of calls.
        self.tokenizer: Any = LLTokenizer.from_llamacpp(  # type: ignore[attr-defined]  # missing in its stubs
            tokens=[vocab.piece(token) for token in range(vocab.size)],
            vocab_ptr=c.llama_model_get_vocab(model.pointer),
            tokenize_fptr=ctypes.cast(c._lib.llama_tokenize, ctypes.c_void_p).value,
            eos_token=[token for token in range(vocab.size) if vocab.ends(token)],
            slices=LLTokenizer.json_slices(),
        )


class Grammar:
    """A compiled grammar. Compiling takes a millisecond for an everyday schema."""

    def __init__(self, expected: Expected, vocabulary: Vocabulary, syntax: CallSyntax | None = None) -> None:
        """A schema that llguidance cannot take leaves its answers to be checked afterwards.

        Raises LocalInferenceError when even the rest cannot be made a grammar, with llguidance's reason.
        """
        self._vocabulary = vocabulary
        self._marked = f"{syntax.prefix}{syntax.between}{syntax.suffix}" if syntax else ""
        text = grammar_of(expected, syntax)
        matcher, error = self._compiled(text)
        if error and (isinstance(expected, Toolset) or _UNSATISFIABLE not in error):
            beyond = [schema for schema in schemas_in(expected) if self._compiled(grammar_of(schema))[1]]
            text = grammar_of(expected, syntax, beyond)
            matcher, error = self._compiled(text)
        if error:
            raise _impossible(error)
        self.left_out = text.left_out
        self._matcher = matcher

    def _compiled(self, text: GrammarText) -> "tuple[LLMatcher, str]":
        """With the reason why it cannot be used, or none."""
        from llguidance import LLMatcher, LLParserLimits

        limits = LLParserLimits(verbose_errors=False)
        try:
            grammar = LLMatcher.grammar_from_lark(text.lark)
        except ValueError as exc:
            raise _impossible(str(exc)) from exc
        matcher = LLMatcher(self._vocabulary.tokenizer, grammar, log_level=0, limits=limits)
        return matcher, matcher.get_error() if matcher.is_error() else ""

    def begin(self) -> "GrammarState":
        """The grammar at its start, for one answer; cheap."""
        return GrammarState(self._matcher.deep_copy(), self._vocabulary, self._marked)


def _impossible(reason: str) -> LocalInferenceError:
    """Another engine, which has no grammar, may still answer: the contract checks all of the schema."""
    first_line = _WHERE.sub("", next(iter(reason.strip().splitlines()), "no reason given"))
    return LocalInferenceError(
        Failure.REFUSED, f"the schema cannot be made a grammar: {first_line[:200]}", "simplify the schema"
    )


_UNSATISFIABLE = "Unsatisfiable schema"  # no answer is, so that it would be asked for in vain
_WHERE = re.compile(r"^(at \d+\(\d+\): )?(failed to compile JSON schema: )?")


class GrammarState:
    """Where one answer stands in its grammar. Belongs to one thread."""

    def __init__(self, matcher: "LLMatcher", vocabulary: Vocabulary, marked: str = "") -> None:
        """`marked`: what has the marks in it that a model writes as tokens of their own."""
        self._matcher, self._vocabulary, self._marked = matcher, vocabulary, marked

    def choose(self, sampler: Sampler, context: Context) -> int:
        """The next token: the model's own choice, or when that is not allowed, its choice of what is.

        To the sampler's repeat penalty, a choice that was not allowed counts as written.
        """
        token = sampler.sample(context)
        if self.allows(token):
            return token
        self.mask(last_logits(context, self._vocabulary.size))
        return sampler.sample(context)

    def allows(self, token: int) -> bool:
        """Whether the token may follow; 3 µs, where a mask of the whole vocabulary takes 20 to 4,000."""
        return self._matcher.validate_tokens([token]) == 1

    def mask(self, logits: "NDArray[np.float32]") -> None:
        """Makes impossible, in place, what may not follow. Raises LocalInferenceError when nothing may."""
        import numpy as np

        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        self._check()
        allowed = np.unpackbits(bits, count=len(logits), bitorder="little").view(bool)
        if not allowed.any():
            raise LocalInferenceError(
                Failure.REFUSED, "the schema leaves no way on: no answer can satisfy it"
            )
        logits[~allowed] = -np.inf

    def forced(self) -> list[int]:
        """The tokens that must follow, because only one text can: a decode full at most."""
        tokens: list[int] = self._matcher.compute_ff_tokens()
        self._check()
        if self._marked and tokens:
            tokens = self._vocabulary.with_marks(tokens, self._marked)
        return tokens[:PREFILL_TOKENS]

    def is_complete_with(self, tokens: Sequence[int]) -> bool:
        """Goes on by these tokens; whether the answer is now whole and nothing may follow it."""
        if not self._matcher.consume_tokens(list(tokens)):
            self._check()
        return bool(self._matcher.is_stopped())

    def _check(self) -> None:
        if self._matcher.is_error():
            reason = self._matcher.get_error().strip().partition("\n")[0][:200]
            raise LocalInferenceError(
                Failure.REFUSED,
                f"the schema is too much for the grammar engine: {reason}",
                "simplify the schema",
            )
