"""The terminal as a value: streams, colour and width, so that tests can hand in another one."""

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from hroute.core.frozen import frozen
from hroute.core.sanitize import printable

if TYPE_CHECKING:
    from rich.console import Console


StyledText = tuple[str, str]  # text and its rich style


@frozen
class Terminal:
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    is_rich: bool  # stdout is a terminal that understands cursor movement
    has_colour: bool
    quiet: bool = False
    is_plain: bool = False  # nothing but text, whatever the streams are

    @classmethod
    def current(cls, *, quiet: bool = False) -> "Terminal":
        """The process's own streams; NO_COLOR and TERM=dumb are honoured."""
        is_rich = sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        return cls(
            sys.stdin, sys.stdout, sys.stderr, is_rich, is_rich and not os.environ.get("NO_COLOR"), quiet
        )

    def plain(self) -> "Terminal":
        return replace(self, is_rich=False, has_colour=False, is_plain=True)

    def write(self, text: str) -> None:
        """Answer text to stdout, as it is."""
        self.stdout.write(text)
        self.stdout.flush()

    def line(self, *spans: StyledText) -> None:
        """One line to stdout: styled and wrapped on a terminal; as it is, and without rich, elsewhere."""
        if not self.is_rich:
            self.write(printable("".join(text for text, _style in spans)) + "\n")
            return
        from rich.text import Text

        self.console().print(Text.assemble(*((printable(text), style) for text, style in spans)))

    def note(self, line: str) -> None:
        """One dim line to stderr; nothing when quiet."""
        if not self.quiet:
            self._to_stderr(line, "2")

    def warn(self, *lines: str) -> None:
        """Lines to stderr that --quiet does not silence."""
        for line in lines:
            self._to_stderr(line, "33")

    def error(self, message: str, hint: str = "") -> None:
        self._to_stderr(f"hroute: {message}", "31")
        if hint:
            self._to_stderr(f"  {hint}", "2")

    def console(self) -> "Console":
        """A rich console on stdout."""
        from rich.console import Console

        return Console(
            file=self.stdout,
            force_terminal=self.is_rich,
            no_color=not self.has_colour,
            highlight=False,
            soft_wrap=not self.is_rich,  # piped text keeps its lines whole
        )

    def _to_stderr(self, line: str, style: str) -> None:
        line = printable(line)
        is_coloured = self.stderr.isatty() and not self.is_plain
        colour = is_coloured and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.stderr.write(f"\x1b[{style}m{line}\x1b[0m\n" if colour else f"{line}\n")
        self.stderr.flush()
