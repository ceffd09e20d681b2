"""Views of a conversation: what the next turn would do, what it uses of the context, what it has cost."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from hroute.app.answer.preview import decide_turn
from hroute.app.answer.runtime import Runtime
from hroute.app.answer.signals import evaluate
from hroute.app.answer.standing import standing_now
from hroute.core.decision.decision import Decision, Route, Slot
from hroute.core.decision.signals import Signals
from hroute.core.turn.groups import earlier_groups, split, with_last
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.app.chat.conversation import Conversation
    from hroute.core.routing.reasons import SlotReplaced
    from hroute.engines.base import Engine
    from hroute.store.sessions import SessionUse


@dataclass(frozen=True, slots=True)
class ContextUse:
    """`tokens` of the conversation as the engine that holds it has it, and of the text being typed.

    It is what the last answer reported; what came since is estimated. More than `limit` wants the cloud;
    `holds` is the context of the local model, prompt and answer together, None where nobody knows it.
    """

    tokens: int
    limit: int
    holds: int | None
    turns: int  # that go along
    left_out: int  # that were too many for the engine, the oldest ones


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen to a text if it were sent now."""

    signals: Signals
    decision: Decision
    context: ContextUse


@dataclass(frozen=True, slots=True)
class ChatCost:
    """`session` counts every turn, retried and undone ones too; `today_usd` is everything since 0:00 UTC."""

    session: "SessionUse"
    today_usd: Decimal
    daily_limit_usd: Decimal | None
    monthly_limit_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """`serves` is a slot, or None for a cloud, which serves both."""

    route: Route
    serves: Slot | None
    engine: str
    model: str
    endpoint: str | None  # None: it runs in this process
    context_tokens: int | None
    replaced: "SlotReplaced | None" = None  # why another model than the slot's own serves it


class Gauge:
    """Previews while somebody types. `refresh` belongs to the conversation's thread, `preview` to any.

    What the log knows (money, failures of the cloud) is as of the last `refresh`: after every turn.
    """

    def __init__(self, conversation: "Conversation") -> None:
        self._conversation = conversation
        self.refresh()

    def refresh(self) -> None:
        runtime = self._conversation.runtime
        self._standing = standing_now(runtime)
        self.today_usd = runtime.log.spent_usd(_midnight())

    def preview(self, text: str) -> Preview:
        """Takes about a millisecond where the conversation is short, some more where it must be counted."""
        turn, runtime = self._conversation.draft(text), self._conversation.runtime
        signals = evaluate(turn, runtime)
        decision = decide_turn(turn, signals, self._standing, runtime)
        return Preview(signals, decision, _context_use(self._conversation, turn))


def context_use(conversation: "Conversation") -> ContextUse:
    return _context_use(conversation, conversation.draft(""))


def cost(conversation: "Conversation") -> ChatCost:
    from hroute.store.sessions import SessionUse

    log, budget = conversation.runtime.log, conversation.runtime.settings.budget
    session_id = conversation.session_id
    use = SessionUse() if session_id is None else log.sessions.use(session_id)
    return ChatCost(use, log.spent_usd(_midnight()), budget.daily_usd, budget.monthly_usd)


def models(runtime: Runtime, local_model: str | None = None) -> tuple[ModelInfo, ...]:
    """Those that may answer, in the order in which they are asked; nothing is loaded.

    `local_model` is that of the chat. Raises LocalInferenceError where that is not here.
    """
    serving = ((slot, runtime.slot(slot, local_model)) for slot in Slot)
    local = [_info(served.engine, slot, served.replaced) for slot, served in serving]
    return (*local, *(_info(engine, None) for engine in runtime.clouds))


def _info(engine: "Engine", slot: Slot | None, replaced: "SlotReplaced | None" = None) -> ModelInfo:
    return ModelInfo(
        engine.route, slot, engine.name, engine.model, engine.endpoint, engine.context_tokens, replaced
    )


def _context_use(conversation: "Conversation", turn: Turn) -> ContextUse:
    from hroute.core.routing.context import threshold

    runtime = conversation.runtime
    holds = runtime.slot(turn.slot, turn.options.local_model).capacity.context_tokens
    groups, place = earlier_groups(turn), turn.options.place
    along = min(place.history_turns, groups) if place else groups
    return ContextUse(
        tokens=_tokens(conversation, turn, along),
        limit=threshold(runtime.settings.routing, holds),
        holds=holds,
        turns=along,
        left_out=groups - along,
    )


def _tokens(conversation: "Conversation", turn: Turn, along: int) -> int:
    from hroute.engines.tokens.counters import EstimateCounter

    sent = next((e for e in reversed(conversation.exchanges) if e.is_sent), None)
    usage = sent.attempt.usage if sent and sent.attempt else None
    fresh = split(turn.messages).last if turn.ask or turn.files else ()
    if usage and usage.input_tokens is not None and usage.output_tokens is not None:
        return usage.input_tokens + usage.output_tokens + EstimateCounter().count(fresh, 0).tokens
    whole = split(with_last(turn, along).messages)
    known = (message for group in whole.earlier for message in group)
    return EstimateCounter().count((*whole.head, *known, *fresh), 0).tokens


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
