"""Settings from outside the file: HROUTE_<SECTION>__<KEY> variables and KEY=VALUE texts."""

import re
from collections.abc import Mapping, Sequence

from hroute.core.errors import ConfigError
from hroute.core.frozen import frozen
from hroute.core.remedies import ShowSettings

PREFIX = "HROUTE_"
NOT_SETTINGS = ("HROUTE_HOME", "HROUTE_CONFIG", "HROUTE_DEBUG")


@frozen
class Assignment:
    """One setting as the user wrote it; `source` is the variable or the flag."""

    source: str
    key: str
    raw: str


def from_environment(env: Mapping[str, str]) -> list[Assignment]:
    """The settings among the variables, lists in the order of their index. An empty one is not set."""
    names = [n for n in env if n.startswith(PREFIX) and env[n] and _may_be_a_setting(n)]
    if not names:
        return []
    return [Assignment(n, _key(n), env[n]) for n in sorted(names, key=_by_number) if _is_setting(n)]


def assignments(texts: Sequence[str], option: str) -> list[Assignment]:
    """What was given as KEY=VALUE with this option. Raises ConfigError."""
    return [_assignment(text, option) for text in texts]


def _assignment(text: str, option: str) -> Assignment:
    key, equals, raw = text.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"{option} wants KEY=VALUE, e.g. {option} routing.max_constraints=4")
    return Assignment(f"{option} {key.strip()}", key.strip(), raw.strip())


def variable(key: str) -> str:
    """The variable that sets a key."""
    return PREFIX + key.upper().replace(".", "__")


def _may_be_a_setting(name: str) -> bool:
    return name not in NOT_SETTINGS and not name.startswith(f"{PREFIX}TEST_")


def _is_setting(name: str) -> bool:
    """Whether it sets something; raises ConfigError when it looks like a misspelt setting.

    Others stay unnoticed: Kubernetes, for one, sets HROUTE_PORT for a service called hroute.
    """
    from difflib import get_close_matches

    from hroute.config.values import known_keys

    key = _key(name)
    known = known_keys(key)
    if key in known:
        return True
    close = get_close_matches(_flat(key), [_flat(k) for k in known], n=1, cutoff=0.8)
    if not close and "__" not in name.removeprefix(PREFIX):
        return False
    guess = next((f"; did you mean {variable(k)}?" for k in known if _flat(k) in close), "")
    raise ConfigError(f"{name}: unknown setting{guess}", ShowSettings())


def _key(name: str) -> str:
    return name.removeprefix(PREFIX).lower().replace("__", ".")


def _flat(key: str) -> str:
    """A key without what people confuse: dots and underscores."""
    return re.sub(r"[._]+", "_", key)


def _by_number(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in name.split("__")]
