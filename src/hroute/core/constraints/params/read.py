"""Reads an item's parameters from its words and the words around it, as plain JSON values."""

from collections.abc import Callable, Mapping

from hroute.core.constraints.params.amounts import Params, read_amount
from hroute.core.constraints.params.edges import read_end, read_keys, read_options, read_repeat, read_start
from hroute.core.constraints.params.format import (
    read_format,
    read_highlights,
    read_marked_sections,
    read_parts,
    read_placeholders,
    read_postscript,
    read_separated,
    read_title,
)
from hroute.core.constraints.params.place import ItemPlace, place_of
from hroute.core.constraints.params.style import (
    read_capitals_counted,
    read_case,
    read_language_and_case,
    read_other_language,
    read_punctuation,
)
from hroute.core.constraints.params.words import read_avoided, read_included, read_times

# For each kind the readings that may fit it, the surest first.
_READERS: dict[str, tuple[Callable[[ItemPlace], Params], ...]] = {
    "length": (read_times, read_capitals_counted, read_amount),
    "count": (read_times, read_placeholders, read_parts, read_amount),
    "format": (read_highlights, read_separated, read_format, read_options),
    "sections": (read_title, read_postscript, read_placeholders, read_marked_sections, read_separated),
    "include": (read_included, read_other_language),
    "avoid": (read_avoided, read_other_language, read_punctuation),
    "start": (read_start,),
    "end": (read_end,),
    "case": (read_case,),
    "punctuation": (read_punctuation,),
    "repeat": (read_repeat,),
    "language": (read_language_and_case,),
    "keys": (read_keys,),
    "style": (read_marked_sections, read_other_language, read_options),
    "content": (read_title,),
}


def params_in(prompt: str, kind: str, start: int, end: int) -> Mapping[str, object]:
    """What the item prompt[start:end] asks for, read with the sentence that it stands in.

    Empty where that is nothing that a program could check, or where it is not clear.
    """
    place = place_of(prompt, start, end)
    for reader in _READERS.get(kind, ()):
        if params := reader(place):
            return params
    return {}
