"""How much of a conversation goes along with a turn: the newest whole turns that the engine can hold."""

from hroute.core.render import rendered
from hroute.core.routing.context import prompt_room
from hroute.core.settings import Routing
from hroute.core.turn.groups import earlier_groups, with_last
from hroute.core.turn.turn import Turn
from hroute.engines.base import Engine

# A turn fits an engine when its context holds the prompt and at least this much of an answer.
SMALLEST_ANSWER_TOKENS = 256

# Once turns must be left out, so many are that this share of the room is used: an engine that keeps what it
# has read reads the rest of the history again whenever its beginning moves, so it is to move seldom.
FILLED = 0.75


def fitted(turn: Turn, engine: Engine, routing: Routing) -> Turn:
    """The turn with as many of its newest earlier turns as the engine holds; `place` says how many.

    What was left out with the turn before stays out, unless all of it has plenty of room now.
    """
    groups = earlier_groups(turn)
    if not groups:
        return turn
    if engine.context_tokens is None:
        return with_last(turn, groups)
    own_limit = turn.options.sampling.max_tokens or SMALLEST_ANSWER_TOKENS
    room = min(
        prompt_room(engine.context_tokens, max(routing.answer_tokens, own_limit)),
        engine.context_tokens - own_limit,
    )

    def fits(last: int, share: float = 1.0) -> bool:
        limit = int(share * room)
        messages = rendered(with_last(turn, last).messages, turn.bound_to, engine.takes).texts
        count = engine.counter.count(messages, limit)
        return not count.over and count.tokens <= limit

    before = min(place.history_turns, groups) if (place := turn.options.place) else groups
    if before < groups and fits(groups, FILLED):
        return with_last(turn, groups)
    if fits(before):
        return with_last(turn, before)
    share = FILLED if fits(0, FILLED) else 1.0
    most, too_many = 0, before
    while too_many - most > 1:
        middle = (most + too_many) // 2
        most, too_many = (middle, too_many) if fits(middle, share) else (most, middle)
    return with_last(turn, most)


def left_out(whole: Turn, sent: Turn) -> int:
    """How many earlier turns do not go along."""
    return earlier_groups(whole) - earlier_groups(sent)


def left_out_as_planned(turn: Turn) -> int:
    """How many already did not go along with the turn before."""
    place = turn.options.place
    return 0 if place is None else max(0, earlier_groups(turn) - place.history_turns)
