"""Where `$ref`s lead: not back to themselves, to an end, and not to endless work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from hroute.core.errors import UsageError
from hroute.core.tools.schema.keywords import IN_PLACE, subschemas
from hroute.core.tools.schema.limits import MAX_CHECKS_PER_VALUE


@dataclass(slots=True)
class SubschemaNode:
    """One subschema: which others judge the same value as it does.

    A value of it contains values of all that it `needs`, and of one in each of the `choices`.
    """

    in_place: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    choices: list[list[str]] = field(default_factory=list)


def place_of(schema: Any, path: tuple[str, ...]) -> SubschemaNode:
    """Of a checked schema; `path` is its own."""
    place = SubschemaNode()
    if not isinstance(schema, dict):
        return place
    if "$ref" in schema:
        target = unquote(schema["$ref"])
        place.in_place.append(target)
        place.needs.append(target)
    for inner, _ in subschemas(schema):
        if inner[0] in IN_PLACE:
            place.in_place.append(pointer((*path, *inner)))
    if "enum" not in schema and "const" not in schema:
        _require(place, schema, path)
    return place


def _require(place: SubschemaNode, schema: Mapping[str, Any], path: tuple[str, ...]) -> None:
    """Notes what every value of the schema contains."""
    place.needs += [pointer((*path, "allOf", str(i))) for i in range(len(schema.get("allOf", ())))]
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            place.choices.append([pointer((*path, keyword, str(i))) for i in range(len(schema[keyword]))])
    if schema.get("type") == "object":
        named = schema.get("properties", {}).keys() & set(schema.get("required", ()))
        place.needs += [pointer((*path, "properties", name)) for name in sorted(named)]
    if schema.get("type") == "array" and schema.get("minItems", 0) > len(schema.get("prefixItems", ())):
        place.needs += [pointer((*path, "items"))] if isinstance(schema.get("items"), dict) else []


def pointer(path: tuple[str, ...]) -> str:
    """RFC 6901, as `$ref` writes it."""
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def check_references(places: Mapping[str, SubschemaNode], where: str) -> None:
    """Raises UsageError for a `$ref` that leads in a circle without consuming anything."""
    checks: dict[str, int] = {}
    for at in places:
        _count_checks(at, places, checks, where)
    if "#" not in _finite(places):
        raise UsageError(
            f"{where}: every value would have to contain another of its kind, without end",
            "make the property that refers back optional, or allow null",
        )


_PASSES = 100  # a longer chain of $refs than this is taken to end


def _finite(places: Mapping[str, SubschemaNode]) -> set[str]:
    """The places that some finite value satisfies: the least fixed point, children before parents."""
    known: set[str] = set()
    backwards = list(places.items())[::-1]
    for _ in range(_PASSES):
        before = len(known)
        for at, place in backwards:
            if _ends(place, known):
                known.add(at)
        if len(known) == before:
            return known
    return {*places}


def _ends(place: SubschemaNode, known: set[str]) -> bool:
    return all(at in known for at in place.needs) and all(
        any(at in known for at in some) for some in place.choices
    )


def _count_checks(
    start: str, places: Mapping[str, SubschemaNode], checks: dict[str, int], where: str
) -> None:
    """Fills `checks` with how many subschemas judge one value at each place, children before parents."""
    open_places: list[str] = [start]
    on_way: set[str] = set()
    while open_places:
        at = open_places[-1]
        if at in checks:
            open_places.pop()
            continue
        on_way.add(at)
        missing = [child for child in places[at].in_place if child not in checks]
        if circular := next((child for child in missing if child in on_way), None):
            raise UsageError(
                f"{where}: {at}: $ref to {circular!r} comes back to itself without consuming anything",
                "let a property or the items of a list stand between",
            )
        if missing:
            open_places += missing
            continue
        checks[at] = 1 + sum(checks[child] for child in places[at].in_place)
        if checks[at] > MAX_CHECKS_PER_VALUE:
            raise UsageError(
                f"{where}: {at}: one value would meet more than {MAX_CHECKS_PER_VALUE:,} subschemas",
                "nest fewer anyOf, allOf and $ref",
            )
        on_way.discard(at)
        open_places.pop()
