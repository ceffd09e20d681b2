"""Turns prompt arguments, piped input and files into the parts of a turn; refuses what no model reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from hroute.core.errors import UsageError
from hroute.core.remedies import GivePrompt
from hroute.core.turn.message import Text

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected

# No model of today reads more; a larger input is a mistake better caught before it is loaded.
MAX_INPUT_BYTES = 10_000_000


def read_file(path: Path) -> Text:
    """The text of a file. Raises UsageError for a missing, unreadable, binary or oversized one."""
    try:
        if path.is_dir():
            raise UsageError(f"{path}: is a folder, not a file")
        with path.open("rb") as file:
            data = file.read(MAX_INPUT_BYTES + 1)
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror or exc}") from exc
    return Text(decode(data, str(path)), path.name)


def decode(data: bytes, name: str) -> str:
    """UTF-8 text (a byte order mark is dropped) or UTF-16 with its mark."""
    if len(data) > MAX_INPUT_BYTES:
        raise UsageError(
            f"{name}: larger than {MAX_INPUT_BYTES // 1_000_000} MB, more than any model reads",
            "cut out the part that matters, e.g. with tail or grep",
        )
    encoding, shown = ("utf-16", "UTF-16") if is_utf_16(data) else ("utf-8-sig", "UTF-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise UsageError(f"{name}: not a text file (byte {exc.start} is not {shown})") from exc
    if "\0" in text:
        raise UsageError(f"{name}: not a text file (a NUL at character {text.index(chr(0))})")
    return text


def is_utf_16(data: bytes) -> bool:
    """By its byte order mark."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff")


def read_expected(tools: Path | None, schema: str | None, where: str = "schema") -> "Expected | None":
    """What the answer is bound to. `schema` is a file, a JSON Schema or its short form, given as `where`.

    Raises UsageError for what is not well-formed, so that no engine is asked in vain.
    """
    if tools is None and schema is None:
        return None
    if tools is not None and schema is not None:
        raise UsageError("tools and a schema do not go together", "a tool's parameters are its schema")
    from hroute.core.tools.definitions import read_toolset
    from hroute.core.tools.schema.read import read_schema

    if tools is not None:
        return read_toolset(read_file(tools).text, str(tools))
    form = schema or ""
    is_file = form.endswith(".json") or Path(form).is_file()
    text = read_file(Path(form)).text if is_file else form
    return read_schema(text, form if is_file else where)


def read_stdin(stdin: TextIO) -> str | None:
    """What was piped in; None when stdin is a terminal."""
    if stdin.isatty():
        return None
    return decode(stdin.buffer.read(MAX_INPUT_BYTES + 1), "stdin")


def combine(prompt: str | None, piped: str | None, files: Sequence[Path]) -> tuple[str, tuple[Text, ...]]:
    """The user's own words, and what goes along with them.

    Piped text is the prompt when there is no other; next to a prompt it is one more file.
    """
    along = [read_file(path) for path in files]
    words = "" if prompt in (None, "-") else (prompt or "")
    if piped and piped.strip():
        if words:
            along.insert(0, Text(piped, "stdin"))
        else:
            words = piped
    if not words.strip():
        raise UsageError("the prompt is empty", GivePrompt())
    return words, tuple(along)
