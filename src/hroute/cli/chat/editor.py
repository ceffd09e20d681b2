"""The line editor of a chat: several lines, paste, history, completion, and the gauge below."""

import select
from dataclasses import dataclass
from time import monotonic

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from hroute.app.chat.conversation import Conversation
from hroute.cli.chat.commands import HOW_TO_LEAVE
from hroute.cli.chat.complete import SlashCompleter
from hroute.cli.chat.gauge import LiveGauge, gauge_line, words_of

PASTE_S = 0.03  # keys of a paste come faster than anybody types
STYLE = Style.from_dict(
    {
        "prompt": "bold",
        "continuation": "ansibrightblack",
        "bottom-toolbar": "noreverse ansibrightblack",
        "bottom-toolbar.text": "noreverse ansibrightblack",
        "route-local": "ansigreen",
        "route-cloud": "ansicyan",
        "over": "ansiyellow",
        "message": "bold",
    }
)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Where keys come from and pictures go; None: this process's terminal."""

    input: Input | None = None
    output: Output | None = None
    has_colour: bool = True


class Editor:
    """Reads one text after the other. Enter sends; Alt-Enter, Ctrl-J or a paste make a new line."""

    takes_default = True

    def __init__(
        self, conversation: Conversation, live: LiveGauge, history: History, keyboard: Keyboard
    ) -> None:
        self._conversation, self._live = conversation, live
        self._message = ""  # in place of the gauge, until the next key
        self._label = ""
        self._pasted_at = -PASTE_S
        self._session = self._made(history, keyboard)
        self._session.default_buffer.on_text_changed += self._on_text
        live.changed = self._session.app.invalidate

    def read(self, default: str = "", label: str = "") -> str | None:
        """The next text; None at Ctrl-D. With a label, Ctrl-C gives the text up and returns an empty one."""
        self._message, self._label = "", label
        self._live.begin()
        try:
            return self._session.prompt(default=default)
        except EOFError:
            return None
        finally:
            self._live.rest()

    @property
    def text(self) -> str:
        """What is in the line now."""
        return self._session.default_buffer.text

    def _made(self, history: History, keyboard: Keyboard) -> PromptSession[str]:
        # Completions open by themselves for commands alone: they take room below the line.
        is_command = Condition(lambda: get_app().current_buffer.text.startswith("/"))
        return PromptSession(
            message=lambda: [("class:prompt", f"{self._label}> ")],
            prompt_continuation=lambda width, _line, _wrap: [("class:continuation", "·".ljust(width))],
            multiline=True,
            history=history,
            key_bindings=self._keys(),
            completer=SlashCompleter(),
            complete_while_typing=is_command,
            complete_style=CompleteStyle.COLUMN,
            reserve_space_for_menu=6,
            bottom_toolbar=self._toolbar,
            tempfile_suffix=".md",
            enable_suspend=True,
            style=STYLE,
            color_depth=None if keyboard.has_colour else ColorDepth.DEPTH_1_BIT,
            input=keyboard.input,
            output=keyboard.output,
        )

    def _on_text(self, buffer: Buffer) -> None:
        self._message = ""
        self._live.measure(buffer.text)

    def _toolbar(self) -> StyleAndTextTuples:
        if self._message:
            return [("class:message", self._message)]
        width = get_app().output.get_size().columns
        shown: StyleAndTextTuples = []
        for part in gauge_line(self._live, len(self._conversation.files), width):
            shown += [("", " · " if shown else ""), (part.style, part.long)]
        return shown

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        in_text = has_focus("DEFAULT_BUFFER")
        keys.add("enter", filter=in_text)(self._enter)
        keys.add("escape", "enter", filter=in_text)(_new_line)
        keys.add("c-j", filter=in_text)(_new_line)
        keys.add("c-x", "c-e", filter=in_text)(_to_users_editor)
        keys.add("c-c", filter=in_text)(self._interrupt)
        keys.add(Keys.SIGINT, filter=in_text)(self._interrupt)
        return keys

    def _enter(self, event: KeyPressEvent) -> None:
        """Sends the text, unless this Enter is one of a paste that the terminal did not mark as such."""
        buffer = event.current_buffer
        # A command has one line: what comes right behind it was typed ahead.
        if not _is_command(buffer.text) and self._is_pasting(event):
            _new_line(event)
        elif buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None  # takes the completion
        elif buffer.text.strip():
            buffer.validate_and_handle()

    def _is_pasting(self, event: KeyPressEvent) -> bool:
        # What the terminal reports by itself, like the cursor's position, is no key of anybody's.
        keys = [press.key for press in event.key_processor.input_queue]
        has_more = any(key is not Keys.CPRResponse for key in keys)
        if not event.app.renderer.waiting_for_cpr:
            has_more = has_more or _has_input(event.app.input)
        is_burst = has_more or monotonic() - self._pasted_at < PASTE_S
        if is_burst:
            self._pasted_at = monotonic()
        return is_burst

    def _interrupt(self, event: KeyPressEvent) -> None:
        """Clears the line; on an empty one, says how to leave."""
        if self._label:
            event.app.exit(result="")
        elif event.current_buffer.text:
            event.current_buffer.reset()
            self._live.measure("")
        else:
            self._message = HOW_TO_LEAVE


def _to_users_editor(event: KeyPressEvent) -> None:
    """Opens $VISUAL or $EDITOR; what comes back waits to be sent."""
    event.current_buffer.open_in_editor()


def _is_command(text: str) -> bool:
    return bool(text.strip()) and "\n" not in text and not words_of(text).strip()


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.newline(copy_margin=False)


def _has_input(source: Input) -> bool:
    return bool(select.select([source.fileno()], [], [], 0)[0])
