"""What was entered in earlier chats, for the arrow keys and Ctrl-R: one JSON string a line, owner only."""

import json
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.history import History, InMemoryHistory

from hroute.disk import make_private_folder, owner_only

KEPT_BYTES = 1_000_000  # of the file's end
LONGEST_CHARS = 20_000  # a pasted log is no command to be repeated


class FileHistory(History):
    """A file that cannot be read or written costs the memory of earlier chats, never the chat."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def load_history_strings(self) -> Iterable[str]:
        """The newest first."""
        return reversed([text for line in self._last_lines() if (text := _read(line))])

    def store_string(self, string: str) -> None:
        if len(string) > LONGEST_CHARS:
            return
        try:
            make_private_folder(self._path.parent)
            with open(self._path, "ab", buffering=0, opener=owner_only) as file:
                file.write(f"{json.dumps(string)}\n".encode())
        except OSError:
            return

    def _last_lines(self) -> list[bytes]:
        try:
            size = self._path.stat().st_size
            with self._path.open("rb") as file:
                file.seek(max(0, size - KEPT_BYTES))
                return file.read().split(b"\n")
        except OSError:
            return []


def history_at(path: Path, *, is_kept: bool) -> History:
    """`is_kept`: whether prompts may be written to the disk at all."""
    return FileHistory(path) if is_kept else InMemoryHistory()


def _read(line: bytes) -> str:
    try:
        text = json.loads(line)
    except ValueError:  # half a line, or another program's
        return ""
    return text if isinstance(text, str) else ""
