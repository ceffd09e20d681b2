"""Reads the events of a streaming chat completion from a server that nobody vouches for."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from hroute.core.confidence.tokens import ScoredToken
from hroute.core.turn.attempt import Usage
from hroute.engines.base import Finish

# More than any model answers today (128k tokens are about 0.5 MB).
MAX_ANSWER_CHARS = 4_000_000
# A rule of thumb for English text, from OpenAI's documentation of its tokenizer.
CHARS_PER_TOKEN = 4

_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class OversizedError(Exception):
    """The server sends more than any answer needs."""


class _Delta(BaseModel):
    content: str | None = None
    reasoning_content: object = None  # DeepSeek, vLLM, llama-server
    reasoning: object = None  # OpenRouter, Ollama


class _Choice(BaseModel):
    index: int = 0
    delta: _Delta | None = None
    finish_reason: str | None = None
    logprobs: object = None


class _Event(BaseModel):
    choices: list[_Choice] | None = None
    usage: object = None


class _Token(BaseModel):
    token: str
    logprob: float = Field(allow_inf_nan=False)


class _Logprobs(BaseModel):
    content: list[_Token]


class _Details(BaseModel):
    cached_tokens: _Count | None = None


class _Reported(BaseModel):
    prompt_tokens: _Count
    completion_tokens: _Count
    prompt_tokens_details: _Details | None = None
    prompt_cache_hit_tokens: _Count | None = None  # DeepSeek


_FINISHES = {"length": Finish.LENGTH, "content_filter": Finish.FILTERED}


@dataclass(slots=True)
class AnswerReader:
    """What has come of an answer so far."""

    finish: Finish | None = None
    reported: Usage | None = None
    events: int = 0
    scored: list[ScoredToken] = field(default_factory=list)  # all of the text, with log-probabilities if sent
    _pieces: int = 0
    _chars: int = 0
    _hidden_chars: int = 0

    def read(self, event: object) -> str:
        """The visible text of one event. Raises ValidationError for nonsense, OversizedError."""
        parsed = _Event.model_validate(event)
        self.events += 1
        self.reported = _usage(parsed.usage) or self.reported
        return "".join(self._choice(choice) for choice in parsed.choices or () if choice.index == 0)

    @property
    def output_tokens(self) -> int:
        """An estimate: a piece is mostly one token, and several at some servers; thoughts are billed too."""
        return max(self._pieces, self._chars // CHARS_PER_TOKEN) + self._hidden_chars // CHARS_PER_TOKEN

    def _choice(self, choice: _Choice) -> str:
        if choice.finish_reason:
            self.finish = _FINISHES.get(choice.finish_reason, Finish.STOP)
        if choice.delta is None:
            return ""
        self._hidden_chars += _length(choice.delta.reasoning_content) or _length(choice.delta.reasoning)
        # JSON can spell a lone surrogate, which no terminal or database takes.
        text = (choice.delta.content or "").encode("utf-8", "replace").decode()
        self._pieces += bool(text)
        self._chars += len(text)
        if text:
            self.scored += _scored(text, choice.logprobs)
        if self._chars > MAX_ANSWER_CHARS:
            raise OversizedError(f"the answer is longer than {MAX_ANSWER_CHARS:,} characters")
        return text


def _scored(text: str, logprobs: object) -> list[ScoredToken]:
    """The tokens of a piece; where they do not spell it (half a character), their text goes to the first."""
    try:
        tokens = _Logprobs.model_validate(logprobs).content
    except ValidationError:
        tokens = []
    if not 0 < len(tokens) <= len(text.encode()):  # none, or nonsense: the answer is still good
        return [ScoredToken(text)]
    texts = [token.token for token in tokens]
    if "".join(texts) != text:
        texts = [text] + [""] * (len(tokens) - 1)
    return [ScoredToken(its, min(0.0, token.logprob)) for its, token in zip(texts, tokens, strict=True)]


def _length(text: object) -> int:
    return len(text) if isinstance(text, str) else 0


def _usage(reported: object) -> Usage | None:
    """None for a missing or impossible report: the answer is still good."""
    try:
        usage = _Reported.model_validate(reported)
    except ValidationError:
        return None
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
    if cached is None:
        cached = usage.prompt_cache_hit_tokens or 0
    return Usage(usage.prompt_tokens, usage.completion_tokens, min(cached, usage.prompt_tokens))
