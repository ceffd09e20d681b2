"""The commands that a chat understands: one table for the parser, the help and the completion.

A text is a command when it begins with a slash and a word of letters that ends there: `/why 3`. What goes
on after the word (`/usr/bin`, `/* note */`, `/v1/chat`) is a prompt like any other. A prompt that would
read as a command is written with two slashes: `//help me` is the prompt `/help me`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum

from hroute.core.errors import UsageError


class Kind(StrEnum):
    """What a command takes after its name."""

    NOTHING = "nothing"
    CHOICE = "choice"
    NUMBER = "number"  # a whole one from 1
    MINUTES = "minutes"
    PATH = "path"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    help: str
    form: str = ""  # the argument as people read it; in brackets when it may be left out
    kind: Kind = Kind.NOTHING

    @property
    def usage(self) -> str:
        return f"/{self.name} {self.form}".rstrip()

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self.form.strip("[]").split("|")) if self.kind is Kind.CHOICE else ()

    @property
    def needs_argument(self) -> bool:
        return self.kind is not Kind.NOTHING and not self.form.startswith("[")


# In the order of /help.
COMMANDS = (
    Command("route", "Always take this route; auto: the signals decide.", "[auto|local|cloud]", Kind.CHOICE),
    Command("why", "Why the last turn, or turn N, was routed as it was.", "[N]", Kind.NUMBER),
    Command("thoughts", "What the model said to itself before the last answer."),
    Command("retry", "The last turn again on the other route; both answers stay.", "[up|down]", Kind.CHOICE),
    Command("edit", "Take the last turn back into the editor."),
    Command("undo", "Take back the last turn; the log keeps it."),
    Command("good", "The last answer was right."),
    Command("bad", "The last answer was wrong, and how many minutes it cost.", "[MINUTES]", Kind.MINUTES),
    Command("not", "Constraint N of the last prompt was none; see /why.", "N", Kind.NUMBER),
    Command("file", "Send this text file along with the next prompt.", "PATH", Kind.PATH),
    Command("drop", "Forget the files that wait for the next prompt."),
    Command("system", "Show or set the system prompt; off removes it.", "[TEXT|off]", Kind.TEXT),
    Command("model", "Show the models of each route, or chat locally with another.", "[MODEL]", Kind.PATH),
    Command("schema", "Bind answers to a schema: 'name: str, age: int'.", "[FILE|FORM|off]", Kind.TEXT),
    Command("tools", "Offer the tools of a file, in any usual form.", "[FILE.json|off]", Kind.PATH),
    Command("cost", "What this session and today have cost."),
    Command("context", "What of the conversation goes along, in tokens."),
    Command("copy", "Copy the last answer to the clipboard."),
    Command("save", "Write the conversation to a file.", "FILE.md|FILE.json", Kind.PATH),
    Command("sessions", "List earlier sessions."),
    Command("open", "Go on with an earlier session.", "ID", Kind.NUMBER),
    Command("fork", "Go on in a new session that begins with this conversation."),
    Command("new", "Begin a new session."),
    Command("help", "Show this list."),
    Command("quit", "Leave; so does Ctrl-D."),
)  # fmt: skip

# Words of other programs for what one of these commands does.
_MEANT = {"exit": "quit", "bye": "quit", "clear": "new", "reset": "new", "load": "open", "cancel": "undo"}

_COMMAND = re.compile(r"/([A-Za-z]+)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`argument` has the type of its command's kind; None when it was left out."""

    name: str
    argument: str | int | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    text: str


def parse(text: str) -> SlashCommand | Prompt:
    """What was entered. Raises UsageError, with the nearest command, for one that does not exist."""
    entered = text.strip()
    if entered.startswith("//") and _COMMAND.fullmatch(entered[1:]):
        return Prompt(entered[1:])
    found = _COMMAND.fullmatch(entered)
    if found is None:
        return Prompt(text)
    command = find(found[1].lower())
    if command is None:
        raise UsageError(f"no command /{found[1]}", _nearest(found[1].lower(), entered))
    return SlashCommand(command.name, _argument(command, (found[2] or "").strip()))


def find(name: str) -> Command | None:
    return next((command for command in COMMANDS if command.name == name), None)


def _nearest(word: str, entered: str) -> str:
    names = [command.name for command in COMMANDS]
    starts = [name for name in names if name.startswith(word)]
    near = [_MEANT[word]] if word in _MEANT else starts or get_close_matches(word, names, n=1)
    if near:
        return f"did you mean {' or '.join(f'/{name}' for name in near)}?"
    first_line = entered.partition("\n")[0]
    return f"/help lists them; as a prompt: /{first_line}"


def _argument(command: Command, text: str) -> str | int | Decimal | None:
    if not text and not command.needs_argument:
        return None
    if not text:
        raise UsageError(f"/{command.name} needs more", command.usage)
    match command.kind:
        case Kind.CHOICE:
            return _choice(command, text)
        case Kind.NUMBER:
            return _number(command, text)
        case Kind.MINUTES:
            return _minutes(command, text)
        case Kind.PATH | Kind.TEXT:
            return text
    name = command.name
    raise UsageError(f"/{name} takes nothing, not {_quoted(text)}", f"as a prompt: //{name} …")


def _choice(command: Command, text: str) -> str:
    word = text.lower()
    if word in command.choices:
        return word
    near = get_close_matches(word, command.choices, n=1)
    hint = f"did you mean /{command.name} {near[0]}?" if near else command.usage
    raise UsageError(f"/{command.name} is {_quoted(text)}, must be {' or '.join(command.choices)}", hint)


def _number(command: Command, text: str) -> int:
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) <= 18 and int(digits):
        return int(digits)
    raise UsageError(f"/{command.name} is {_quoted(text)}, must be a number from 1", command.usage)


def _minutes(command: Command, text: str) -> Decimal:
    try:
        minutes = Decimal(text)
    except InvalidOperation:
        minutes = Decimal(-1)
    if minutes.is_finite() and 0 <= minutes <= 1440:
        return minutes
    raise UsageError(f"/{command.name} is {_quoted(text)}, must be minutes, 0 to 1440", command.usage)


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words[:40]}…”" if len(words) > 40 else f"“{words}”"
