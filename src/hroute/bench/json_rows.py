"""Rows of .jsonl and .jsonl.gz files that come from outside; every fault names its file and line."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hroute.core.errors import UsageError


def json_lines(file: Path, expected: str) -> Iterator[tuple[int, Any]]:
    """Each line that is not blank, with its number. `expected` says what rows should be like, for a hint."""
    number = 0
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8") as lines
        ):
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
    except (EOFError, zlib.error) as exc:
        raise UsageError(f"{file}: is a damaged gzip file", "download it again") from exc
    except OSError as exc:
        raise UsageError(f"{file}: {exc.strerror or exc}", expected) from exc
    except json.JSONDecodeError as exc:
        raise unexpected(file, number, f"is not JSON ({exc.msg})", expected) from exc
    except UnicodeDecodeError as exc:
        raise unexpected(file, number + 1, "is not UTF-8", expected) from exc


def unexpected(file: Path, number: int, what: str, expected: str) -> UsageError:
    return UsageError(f"{file}:{number}: {what}", expected)


def complaint(error: ValidationError) -> str:
    """What is wrong with a row, in a few words."""
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "row"
    if first["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"
