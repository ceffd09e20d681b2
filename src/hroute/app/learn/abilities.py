"""How able the engines are: as the user says, as measured here, as known of the model, else by its size."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hroute.app.learn.recognised import recognised
from hroute.config.measured import abilities
from hroute.config.measured.of_models import complaint
from hroute.config.paths import shown
from hroute.core.abilities.ability import REFERENCE_CLOUD, UNKNOWN, Ability, Basis, by_size, lost, parsed
from hroute.core.abilities.plain import KnownRow, plain_rows
from hroute.core.errors import ConfigError, LocalInferenceError
from hroute.core.settings import Cloud, LocalModel
from hroute.data import SHIPPED
from hroute.engines.models import locate as models

if TYPE_CHECKING:
    from hroute.core.abilities.measured import MeasuredAbility

TABLE_FILE = SHIPPED / "abilities.json"
# Where a name is known, neither size nor bits are looked for in it: re keeps what it has compiled.
_SIZE = r"(?i)(?<![\w.])(\d+(?:\.\d+)?)\s?([bm])(?![a-z])"
_ASIDE = re.compile(
    r"(?<![a-z0-9])(?:meta|instruct|chat|it|hf|gguf|latest|20\d\d-?\d\d-?\d\d|(?:i?q\d|int\d|bf16|f16|fp16|fp8|awq|gptq)[a-z0-9_]*)"
    r"(?![a-z0-9])"
)
_BITS = r"(?i)(?<![a-z])(?:i?q|int|w)(\d)"


def local_ability(model: LocalModel, data_dir: Path) -> Ability:
    """Of a local model, in-process or behind a server. A damaged file is noted, and as good as none."""
    if model.ability is not None:
        return parsed(model.ability)
    measured = measured_of(model, data_dir)
    if measured is not None:
        return measured.ability
    found = known_ability(model, data_dir)
    damage = damaged(data_dir)
    return replace(found, note=f"{damage[0].message}; the ability is {found.words}") if damage else found


def damaged(data_dir: Path) -> list[ConfigError]:
    """Files that should tell an ability and cannot be read: what was measured here, and what ships."""
    table = _table().damage
    return [*abilities.damaged(data_dir), *([table] if table else [])]


def known_ability(model: LocalModel, data_dir: Path) -> Ability:
    """What holds of such a model where nobody has measured it here. No weights are read."""
    if model.base_url is not None:
        return named(model.model) or UNKNOWN
    return _of_file(model.model, data_dir) or named(models.logged_name(model.model)) or UNKNOWN


def measured_of(model: LocalModel, data_dir: Path) -> "MeasuredAbility | None":
    """What was installed for this model file, or for what a server calls so."""
    known = abilities.read_all(data_dir)
    if not known:
        return None
    if model.base_url is not None:
        sha256 = sha256_of_server(model.model, model.base_url)
        return next((one for one in known if one.model_sha256 == sha256), None)
    try:
        path = models.locate(model.model, data_dir)
    except LocalInferenceError:
        return None
    return recognised(path, known)


def sha256_of_server(model: str, base_url: str) -> str:
    """By which a server's model is known: nobody sees its weights."""
    return hashlib.sha256(f"{base_url.rstrip('/')}\n{model}".encode()).hexdigest()


def cloud_ability(clouds: Sequence[Cloud]) -> Ability:
    """Of the endpoint that is asked first; without one, of the reference cloud."""
    if not clouds:
        return REFERENCE_CLOUD
    if clouds[0].ability is not None:
        return parsed(clouds[0].ability)
    found = named(clouds[0].model) or REFERENCE_CLOUD
    damage = _table().damage
    return replace(found, note=f"{damage.message}; the cloud's ability is {found.words}") if damage else found


def named(name: str) -> Ability | None:
    """By the model's name: a known one, or one that tells its size (`qwen2.5-7b-instruct-q4_k_m`)."""
    return _known(name) or sized(name)


def _known(name: str) -> Ability | None:
    """Exactly so named in the table, or under a name that says the same; few bits take something away."""
    table = _table().abilities
    known = table.get(_plain(name))
    if known is not None:
        return known
    known = table.get(_essence(name))
    return known and replace(known, value=known.value - lost(_bits(name) or 4))


def sized(name: str) -> Ability | None:
    """By the size that a name tells."""
    billions = _billions(name)
    return by_size(billions, _bits(name) or 4) if billions else None


def _billions(name: str) -> float | None:
    size = re.search(_SIZE, name)
    return float(size[1]) / (1 if size[2] in "bB" else 1000) or None if size else None


def _bits(name: str) -> int | None:
    found = re.search(_BITS, name)
    return int(found[1]) if found else None


def _of_file(name: str, data_dir: Path) -> Ability | None:
    """By its name or its header's, where the table has it, else by what the header tells of its size."""
    from hroute.engines.models import gguf

    known = _known(models.logged_name(name))
    if known is not None:
        return known
    try:
        info = gguf.read(models.locate(name, data_dir))
    except LocalInferenceError:
        return None  # an answer will say what is wrong with the file
    billions, bits = gguf.parameters(info, _bits(name))
    known = _known(info.name) if info.name else None
    if known is not None:
        return replace(known, value=known.value - lost(bits))
    return by_size(_billions(info.name or "") or _billions(models.logged_name(name)) or billions, bits)


def _plain(name: str) -> str:
    """A name without its owner, case and marks: "Qwen/Qwen2.5-7B-Instruct" is "qwen257binstruct"."""
    return re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].lower())


def _essence(name: str) -> str:
    """Without what the same model's names differ in: maker, "instruct", quantization, ending."""
    return _plain(_ASIDE.sub("", name.rpartition("/")[2].lower()))


class AbilityTable(NamedTuple):
    """Known abilities, each under its name, and under the essence of it unless that is another one's name."""

    abilities: Mapping[str, Ability]
    damage: ConfigError | None = None  # then there are none


@cache
def _table() -> AbilityTable:
    return read_table(TABLE_FILE)


def read_table(file: Path) -> AbilityTable:
    try:
        rows = _read_rows(file.read_bytes())
    except ValueError as exc:
        message = f"{shown(file)} is no table of abilities: {exc}"
        return AbilityTable({}, ConfigError(message, "install hroute again"))
    except OSError as exc:
        return AbilityTable({}, ConfigError(f"{shown(file)}: {exc.strerror or exc}", "install hroute again"))
    found: dict[str, Ability] = {}
    for name, ability in rows:
        found[_plain(name)] = ability
        if ability.basis is not Basis.MEASURED:  # what was measured holds for that file
            found.setdefault(_essence(name), ability)
    return AbilityTable(found)


def _read_rows(data: bytes) -> Sequence[KnownRow]:
    """Raises ValueError with a complaint."""
    plain = plain_rows(data)
    if plain is not None:
        return plain
    from pydantic import ValidationError

    from hroute.core.abilities.known import checked_rows

    try:
        return checked_rows(data)
    except ValidationError as exc:
        raise ValueError(complaint(exc)) from exc
