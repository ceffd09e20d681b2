"""All that may block before the first token of a turn, as one step that returns a complete plan."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from hroute.app.answer.preview import decide_turn, draw_lot
from hroute.app.answer.signals import evaluate
from hroute.app.answer.standing import standing_now
from hroute.app.answer.window import SMALLEST_ANSWER_TOKENS, fitted
from hroute.core.decision.decision import Decision, Degraded, Route, Rule, Standing
from hroute.core.decision.signals import Signals
from hroute.core.errors import ConfigError
from hroute.core.pricing import FREE, Price
from hroute.core.remedies import ConfigureCloud, SetSetting
from hroute.core.render import rendered
from hroute.core.routing.policy import may_fail_over
from hroute.core.turn.turn import Turn
from hroute.engines.base import Engine, Request

if TYPE_CHECKING:
    from hroute.app.answer.runtime import Runtime


@dataclass(frozen=True, slots=True)
class CandidateEngine:
    """An engine with what it would be asked; `unable` says why it cannot take that, empty where it can."""

    engine: Engine
    turn: Turn  # with as much of its history as the engine holds
    request: Request
    price: Price | None
    sent_bytes: int
    unable: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """`engines` are tried in their order; `first` is the first. None: a spent budget stops the turn."""

    turn: Turn
    signals: Signals
    standing: Standing
    decision: Decision
    overhead_ms: float  # of the decision alone
    engines: tuple[Engine, ...]
    first: CandidateEngine | None

    @property
    def is_stopped(self) -> bool:
        return self.first is None


def prepare(turn: Turn, runtime: "Runtime") -> AnswerPlan:
    """Raises ConfigError for a route that cannot be taken, LocalInferenceError for a model that is not here.

    The latter for one that the turn names: where that of the settings is missing, the cloud may answer.
    """
    started_s = perf_counter()
    turn = _named(turn, runtime)
    signals = evaluate(turn, runtime)
    standing = standing_now(runtime)
    decision = decide_turn(turn, signals, standing, runtime, draw_lot(runtime.settings))
    _refuse_impossible(decision, standing, runtime)
    overhead_ms = (perf_counter() - started_s) * 1000
    if _is_stopped(decision, standing, runtime):
        return AnswerPlan(turn, signals, standing, decision, overhead_ms, (), None)
    engines = _engines(turn, decision, standing, runtime)
    first = candidate(engines[0], turn, runtime)
    return AnswerPlan(turn, signals, standing, decision, overhead_ms, engines, first)


def _named(turn: Turn, runtime: "Runtime") -> Turn:
    """With the whole name of the local model, by which the log's reader finds it from another folder."""
    named = turn.options.local_model
    if named is None:
        return turn
    whole = runtime.slot(turn.slot, named).name
    return turn.with_options(replace(turn.options, local_model=whole))


def candidate(engine: Engine, turn: Turn, runtime: "Runtime") -> CandidateEngine:
    """For the others when their turn comes: counting for a cloud takes a third of a second to begin with."""
    engine.prepare()
    turn = fitted(turn, engine, runtime.settings.routing)
    request = Request(turn.messages, turn.options.sampling, turn.bound_to)
    return asked(CandidateEngine(engine, turn, request, _price(engine, runtime), 0), request)


def asked(whom: CandidateEngine, request: Request) -> CandidateEngine:
    """The same candidate with another request."""
    engine = whom.engine
    if unmet := whom.turn.needs - engine.takes:
        return replace(whom, request=request, unable=f"{engine.name}: takes no {' and '.join(unmet)}")
    if not _fits(engine, request):
        limit = f"holds {engine.context_tokens} tokens, too few for this prompt"
        return replace(whom, request=request, unable=f"{engine.name}: {limit}")
    return replace(whom, request=request, sent_bytes=engine.request_bytes(request), unable="")


def _fits(engine: Engine, request: Request) -> bool:
    if engine.context_tokens is None:
        return True
    room = engine.context_tokens - (request.sampling.max_tokens or SMALLEST_ANSWER_TOKENS)
    sent = rendered(request.messages, request.expected, engine.takes)
    return engine.counter.count(sent.texts, room).tokens <= room


def _refuse_impossible(decision: Decision, standing: Standing, runtime: "Runtime") -> None:
    """A cloud that was chosen is exact: it is refused rather than bent."""
    if decision.rule is not Rule.FORCED or decision.route is not Route.CLOUD:
        return
    if runtime.settings.privacy.local_only:
        raise ConfigError("privacy.local_only forbids the cloud", SetSetting("privacy.local_only", "false"))
    if not standing.cloud_configured:
        raise ConfigError("the cloud was chosen, and none is configured", ConfigureCloud("openai"))


def _is_stopped(decision: Decision, standing: Standing, runtime: "Runtime") -> bool:
    """Whether a spent budget ends the turn: one that has to take the cloud, or any that wants it."""
    if standing.budget_left:
        return False
    is_forced = decision.rule is Rule.FORCED and decision.route is Route.CLOUD
    return is_forced or (decision.degraded is Degraded.BUDGET and runtime.settings.budget.on_limit == "stop")


def _engines(turn: Turn, decision: Decision, standing: Standing, runtime: "Runtime") -> tuple[Engine, ...]:
    """The engines that may answer, in the order in which they are tried."""
    engines = _engines_of(decision.route, turn, runtime)
    if may_fail_over(decision, runtime.settings, standing, decision.route.other):
        engines += _engines_of(decision.route.other, turn, runtime)
    return engines


def _engines_of(route: Route, turn: Turn, runtime: "Runtime") -> tuple[Engine, ...]:
    if route is Route.CLOUD:
        return runtime.clouds
    return (runtime.slot(turn.slot, turn.options.local_model).engine,)


def _price(engine: Engine, runtime: "Runtime") -> Price | None:
    if engine.route is Route.LOCAL:
        return FREE
    return runtime.price(next(cloud for cloud in runtime.settings.cloud if cloud.name == engine.name))
