"""Conversations read back from the log."""

from dataclasses import replace

from hroute.app.chat.exchange import Exchange
from hroute.app.chat.setup import Setup
from hroute.app.chat.thread import history
from hroute.core.errors import LogError
from hroute.core.turn.groups import after
from hroute.core.turn.turn import Turn
from hroute.store.log import Log
from hroute.store.rows import LoggedTurn


def branch(head_id: int | None, log: Log) -> tuple[Exchange, ...]:
    """The turns up to this one. A retry from which nothing came gives way to the answer that there was."""
    turns = [Exchange.of_log(logged) for logged in log.sessions.conversation(head_id)]
    if turns and (repeated := repeated_by(turns[-1], log)) and not turns[-1].replaces(repeated):
        turns[-1] = repeated
    return tuple(turns)


def repeated_by(exchange: Exchange, log: Log) -> Exchange | None:
    """The turn that this one repeats; None when it repeats none or that was pruned."""
    place = exchange.logged.place
    if place is None or place.retry_of is None:
        return None
    try:
        return Exchange.of_log(log.turn(place.retry_of))
    except LogError:
        return None


def setup_of(exchanges: tuple[Exchange, ...], log: Log) -> Setup:
    """As the session was left. The route of a retry was for that one turn, but not its local model."""
    last = next((e for e in reversed(exchanges) if e.turn), None)
    if last is None or last.turn is None:
        return Setup()
    first, local_model = last, last.turn.options.local_model
    while repeated := repeated_by(first, log):
        first = repeated
    return Setup() if first.turn is None else replace(Setup.of(first.turn), local_model=local_model)


def turn_again(logged: LoggedTurn, log: Log) -> Turn | None:
    """A turn of the log with its whole history, outside of any session; None where texts are not kept.

    Raises UsageError for tools or a schema that are not well-formed any more.
    """
    if logged.request is None:
        return None
    turn = logged.request.turn()
    if logged.place is None:
        return turn
    alone = turn.with_options(replace(turn.options, held=None))
    return after(alone, history(branch(logged.place.parent_id, log)))
