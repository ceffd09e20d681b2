"""Tools' names as servers take them: letters, digits, _ and -, up to 64."""

import re
from collections.abc import Iterable

_MAX_CHARS = 64  # OpenAI's limit; it and most others refuse a dot, a slash or a colon
_FINE = re.compile(rf"[A-Za-z0-9_-]{{1,{_MAX_CHARS}}}")


def wire_names(names: Iterable[str]) -> dict[str, str]:
    """What each name is sent as; equal names give equal texts, and no two names give one."""
    listed = list(dict.fromkeys(names))
    sent = {name: name for name in listed if _FINE.fullmatch(name)}
    taken = set(sent.values())
    for name in listed:
        if name in sent:
            continue
        base = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:_MAX_CHARS] or "_"
        wire, n = base, 1
        while wire in taken:
            n += 1
            wire = f"{base[: _MAX_CHARS - len(str(n)) - 1]}_{n}"
        sent[name] = wire
        taken.add(wire)
    return sent
