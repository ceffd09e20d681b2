"""Whether a schema is one that OpenAI's strict mode takes."""

from collections.abc import Iterator
from typing import Any

# https://platform.openai.com/docs/guides/structured-outputs#supported-schemas, without the keywords that
# some models and other providers do not take in it.
_KEYWORDS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const"}
    | {"$ref", "$defs", "title", "description"}
)
_MAX_DEPTH = 10
_MAX_ENTRIES = 500  # properties and enum values together, well within OpenAI's limits for each


def is_strict(document: Any) -> bool:
    """Whether all properties of all objects are required, no others allowed, and every keyword is plain."""
    if (
        not isinstance(document, dict)
        or document.get("type") != "object"
        or document.keys() & {"anyOf", "$ref"}
    ):
        return False
    subschemas = list(_subschemas(document, 0))
    entries = sum(len(one.get("properties", ())) + len(one.get("enum", ())) for one, _ in subschemas)
    return entries <= _MAX_ENTRIES and all(
        depth <= _MAX_DEPTH and _is_plain(one) for one, depth in subschemas
    )


def _subschemas(schema: Any, depth: int) -> Iterator[tuple[dict[str, Any], int]]:
    """Each with its depth; what is no object stands as one with a keyword that is not plain."""
    if not isinstance(schema, dict):
        yield {"not": {}}, depth
        return
    yield schema, depth
    if depth > _MAX_DEPTH:
        return
    named = (schema.get("properties"), schema.get("$defs"))
    inner = [one for several in named if isinstance(several, dict) for one in several.values()]
    inner += schema.get("anyOf", [])
    inner += [schema["items"]] if "items" in schema else []
    for one in inner:
        yield from _subschemas(one, depth + 1)


def _is_plain(schema: dict[str, Any]) -> bool:
    if schema.keys() - _KEYWORDS:
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds and not schema.keys() & {"anyOf", "$ref", "enum", "const"}:
        return False
    if "array" in kinds and "items" not in schema:
        return False
    if "object" not in kinds:
        return not schema.keys() & {"properties", "required", "additionalProperties"}
    is_closed = schema.get("additionalProperties") is False
    return is_closed and set(schema.get("required", ())) == schema.get("properties", {}).keys()
