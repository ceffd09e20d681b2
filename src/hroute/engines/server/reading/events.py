"""Reads the events of a chat completion from a server that nobody vouches for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, Field, ValidationError

from hroute.core.confidence.tokens import ScoredToken
from hroute.engines.base import CallPiece, Finish, Piece, ThoughtPiece
from hroute.engines.server.faults import AnswerFailedError, OversizedError
from hroute.engines.server.reading.calls import CallList, CallReader
from hroute.engines.server.reading.complaints import is_complaint
from hroute.engines.server.reading.content import Joiner, Voice, voiced
from hroute.engines.server.reading.finishes import finish_of
from hroute.engines.server.reading.usage import ReportedUsage, report_in

# More than any model answers today (128k tokens are about 0.5 MB); thoughts and calls count too.
MAX_ANSWER_CHARS = 4_000_000
# Ten times as many as tokens in the longest answer of today; what comes in them is bounded above.
MAX_EVENTS = 2_000_000
# A rule of thumb for English text, from OpenAI's documentation of its tokenizer.
CHARS_PER_TOKEN = 4


class _Delta(CallList):
    content: object = None
    refusal: object = None
    reasoning_content: object = None  # DeepSeek, vLLM, llama-server
    reasoning: object = None  # OpenRouter, Ollama
    reasoning_details: object = None  # OpenRouter, where it has no `reasoning`

    @property
    def has_pieces(self) -> bool:
        return bool(self.calls) or any(text for _, text in self.voiced())

    def voiced(self) -> Iterator[tuple[Voice, str]]:
        thoughts = self.reasoning_content or self.reasoning or self.reasoning_details
        yield from voiced(thoughts, Voice.THOUGHT)
        yield from voiced(self.content)
        yield from voiced(self.refusal, Voice.REFUSAL)


class _Choice(BaseModel):
    index: int | None = None
    delta: _Delta | None = None
    message: _Delta | None = None  # where nothing is streamed, and at servers that stream it all the same
    finish_reason: str | float | None = None
    logprobs: object = None
    error: object = None
    usage: object = None  # Moonshot


class _Event(BaseModel):
    choices: list[_Choice] | None = None
    usage: object = None
    x_groq: object = None  # Groq has its usage in it
    error: object = None


class _Token(BaseModel):
    token: str
    logprob: float = Field(allow_inf_nan=False)


class _Logprobs(BaseModel):
    content: list[_Token]


@dataclass(slots=True)
class AnswerReader:
    """What has come of an answer so far.

    `answers`: how many events had a piece of it, if only an empty one. `is_settled`: the server said how the
    answer ends, after it and once. One that says so with every piece says nothing.
    """

    finish: Finish | None = None
    report: ReportedUsage | None = None
    answers: int = 0
    scored: list[ScoredToken] = field(default_factory=list)  # all of the text, with log-probabilities if sent
    chars: int = 0
    _events: int = 0
    _index: int | None = None  # of the choice that is read
    _calls: CallReader = field(default_factory=CallReader)
    _texts: Joiner = field(default_factory=Joiner)
    _thoughts: Joiner = field(default_factory=Joiner)
    _pieces: int = 0
    _hidden_chars: int = 0
    _speaks_in_messages: bool = False
    _was_open: bool = False  # a piece came without a finish
    goes_on: bool = False  # a piece came after a finish

    @property
    def is_settled(self) -> bool:
        return self.finish is not None and self._was_open and not self.goes_on

    @property
    def output_tokens(self) -> int:
        """An estimate: a piece is mostly one token, and several at some servers; thoughts are billed too."""
        return max(self._pieces, self.chars // CHARS_PER_TOKEN) + self._hidden_chars // CHARS_PER_TOKEN

    @property
    def received_chars(self) -> int:
        return self.chars + self._hidden_chars

    def read(self, event: object) -> list[Piece]:
        """Raises ValueError for nonsense, AnswerFailedError, OversizedError."""
        if isinstance(event, list):  # Google wraps its errors in one, and nobody an answer
            raise AnswerFailedError(event)
        parsed = _Event.model_validate(event)
        self._events += 1
        if self._events > MAX_EVENTS:
            raise OversizedError(f"the answer has more than {MAX_EVENTS:,} events")
        self._fail_where_told(parsed, event)
        choices = [choice for choice in parsed.choices or () if self._is_read(choice)]
        self._take_report(parsed, choices)
        pieces = [piece for choice in choices for piece in self._choice(choice)]
        self.answers += bool(choices)
        return pieces

    def end(self) -> list[Piece]:
        """What was held back; to be called when the server said that nothing more comes."""
        self._end(None)
        rest, hidden = self._texts.end(), self._thoughts.end()
        return [*([ThoughtPiece(hidden)] if hidden else []), *([rest] if rest else [])]

    def _fail_where_told(self, parsed: _Event, event: object) -> None:
        failed = [choice.error for choice in parsed.choices or () if choice.error]
        if parsed.error or failed:
            raise AnswerFailedError(event if parsed.error else failed[0])
        if isinstance(event, Mapping) and is_complaint(event):
            raise AnswerFailedError(event)

    def _is_read(self, choice: _Choice) -> bool:
        """One answer was asked for; servers number it 0, 1 or not at all."""
        if self._index is None:
            self._index = choice.index
        return choice.index in (None, self._index)

    def _take_report(self, parsed: _Event, choices: list[_Choice]) -> None:
        groq = parsed.x_groq.get("usage") if isinstance(parsed.x_groq, Mapping) else None
        for reported in (groq, *(choice.usage for choice in choices), parsed.usage):
            self.report = report_in(reported) or self.report

    def _choice(self, choice: _Choice) -> Iterator[Piece]:
        had_ended, count = self.finish is not None, 0
        for piece in self._of(self._said_in(choice), choice.logprobs):
            count += 1
            yield piece
        self.goes_on |= had_ended and count > 0
        self._was_open |= count > 0 and not choice.finish_reason
        if choice.finish_reason:
            self._end(choice.finish_reason)

    def _said_in(self, choice: _Choice) -> _Delta:
        """Some servers repeat the whole answer in a message, beside or after the deltas that it came in."""
        delta = choice.delta or _Delta()
        came_in_deltas = self.received_chars > 0 and not self._speaks_in_messages
        if choice.message is None or came_in_deltas or delta.has_pieces:
            return delta
        self._speaks_in_messages = True
        return choice.message

    def _of(self, delta: _Delta, logprobs: object) -> Iterator[Piece]:
        for voice, text in delta.voiced():
            if voice is Voice.THOUGHT:
                yield from self._thought(text)
            else:
                yield from self._text(text, logprobs)
            if voice is Voice.REFUSAL and text:
                self.finish = Finish.REFUSED
        for call in self._calls.read(delta.calls):
            yield self._call(call)

    def _text(self, text: str, logprobs: object) -> Iterator[str]:
        text = self._texts.feed(text)
        if not text:
            return
        self._pieces += 1
        self.chars += len(text)
        self._check_size()
        self.scored += _scored(text, logprobs)
        yield text

    def _thought(self, text: str) -> Iterator[ThoughtPiece]:
        thought = self._thoughts.feed(text)
        self._hidden_chars += len(thought)
        self._check_size()
        yield ThoughtPiece(thought)

    def _call(self, call: CallPiece) -> CallPiece:
        self._hidden_chars += len(call.name) + len(call.arguments)
        self._check_size()
        return call

    def _check_size(self) -> None:
        if self.received_chars > MAX_ANSWER_CHARS:
            raise OversizedError(f"the answer is longer than {MAX_ANSWER_CHARS:,} characters")

    def _end(self, word: object) -> None:
        """An ordinary end takes nothing back: some servers say `stop` after the reason."""
        finish = Finish.STOP if word is None else finish_of(word)
        if finish is None:
            raise AnswerFailedError(f"it ended with {str(word)[:100]!r}")
        if finish is Finish.STOP:
            finish = self.finish or finish
        if finish is Finish.STOP and self._calls.count:
            finish = Finish.TOOL_CALLS
        if self.finish is not Finish.REFUSED:
            self.finish = finish


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
