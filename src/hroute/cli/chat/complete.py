"""Completes slash commands, their choices, and the files that some of them take."""

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from hroute.cli.chat.slash import COMMANDS, Command, Kind, find


class SlashCompleter(Completer):
    def __init__(self) -> None:
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text_before_cursor
        if not text.startswith("/") or "\n" in text:
            return
        name, space, argument = text[1:].partition(" ")
        command = find(name.lower())
        if not space:
            yield from _names(name.lower())
        elif command is not None:
            yield from self._arguments(command, argument.lstrip(), complete_event)

    def _arguments(self, command: Command, typed: str, event: CompleteEvent) -> Iterable[Completion]:
        for choice in command.choices:
            if choice.startswith(typed.lower()):
                yield Completion(choice, -len(typed))
        if command.kind is Kind.PATH or "FILE" in command.form:
            yield from self._paths.get_completions(Document(typed), event)


def _names(typed: str) -> Iterable[Completion]:
    for command in COMMANDS:
        if command.name.startswith(typed):
            # With the space that its argument needs; a command without one can be sent at once.
            text = command.name + (" " if command.needs_argument else "")
            yield Completion(text, -len(typed), display=command.usage, display_meta=command.help)
