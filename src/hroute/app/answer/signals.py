"""Measures the three signals of a turn."""

from time import perf_counter
from typing import TYPE_CHECKING

from hroute.app.own_files import check_tagger
from hroute.core.abilities.demands import demands_of
from hroute.core.constraints import find_constraints
from hroute.core.decision.signals import Constraints, ScoutReading, Signals
from hroute.core.render import rendered
from hroute.core.routing.context import bound, pressure, threshold
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.app.answer.runtime import Runtime


def evaluate(turn: Turn, runtime: "Runtime") -> Signals:
    """All three signals. Nothing is loaded when sizes alone settle the context."""
    messages = rendered(turn.messages, turn.bound_to).texts
    local = runtime.slot(turn.slot, turn.options.local_model)
    capacity = local.capacity
    limit = threshold(runtime.settings.routing, capacity.context_tokens)
    count = bound(messages, limit)
    if count is not None:
        scout, constraints = _scout(turn.ask, runtime), _constraints(turn, runtime)
    else:
        from concurrent.futures import ThreadPoolExecutor

        # The tokenizer releases the interpreter lock, so the other two are read meanwhile.
        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(capacity.counter.count, messages, limit)
            scout, constraints = _scout(turn.ask, runtime), _constraints(turn, runtime)
            count = counting.result()
    scout = scout.facing(local.ability, runtime.cloud_ability)
    return Signals(constraints, pressure(count, limit), scout)


def _constraints(turn: Turn, runtime: "Runtime") -> Constraints:
    check_tagger()
    items = tuple(item for item in find_constraints(turn.ask) if item.text not in turn.options.dismissed)
    return Constraints(len(items), items, runtime.settings.routing.max_constraints)


def _scout(prompt: str, runtime: "Runtime") -> ScoutReading:
    started_s = perf_counter()
    reading = runtime.scout.read(prompt).demanding(demands_of(prompt))
    # A scout that loads a model measures itself, without the loading.
    return reading if reading.latency_ms else reading.after((perf_counter() - started_s) * 1000)
