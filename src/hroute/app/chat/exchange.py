"""One turn of a conversation and what came of it, live or read back from the log."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from hroute.app.answer.events import Decided, Delta, Done, Event, Rejected, Thinking, Withdrawn
from hroute.core.decision.decision import Route, Slot
from hroute.core.tools.assembler import assembled_in
from hroute.core.turn.attempt import Attempt, Outcome, Usage, total_usd
from hroute.core.turn.groups import split, without_earlier
from hroute.core.turn.message import Message, Role, Text, ToolCall
from hroute.core.turn.turn import Turn
from hroute.store.rows import LoggedTurn


class ExchangeEnding(StrEnum):
    ANSWERED = "answered"
    INTERRUPTED = "interrupted"  # stopped, or the process was killed
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`turn` is what was asked, without the history; None where the log keeps no texts.

    `text` is what the engine wrote, as far as it got when it was interrupted. `result` is the JSON of an
    answer that is bound to a form; the log has only the text, from which it is read again.
    """

    logged: LoggedTurn
    turn: Turn | None
    text: str
    result: str | None = None
    thoughts: str = ""  # which go along with no later turn

    @classmethod
    def of_log(cls, logged: LoggedTurn) -> "Exchange":
        given = logged.given.attempt if logged.given else _stopped(logged)
        turn = logged.request.readable() if logged.request else None
        text, thoughts = (given.text, given.thoughts) if given else ("", "")
        return cls(logged, turn, text, _result(logged, turn), thoughts)

    @property
    def turn_id(self) -> int:
        return self.logged.id

    @property
    def prompt(self) -> str | None:
        return self.turn.ask if self.turn else None

    @property
    def shown(self) -> str:
        return self.text if self.result is None else self.result

    @property
    def ending(self) -> ExchangeEnding:
        if self.logged.given:
            return ExchangeEnding.ANSWERED
        return ExchangeEnding.FAILED if self.logged.closed else ExchangeEnding.INTERRUPTED

    @property
    def attempt(self) -> Attempt | None:
        """The one whose text this is; of a failed turn, the last one."""
        if self.logged.given:
            return self.logged.given.attempt
        return self.logged.attempts[-1].attempt if self.logged.attempts else None

    @property
    def route(self) -> Route | None:
        """Where the engine is that holds the conversation after this turn; None when nothing came of it."""
        return self.attempt.route if self.attempt and self.is_sent else None

    @property
    def is_sent(self) -> bool:
        """Whether it goes along with the next turn. A prompt without an answer does not."""
        return self.turn is not None and self.ending is not ExchangeEnding.FAILED and bool(self.text.strip())

    @property
    def cost_usd(self) -> Decimal | None:
        return total_usd(a.attempt.cost_usd for a in self.logged.attempts)

    @property
    def read_tokens(self) -> int | None:
        """How much of its prompt was computed: all but what the engine still knew; None: unknown."""
        usage = self.attempt.usage if self.attempt else Usage()
        return None if usage.input_tokens is None else usage.input_tokens - usage.cached_tokens

    def replaces(self, repeated: "Exchange") -> bool:
        """Whether a conversation goes on with this turn and not with the one that it repeats."""
        return self.is_sent or not repeated.is_sent or self.prompt != repeated.prompt

    def is_second_opinion_on(self, repeated: "Exchange") -> bool:
        """Whether the cloud was asked the same after a local answer, which speaks against that one."""
        went_up = repeated.route is Route.LOCAL and self.logged.decision.route is Route.CLOUD
        return went_up and repeated.ending is ExchangeEnding.ANSWERED and self.prompt == repeated.prompt

    def messages(self) -> tuple[Message, ...]:
        """What later turns tell the engine of it: nothing where no answer came."""
        if self.turn is None or not self.is_sent:
            return ()
        found = assembled_in(self.text)
        if found is None:
            return (*split(self.turn.messages).last, Message.of(Role.ASSISTANT, self.text))
        calls = (ToolCall(call.id, call.name, call.arguments) for call in found.calls)
        said = (Text(found.content),) if found.content else ()
        return (*split(self.turn.messages).last, Message(Role.ASSISTANT, (*said, *calls)))


def _result(logged: LoggedTurn, turn: Turn | None) -> str | None:
    """As the answer was shown when it came; None for prose, and for what is not valid by today's rules."""
    if logged.given is None or turn is None or turn.expected is None:
        return None
    from hroute.app.answer.contracts import AnswerEnding, contract_of

    return (
        contract_of(turn.expected, ())
        .review(logged.given.attempt.text, AnswerEnding(), is_local=False)
        .result
    )


def _stopped(logged: LoggedTurn) -> Attempt | None:
    """The attempt that was running when the turn was stopped; of half a JSON nobody has seen anything."""
    if logged.closed or not logged.attempts or logged.decision.slot is Slot.TOOLS:
        return None
    last = logged.attempts[-1].attempt
    return last if last.outcome is Outcome.INTERRUPTED else None


class AnswerSoFar:
    """What the events of a turn have said so far."""

    def __init__(self) -> None:
        self.decided: Decided | None = None
        self._pieces: list[str] = []
        self._thoughts: list[str] = []
        self._done: Done | None = None

    def take(self, event: Event) -> None:
        match event:
            case Decided():
                self.decided = event
            case Rejected():
                self._pieces.clear()
                self._thoughts.clear()
            case Withdrawn():
                self._thoughts += self._pieces
                self._pieces.clear()
            case Thinking(text=text):
                self._thoughts.append(text)
            case Delta(text=text):
                self._pieces.append(text)
            case Done():
                self._done = event

    def exchange(self, turn: Turn, logged: LoggedTurn) -> Exchange:
        """`logged` is how the log has the turn, which may have had to leave out its texts."""
        alone = without_earlier(turn)
        bare = alone.with_options(replace(turn.options, place=None))
        whole = replace(logged, signals=self.decided.signals) if self.decided else logged
        if self._done is None:
            return Exchange(whole, bare, "".join(self._pieces), thoughts="".join(self._thoughts))
        given = self._done.answer.given
        return Exchange(whole, bare, given.text, given.result, given.thoughts)
