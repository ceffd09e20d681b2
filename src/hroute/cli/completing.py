"""What Tab offers where a word of the settings, the log or the model files is wanted; it never fails."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from hroute.config.paths import Paths

if TYPE_CHECKING:
    from hroute.store.log import Log

NEWEST = 20  # turns and sessions that are offered
MOST_PROMPT = 40  # characters of a prompt that stand beside its number

Offers = Iterable[tuple[str, str]]


def offered(find: Callable[[Any], Offers]) -> Callable[[Any, str], list[tuple[str, str]]]:
    """A completion of Typer's: what begins with the word so far, and nothing where it cannot be found out."""

    def complete(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
        try:
            return [(word, description) for word, description in find(ctx) if word.startswith(incomplete)]
        except Exception:  # noqa: BLE001  a fault of a file is no answer to Tab; the command itself will tell it
            return []

    return complete


@offered
def setting_names_and_tables(ctx: Any) -> Offers:
    from hroute.config.reference import tables

    yield from _setting_names()
    yield from ((table.name, table.description) for table in tables() if table.name and not table.repeated)


@offered
def settings_and_values(ctx: Any) -> Offers:
    """Of `config set KEY VALUE ...`: names where a name is wanted, then what that setting may be."""
    words: list[str] = list(ctx.params.get("words") or ())
    return _values_of(words[-1]) if len(words) % 2 and not ctx.params.get("default") else _setting_names()


@offered
def overrides(ctx: Any) -> Offers:
    return ((f"{name}=", description) for name, description in _setting_names())


@offered
def model_names(ctx: Any) -> Offers:
    from hroute.app.models import files as models
    from hroute.config.files import load

    paths = Paths.find(os.environ)
    for listed in models.list_models(load(paths, os.environ), paths.data_dir):
        yield listed.name, ", ".join(listed.slots)


@offered
def downloads(ctx: Any) -> Offers:
    from hroute.app.models import files as models
    from hroute.app.models.catalogue import catalogue

    yield models.SCOUT, "the base weights of the encoder scout"
    yield from ((model.name, model.note) for model in catalogue())


@offered
def turn_ids(ctx: Any) -> Offers:
    with _log() as log:
        for summary in log.turns(limit=NEWEST):
            yield str(summary.id), _opening(summary.prompt)


@offered
def session_ids(ctx: Any) -> Offers:
    with _log() as log:
        for session in log.sessions.all(limit=NEWEST):
            yield str(session.session.id), _opening(session.title)


@offered
def ratings(ctx: Any) -> Offers:
    """Of `rate [ID] good|bad|unknown`."""
    from hroute.core.turn.verdict import Judgement

    judgements = [(str(judgement), "") for judgement in Judgement]
    if ctx.params.get("words") or ctx.params.get("last"):
        return judgements
    with _log() as log:
        return [*judgements, *((str(turn.id), _opening(turn.prompt)) for turn in log.turns(limit=NEWEST))]


def _setting_names() -> Iterator[tuple[str, str]]:
    from hroute.config.reference import settings_reference

    for setting in settings_reference():
        yield setting.name, setting.description


def _values_of(name: str) -> Iterator[tuple[str, str]]:
    from hroute.config.reference import settings_reference

    for setting in settings_reference():
        if setting.name == name:
            yield from ((choice, "") for choice in setting.choices)


def _log() -> "Log":
    from hroute.store.log import Log

    return Log(Paths.find(os.environ).log_file)


def _opening(prompt: str | None) -> str:
    """One line of it, without anything that a terminal would obey."""
    from hroute.core.sanitize import printable

    return " ".join(printable(prompt or "").split())[:MOST_PROMPT]
