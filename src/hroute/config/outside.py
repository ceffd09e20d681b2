"""Settings from outside the file: HROUTE_<SECTION>__<KEY> variables and KEY=VALUE flags."""

import re
from collections.abc import Iterator, Mapping, Sequence

from hroute.core.errors import ConfigError
from hroute.core.frozen import frozen

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


def from_flags(flags: Sequence[str]) -> Iterator[Assignment]:
    for flag in flags:
        key, equals, raw = flag.partition("=")
        if not equals or not key.strip():
            raise ConfigError("--set wants KEY=VALUE, e.g. --set routing.max_constraints=4")
        yield Assignment(f"--set {key.strip()}", key.strip(), raw.strip())


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
    raise ConfigError(f"{name}: unknown setting{guess}", "`hroute config show` prints every setting")


def _key(name: str) -> str:
    return name.removeprefix(PREFIX).lower().replace("__", ".")


def _flat(key: str) -> str:
    """A key without what people confuse: dots and underscores."""
    return re.sub(r"[._]+", "_", key)


def _by_number(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in name.split("__")]
