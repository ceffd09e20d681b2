"""What each slash command of a chat does."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hroute.app.answer.events import Event
from hroute.app.chat.conversation import Conversation
from hroute.app.chat.exchange import Exchange
from hroute.cli.chat import commands_view as view
from hroute.cli.chat.slash import SlashCommand
from hroute.cli.terminal import Terminal
from hroute.core.decision.decision import Route, Slot
from hroute.core.errors import LocalInferenceError, UsageError
from hroute.core.sanitize import printable

if TYPE_CHECKING:
    from hroute.app.chat.setup import Setup
    from hroute.core.tools.definitions import Toolset
    from hroute.core.tools.schema.read import Schema

OFF = "off"
HOW_TO_LEAVE = "Ctrl-D or /quit leaves"


@dataclass(frozen=True, slots=True)
class After:
    """What comes next: leaving, an answer, or a text that is edited to take the place of the last one."""

    leaves: bool = False
    events: AsyncGenerator[Event, None] | None = None
    then: Callable[[], None] = lambda: None  # when the answer was given
    edited: str | None = None


STAY = After()


@dataclass(frozen=True, slots=True)
class Talk:
    """What a command works on."""

    conversation: Conversation
    terminal: Terminal
    has_editor: bool = False
    saved: set[Path] = field(default_factory=set)  # files that this chat wrote and may write again


def run_command(command: SlashCommand, talk: Talk) -> After:
    """Raises UsageError and whatever else the conversation raises."""
    return COMMANDS[command.name](talk, command.argument) or STAY


# --- routes -------------------------------------------------------------------


def _route(talk: Talk, word: str | None) -> None:
    if word is not None:
        route = None if word == "auto" else Route(word)
        talk.conversation.setup = talk.conversation.setup.forcing(route)
    forced = talk.conversation.setup.forced
    talk.terminal.note(f"every turn goes {_where(forced)}" if forced else "the signals choose the route")


def _where(route: Route) -> str:
    return "to the cloud" if route is Route.CLOUD else "to the local model"


def _why(talk: Talk, turn_id: int | None) -> None:
    view.show_why(talk.conversation.why(turn_id), talk.terminal)


def _thoughts(talk: Talk, _: None) -> None:
    last = talk.conversation.last
    if last is None or not last.thoughts:
        raise UsageError("the last answer came without thoughts, or they were not kept")
    talk.terminal.line((printable(last.thoughts).strip("\n"), "dim"))


def _retry(talk: Talk, direction: str | None) -> After:
    routes = {"up": Route.CLOUD, "down": Route.LOCAL}
    events = talk.conversation.retry(routes[direction] if direction else None)
    return After(events=events, then=lambda: view.show_versions(talk.conversation.versions(), talk.terminal))


def _not(talk: Talk, number: int) -> None:
    decision = talk.conversation.dismiss(number)
    talk.terminal.note(
        f"constraint {number} no longer counts: the turn would go {_where(decision.route)}"
        f" ({decision.rule}); /retry asks again"
    )


# --- turns --------------------------------------------------------------------


def _edit(talk: Talk, _: None) -> After:
    if not talk.has_editor:
        raise UsageError("/edit needs a terminal with a line editor", "/undo, then say it anew")
    return After(edited=_prompt(talk.conversation))


def _prompt(conversation: Conversation) -> str:
    if conversation.last is None:
        raise UsageError("nothing has been said yet")
    if conversation.last.prompt is None:
        raise UsageError(f"turn {conversation.last.turn_id} was logged without its text")
    return conversation.last.prompt


def _undo(talk: Talk, _: None) -> None:
    undone = talk.conversation.undo()
    last = talk.conversation.last
    now = f"the last turn is #{last.turn_id}" if last else "nothing is left of it"
    talk.terminal.note(f"took back #{undone.turn_id}; {now}")


def _good(talk: Talk, _: None) -> None:
    talk.terminal.note(f"noted: #{talk.conversation.good().turn_id} was right")


def _bad(talk: Talk, minutes: Decimal | None) -> None:
    exchange = talk.conversation.bad(minutes)
    took = "" if minutes is None else f" and took {minutes} minutes"
    talk.terminal.note(f"noted: #{exchange.turn_id} was wrong{took}")


# --- what goes along ----------------------------------------------------------


def _file(talk: Talk, name: str) -> None:
    attachment = talk.conversation.attach(Path(name).expanduser())
    talk.terminal.note(
        f"{attachment.source} goes along with the next prompt: {len(attachment.text):,} characters"
    )


def _drop(talk: Talk, _: None) -> None:
    dropped = talk.conversation.drop()
    talk.terminal.note(f"forgot {dropped} file{'' if dropped == 1 else 's'}" if dropped else "no file waits")


def _system(talk: Talk, text: str | None) -> None:
    conversation = talk.conversation
    if text is None:
        talk.terminal.line((conversation.setup.system or "no system prompt", ""))
        return
    conversation.setup = conversation.setup.telling(None if text == OFF else text)
    talk.terminal.note("no system prompt any more" if text == OFF else "system prompt set")


def _schema(talk: Talk, form: str | None) -> None:
    conversation = talk.conversation
    if form is None:
        from hroute.core.tools.schema.read import Schema

        talk.terminal.line((_source(conversation.setup, Schema) or "no schema", ""))
        return
    conversation.setup = conversation.setup.with_schema(None if form == OFF else form, "/schema")
    talk.terminal.warn(*conversation.setup.warnings)
    talk.terminal.note("answers are prose again" if form == OFF else "answers are JSON by this schema")


def _source(setup: "Setup", kind: type["Schema | Toolset"]) -> str:
    """What was given, where the answers are bound to something of this kind."""
    expected = setup.expected
    return expected.source if expected is not None and isinstance(expected, kind) else ""


def _tools(talk: Talk, name: str | None) -> None:
    conversation = talk.conversation
    if name is None:
        from hroute.core.tools.definitions import Toolset

        talk.terminal.line((_source(conversation.setup, Toolset) or "no tools", ""))
        return
    path = None if name == OFF else Path(name).expanduser()
    conversation.setup = conversation.setup.with_tools(path)
    talk.terminal.warn(*conversation.setup.warnings)
    talk.terminal.note("no tools any more" if path is None else f"the tools of {path} are offered")


# --- looking and keeping ------------------------------------------------------


def _model(talk: Talk, name: str | None) -> None:
    if name is not None:
        _change_model(talk.conversation, name)
        talk.terminal.note("for this chat; to keep it: hroute config set local.chat.model MODEL")
    view.show_models(talk.conversation, talk.terminal)


def _change_model(conversation: Conversation, name: str) -> None:
    """The model before gives its memory back: nobody else talks with it in this process."""
    runtime, before = conversation.runtime, conversation.setup.local_model
    now = runtime.slot(Slot.CHAT, name)
    conversation.setup = conversation.setup.with_model(now.name)
    with suppress(LocalInferenceError):  # that of a session from long ago may not be here any more
        if (old := runtime.slot(Slot.CHAT, before)) is not now:
            old.engine.release()


def _cost(talk: Talk, _: None) -> None:
    view.show_cost(talk.conversation, talk.terminal)


def _context(talk: Talk, _: None) -> None:
    view.show_context(talk.conversation, talk.terminal)


def _copy(talk: Talk, _: None) -> None:
    from hroute.cli.chat.clipboard import copy

    talk.terminal.note(copy(_answered(talk.conversation).shown, talk.terminal))


def _answered(conversation: Conversation) -> Exchange:
    """The last exchange that has a text to show."""
    found = next((e for e in reversed(conversation.exchanges) if e.shown.strip()), None)
    if found is None:
        raise UsageError("there is no answer yet")
    return found


def _save(talk: Talk, name: str) -> None:
    from hroute.cli.chat.save import save

    path = Path(name).expanduser().absolute()
    save(talk.conversation, path, may_replace=path in talk.saved)
    talk.saved.add(path)
    talk.terminal.note(f"wrote {name}")


# --- sessions -----------------------------------------------------------------


def _sessions(talk: Talk, _: None) -> None:
    view.show_sessions(talk.conversation, talk.terminal)


def _open(talk: Talk, session_id: int) -> None:
    talk.conversation.open(session_id)
    view.show_recap(talk.conversation, talk.terminal)


def _fork(talk: Talk, _: None) -> None:
    talk.conversation.fork()
    talk.terminal.note("a new session goes on from here; the old one stays as it is")


def _new(talk: Talk, _: None) -> None:
    talk.conversation.new()
    talk.terminal.note("a new session")


def _help(talk: Talk, _: None) -> None:
    view.show_help(talk.terminal)


def _quit(talk: Talk, _: None) -> After:
    return After(leaves=True)


# The argument has the type that cli.chat.slash says; what is not here is a fault that a test finds.
COMMANDS: Mapping[str, Callable[[Talk, Any], After | None]] = {
    "route": _route,
    "why": _why,
    "thoughts": _thoughts,
    "retry": _retry,
    "edit": _edit,
    "undo": _undo,
    "good": _good,
    "bad": _bad,
    "not": _not,
    "file": _file,
    "drop": _drop,
    "system": _system,
    "model": _model,
    "schema": _schema,
    "tools": _tools,
    "cost": _cost,
    "context": _context,
    "copy": _copy,
    "save": _save,
    "sessions": _sessions,
    "open": _open,
    "fork": _fork,
    "new": _new,
    "help": _help,
    "quit": _quit,
}
