"""Context pressure: how long a conversation is against the local model's context."""

from collections.abc import Sequence

from hroute.core.decision.signals import ContextPressure, CountMethod, TokenCount
from hroute.core.settings import Routing
from hroute.core.turn.message import Message

# What a chat template adds to the messages' own text. Per message: role, separators and end marks
# (ChatML 5, Llama 3 5, Gemma 5, each with room for a role that is not one token). Per conversation:
# begin mark, the answer's header and the system prompt that many templates add by themselves (SmolLM2
# 22, Qwen 2.5 21, Llama 3.x 35, Granite 3.3 about 60). A template that adds more than this is not
# covered: the proof below holds for the text, and the engine still refuses what does not fit.
CONVERSATION_TOKENS = 256
MESSAGE_TOKENS = 16


def threshold(routing: Routing, context_tokens: int | None) -> int:
    """Most prompt tokens that stay local: the setting, or the model's context less the answer's room."""
    if context_tokens is None:
        return routing.max_context_tokens
    return min(routing.max_context_tokens, prompt_room(context_tokens, routing.answer_tokens))


def prompt_room(context_tokens: int, answer_tokens: int) -> int:
    """What the answer leaves of a context: at least half, or a small model would get no turn."""
    return max(context_tokens - answer_tokens, context_tokens // 2)


def pressure(count: TokenCount, limit: int) -> ContextPressure:
    return ContextPressure(count.tokens, limit, count.method, count.tokens > limit)


def bound(
    messages: Sequence[Message], limit: int, longest_token_bytes: int | None = None
) -> TokenCount | None:
    """A proof from sizes alone that the conversation has at most, or more than, `limit` tokens.

    At most: a tokenizer with byte fallback and no normalisation (byte-level BPE, SentencePiece BPE as
    llama.cpp runs them) spends no more than one token a byte of text; SentencePiece's space prefix and
    the template's own tokens are in the allowances above. More: no token covers more than
    `longest_token_bytes` bytes, and templates at most strip the ends of a message. Every other
    tokenizer (unigram with NFKC, word pieces with an unknown token) breaks one side or the other:
    do not ask for a bound there. None when neither side is proven. Costs no pass over a long text.
    """
    allowance = CONVERSATION_TOKENS + MESSAGE_TOKENS * len(messages)
    chars = sum(len(m.text) for m in messages)
    if chars + allowance <= limit:
        most = allowance + sum(len(m.text.encode(errors="replace")) for m in messages)
        if most <= limit:
            return TokenCount(most, CountMethod.BOUND)
    if longest_token_bytes and chars > limit * longest_token_bytes:  # a character is a byte or more
        least = sum(len(m.text.strip()) for m in messages) // longest_token_bytes
        if least > limit:
            return TokenCount(least, CountMethod.BOUND, over=True)
    return None
