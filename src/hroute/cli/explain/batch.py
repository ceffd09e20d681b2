"""The rows of `hroute explain --batch`: each is a prompt with an id, or says what is wrong with it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, TextIO

from hroute.app.read_input import is_utf_16
from hroute.core.errors import UsageError

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: Any  # whatever JSON value it was
    prompt: str


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int  # from 1
    error: str
    id: Any = None  # where one could be read


def read_rows(name: str, stdin: TextIO) -> Iterator[BatchRow | BadRow]:
    """As they come; empty lines are none. `-` is stdin. Raises UsageError for a file that cannot be read."""
    try:
        if name == "-":
            yield from _rows(stdin.buffer, name)
            return
        with Path(name).open("rb") as file:
            yield from _rows(file, name)
    except OSError as exc:
        raise UsageError(f"{name}: {exc.strerror or exc}") from exc


def _rows(lines: Iterable[bytes], name: str) -> Iterator[BatchRow | BadRow]:
    for number, line in enumerate(lines, 1):
        if number == 1 and is_utf_16(line):
            raise UsageError(f"{name}: is UTF-16, not UTF-8", f"iconv -f utf-16 -t utf-8 {name}")
        text = line.removeprefix(BOM) if number == 1 else line
        if text.strip():
            yield _row(number, text)


def _row(number: int, line: bytes) -> BatchRow | BadRow:
    try:
        row = json.loads(line.decode(), parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as exc:
        return BadRow(number, f"not UTF-8 (byte {exc.start} of the line)")
    except (ValueError, RecursionError) as exc:
        return BadRow(number, f"not JSON: {exc}")
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("prompt"), str):
        found = row.get("id") if isinstance(row, dict) else None
        return BadRow(number, 'expected {"id": ..., "prompt": "..."}', found)
    if not row["prompt"].strip():
        return BadRow(number, "the prompt is empty", row["id"])
    return BatchRow(row["id"], row["prompt"])


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(number: str) -> float:
    found = float(number)
    if not isfinite(found):
        raise ValueError(f"{number[:20]} is too large a number")
    return found
