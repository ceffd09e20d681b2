"""Sides with scripted engines, and runs made of them."""

from collections.abc import Sequence
from decimal import Decimal

from hroute.bench.route.sides import Participant
from hroute.bench.route.tasks import RouteTask
from hroute.core.decision.decision import Route
from hroute.core.pricing import FREE, Price
from tests.support.scripted import Script, ScriptedEngine

PRICE = Price(Decimal(1), Decimal(2))


def scripted(route: Route, script: Sequence[Script], name: str = "scripted") -> Participant:
    engine = ScriptedEngine(name, route, list(script), model=name)
    return Participant(name, name, lambda _slot: engine, FREE if route is Route.LOCAL else PRICE)


def right(tasks: Sequence[RouteTask]) -> list[Script]:
    return [task.asked.right for task in tasks]


def wrong(tasks: Sequence[RouteTask]) -> list[Script]:
    return ["I don't know."] * len(tasks)
