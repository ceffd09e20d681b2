"""Makes text from models and servers safe to print: no terminal control sequences, no bidi tricks."""

import re
from functools import cache

# CSI, then OSC/DCS/SOS/PM/APC strings (ended by BEL or ST), then any other two-byte escape, after
# ECMA-48 (5th edition) 5.3-5.6; C1 controls in their 8-bit form included.
_SEQUENCE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# Bidirectional overrides and isolates (Trojan Source, CVE-2021-42574) and the remaining controls
# but tab and newline.
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(f"{_SEQUENCE}|{_CONTROL}")


def printable(text: str) -> str:
    """The text without anything that a terminal would obey; CRLF becomes LF."""
    if text.isprintable():
        return text
    return _pattern().sub("", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Printable, and without line breaks or runs of spaces."""
    return " ".join(printable(text).split())


def safe_json(text: str) -> str:
    """JSON that is also safe to look at; nothing of its value is lost.

    JSON allows DEL, 8-bit controls and bidirectional overrides unescaped, and a terminal may obey them.
    """
    unsafe = "[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    return re.sub(unsafe, lambda found: f"\\u{ord(found[0]):04x}", text)


class PrintableStream:
    """Makes a stream of pieces printable; a sequence cut between two pieces is held back until whole."""

    HOLD_CHARS = 4096  # an unfinished OSC string longer than this is dropped, not waited for

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        text = self._held + piece
        cut = _unfinished_from(text)
        self._held = text[cut:] if len(text) - cut <= self.HOLD_CHARS else ""
        return printable(text[:cut])

    def end(self) -> str:
        held, self._held = self._held, ""
        return printable(held)


def _unfinished_from(text: str) -> int:
    """Where a sequence starts that the text does not finish; len(text) when there is none."""
    if text.endswith("\r"):
        return len(text) - 1
    for match in _pattern().finditer(text):
        if match.end() == len(text) and not _is_finished(match[0]):
            return match.start()
    return len(text)


def _is_finished(sequence: str) -> bool:
    if len(sequence) == 1:
        return sequence not in "\x1b\x9b\x90\x98\x9d\x9e\x9f"
    if sequence[:2] == "\x1b[" or sequence[0] == "\x9b":
        body = sequence[2:] if sequence[0] == "\x1b" else sequence[1:]
        return bool(body) and "@" <= body[-1] <= "~"
    if sequence[0] != "\x1b" or sequence[1] in "]PX^_":
        return sequence.endswith(("\x07", "\x1b\\", "\x9c"))
    return "0" <= sequence[-1] <= "~"
