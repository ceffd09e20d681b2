"""Copies a text to the clipboard: with the desktop's own program, else through the terminal."""

import base64
import os
import shutil
import subprocess

from hroute.cli.terminal import Terminal
from hroute.core.errors import UsageError

# A program, and the variable without which it has no clipboard to write to.
PROGRAMS = (
    (("pbcopy",), ""),
    (("wl-copy",), "WAYLAND_DISPLAY"),
    (("xclip", "-selection", "clipboard"), "DISPLAY"),
    (("xsel", "--clipboard", "--input"), "DISPLAY"),
)
TERMINAL_BYTES = 74_000  # what terminals take of an OSC 52 (100,000 bytes of it, encoded)


def copy(text: str, terminal: Terminal) -> str:
    """What was done, in words. Raises UsageError where there is no clipboard."""
    amount = f"{len(text):,} characters"
    for command, variable in PROGRAMS:
        if (not variable or os.environ.get(variable)) and shutil.which(command[0]) and _ran(command, text):
            return f"copied {amount}"
    data = text.encode(errors="replace")
    if not terminal.is_rich or len(data) > TERMINAL_BYTES:
        raise UsageError("no clipboard was found", "/save FILE.md writes the conversation to a file")
    terminal.write(f"\x1b]52;c;{base64.b64encode(data).decode()}\x07")
    return f"gave {amount} to the terminal to copy (OSC 52)"


def _ran(command: tuple[str, ...], text: str) -> bool:
    try:
        # Without pipes of ours: xclip stays behind to serve the clipboard and would keep them open.
        done = subprocess.run(
            command,
            input=text.encode(errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
