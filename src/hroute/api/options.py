"""What may be asked of one answer beside what is said, read into the turn's own values."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from hroute.core.decision.decision import Route
from hroute.core.errors import UsageError
from hroute.core.turn.checked import checked_text
from hroute.core.turn.options import Options, Sampling

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected


class AskOptions(TypedDict, total=False):
    """Keywords of `ask`, `stream` and `route`; what is left out, or None, is left to the settings."""

    system: str | None  # in place of the system messages at the beginning
    tools: Sequence[Mapping[str, Any]] | str | None  # definitions in any usual form, or their JSON
    tool_choice: str | Mapping[str, Any] | None  # auto, none, required, or {"function": {"name": …}}
    parallel: bool  # whether an answer may have several calls; default True
    schema: Mapping[str, Any] | str | None  # a JSON Schema, or its short form "name: str, born: int"
    route: Route | str | None  # local or cloud, to the letter; None or auto: the signals decide
    category: str | None  # a label for the log and its reports
    local_model: str | None  # in place of local.chat.model, and named like it
    max_tokens: int | None  # longest answer, 1 or more
    temperature: float | None  # 0 to 2
    top_p: float | None  # above 0, at most 1
    seed: int | None  # 0 or more, to repeat an answer
    stop: str | Sequence[str] | None  # texts that an answer ends before


def options_of(given: AskOptions) -> Options:
    """Raises UsageError for a value that cannot be, and TypeError for a name that is none."""
    if unknown := sorted(given.keys() - AskOptions.__annotations__.keys()):
        raise TypeError(f"{unknown[0]!r} is no option; there are {', '.join(AskOptions.__annotations__)}")
    return Options(
        _route(given.get("route")),
        category=_name("category", given.get("category")),
        sampling=_sampling(given),
        local_model=_name("local_model", given.get("local_model")),
    )


def system_of(given: AskOptions) -> str | None:
    """None: what is said has its own, or none."""
    system = given.get("system")
    return checked_text(system, "system") or None if system is not None else None


def expected_of(given: AskOptions) -> "Expected | None":
    """What the answer is bound to. Raises UsageError for what is not well-formed."""
    tools, schema = given.get("tools"), given.get("schema")
    if not tools and schema is None:
        if given.get("tool_choice") not in (None, "auto", "none"):
            raise UsageError("tool_choice: there are no tools to choose from")
        return None
    if tools and schema is not None:
        raise UsageError("tools and schema do not go together", "a tool's parameters are its schema")
    from hroute.core.tools.definitions import read_toolset
    from hroute.core.tools.schema.read import read_schema

    if not tools:
        return read_schema(_text(schema, "schema"), "schema")
    choice, only = _choice(given.get("tool_choice"))
    text = _text(tools, "tools")
    return read_toolset(text, "tools", choice=choice, only=only, is_parallel=_is_parallel(given))


def _name(name: str, value: object) -> str | None:
    if value == "":
        raise UsageError(f"{name} is empty")
    return None if value is None else checked_text(value, name)


def _text(given: object, name: str) -> str:
    if isinstance(given, str):
        return checked_text(given, name)
    try:
        return json.dumps(given, ensure_ascii=False, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"{name}: cannot be written as JSON: {error}") from error


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _is_parallel(given: AskOptions) -> bool:
    parallel = given.get("parallel", True)
    if not isinstance(parallel, bool):
        raise UsageError(f"parallel is {str(parallel)[:60]!r}, must be True or False")
    return parallel


def _choice(given: object) -> Any:
    """The choice, and the one tool that must be called."""
    from hroute.core.tools.definitions import Choice

    if given is None:
        return Choice.AUTO, None
    if isinstance(given, str) and given in list(Choice):
        return Choice(given), None
    function = given.get("function") if isinstance(given, Mapping) else None
    name = function.get("name") if isinstance(function, Mapping) else None
    if isinstance(name, str):
        return Choice.REQUIRED, name
    raise UsageError(
        f"tool_choice is {str(given)[:60]!r}, must be auto, none or required, or name a function",
        '{"type": "function", "function": {"name": "get_weather"}}',
    )


def _route(given: Route | str | None) -> Route | None:
    if given is None or given == "auto":
        return None
    if given not in list(Route):
        raise UsageError(f"route is {str(given)[:60]!r}, must be auto, local or cloud")
    return Route(given)


def _sampling(given: AskOptions) -> Sampling:
    stop = given.get("stop") or ()
    texts = (stop,) if isinstance(stop, str) else stop
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) and text for text in texts):
        raise UsageError(f"stop is {str(stop)[:60]!r}, must be a text or a list of texts")
    top_p = given.get("top_p")
    if top_p == 0:
        raise UsageError("top_p is 0, must be more")
    return Sampling(
        max_tokens=_whole("max_tokens", given.get("max_tokens"), 1),
        temperature=_ranged("temperature", given.get("temperature"), 2),
        seed=_whole("seed", given.get("seed"), 0),
        top_p=_ranged("top_p", top_p, 1),
        stop=tuple(checked_text(text, "stop") for text in texts),
    )


def _whole(name: str, value: int | None, least: int) -> int | None:
    if value is not None and (type(value) is not int or value < least):
        raise UsageError(f"{name} is {value!r}, must be a whole number, {least} or more")
    return value


def _ranged(name: str, value: float | None, most: float) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= most:
        raise UsageError(f"{name} is {value!r}, must be a number from 0 to {most}")
    return float(value)
