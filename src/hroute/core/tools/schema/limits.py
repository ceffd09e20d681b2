"""How large a schema may be. Checked before any parser that recurses or any native code sees it."""

import math

from hroute.core.errors import UsageError

MAX_BYTES = 512 * 1024
MAX_VALUES = 20_000  # JSON values in a definition, counted one by one
MAX_JSON_DEPTH = 110  # serde, which llguidance reads with, stops at 128
MAX_ENUM_VALUES = 10_000
MAX_PROPERTIES = 300  # llguidance took 9 ms for 200, 5.4 s for 5,000
MAX_PATTERN_CHARS = 1_000
MAX_PATTERNS = 100  # different ones: the worst that fit the limits take an engine 30 ms each
MAX_NAME_CHARS = 200
MAX_TOOLS = 128  # OpenAI's limit
# Subschemas that judge one and the same value: `allOf` of `$ref`s to `allOf`s doubles with every level.
MAX_CHECKS_PER_VALUE = 2_000


def check_size(document: object, where: str) -> None:
    """Refuses what is too deep or too much to look at. `document` is plain JSON; this never recurses."""
    pending: list[tuple[object, int]] = [(document, 1)]
    patterns: set[str] = set()
    values = text_bytes = 0
    while pending:
        value, depth = pending.pop()
        if isinstance(value, float) and not math.isfinite(value):
            raise UsageError(f"{where}: {value} is no number of JSON")
        values += 1
        text_bytes += _text_bytes(value, where)
        patterns |= _patterns(value)
        if depth > MAX_JSON_DEPTH:
            raise UsageError(f"{where}: nested more than {MAX_JSON_DEPTH} JSON levels deep", "flatten it")
        if values > MAX_VALUES:
            raise UsageError(f"{where}: more than {MAX_VALUES:,} values", "leave out what is not needed")
        if text_bytes > MAX_BYTES:
            raise UsageError(f"{where}: more than {MAX_BYTES // 1024} KiB of text", "shorten it")
        if len(patterns) > MAX_PATTERNS:
            raise UsageError(f"{where}: more than {MAX_PATTERNS} different patterns", "use enum or format")
        pending += ((child, depth + 1) for child in _children(value))


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _text_bytes(value: object, where: str) -> int:
    """What the value's own text takes; a dict's is its keys."""
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
    try:
        return sum(len(text.encode()) for text in texts)
    except UnicodeEncodeError as exc:
        raise UsageError(f"{where}: half of a UTF-16 surrogate pair is not a character") from exc


def _patterns(value: object) -> set[str]:
    """The regular expressions of a schema, should the value be one."""
    if not isinstance(value, dict):
        return set()
    pattern, by_pattern = value.get("pattern"), value.get("patternProperties")
    return {
        *([pattern] if isinstance(pattern, str) else []),
        *(by_pattern if isinstance(by_pattern, dict) else ()),
    }
