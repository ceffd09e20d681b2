"""Runs hroute as a user does: as a process, with a home of its own and no settings from outside."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CLOUD = """
[[cloud]]
name = "sky"
model = "big"
base_url = "{base_url}"
input_usd_per_mtok = 1
output_usd_per_mtok = 2
max_retries = 0
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Program:
    home: Path

    def configure(self, text: str) -> None:
        (self.home / "config.toml").write_text(text, encoding="utf-8")

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HROUTE_", "OPENAI_", "NO_COLOR"))}
        return {**kept, "HROUTE_HOME": str(self.home), **more}

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "hroute", *args]

    def run(self, *args: str, stdin: str | bytes = b"", **env: str) -> Ended:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            self.command(*args),
            input=data,
            capture_output=True,
            env=self.environment(**env),
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def run_on_terminal(
        self, *args: str, size: tuple[int, int] = (24, 80), env: Mapping[str, str] | None = None
    ) -> Ended:
        """On a pseudo-terminal, where stdout and stderr are one stream: `out`."""
        parent, child = pty.openpty()
        os.set_blocking(parent, True)
        _resize(child, size)
        process = subprocess.Popen(
            self.command(*args),
            stdin=child,
            stdout=child,
            stderr=child,
            env=self.environment(**{"TERM": "xterm-256color", **(env or {})}),
            start_new_session=True,
        )
        os.close(child)
        out = _read_to_end(parent)
        os.close(parent)
        return Ended(process.wait(timeout=120), out, "")


def _resize(terminal: int, size: tuple[int, int]) -> None:
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))


def _read_to_end(terminal: int, timeout_s: float = 120) -> str:
    parts: list[bytes] = []
    while select.select([terminal], [], [], timeout_s)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says EIO when the last writer has closed
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode(errors="replace")
