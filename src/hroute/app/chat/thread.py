"""What of a conversation goes along with its next turn."""

from collections.abc import Sequence

from hroute.app.chat.exchange import Exchange
from hroute.core.decision.decision import Route
from hroute.core.turn.message import Message


def history(exchanges: Sequence[Exchange]) -> tuple[Message, ...]:
    """User and assistant by turns: two messages for each exchange that is sent."""
    return tuple(message for exchange in exchanges for message in exchange.messages())


def held_by(exchanges: Sequence[Exchange]) -> Route | None:
    """Where the engine is that gave the last answer."""
    return next((e.route for e in reversed(exchanges) if e.route), None)


def going_along(exchanges: Sequence[Exchange]) -> int:
    """How many turns are planned to go along: none of those that were left out the last time."""
    sent = start = 0
    for exchange in exchanges:
        if exchange.is_sent:
            place = exchange.logged.place
            start = sent - min(sent, place.history_turns) if place else 0
            sent += 1
    return sent - start
