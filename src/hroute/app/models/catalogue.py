"""The short list of local models that hroute knows by name."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from hroute.data import SHIPPED

FILE = SHIPPED / "catalogue.json"
DEFAULT_TYPE = "Q4_K_M"
CONTEXT_TOKENS = 8192  # what memory needs are told for: hroute sends longer prompts to the cloud by default


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CatalogueFile(_Value):
    type: str
    file: str
    size_mb: int  # of a million bytes, as the hub shows sizes
    size_is_estimated: bool = False


class CatalogueModel(_Value):
    name: str
    repo: str
    licence: str
    context_tokens: int
    kv_bytes_per_token: int
    suits: tuple[str, ...]
    note: str
    source: str
    files: tuple[CatalogueFile, ...]

    def hub_name(self, file: CatalogueFile) -> str:
        return f"hf:{self.repo}/{file.file}"

    def memory_bytes(self, file: CatalogueFile) -> int:
        """Weights and cache; see CONTEXT_TOKENS."""
        return file.size_mb * 10**6 + min(self.context_tokens, CONTEXT_TOKENS) * self.kv_bytes_per_token


class _Catalogue(_Value):
    about: str
    models: tuple[CatalogueModel, ...]


@cache
def catalogue() -> tuple[CatalogueModel, ...]:
    """Smallest first."""
    return _Catalogue.model_validate_json(FILE.read_bytes()).models


def hub_name_of(name: str) -> str | None:
    """The hf: name of a catalogue name, `qwen2.5-0.5b` (its q4) or `qwen2.5-0.5b:q8_0`; None: not in it."""
    wanted, _, kind = name.partition(":")
    model = next((m for m in catalogue() if m.name == wanted.lower()), None)
    if model is None:
        return None
    kind = kind.upper() or DEFAULT_TYPE
    return next((model.hub_name(f) for f in model.files if f.type == kind), None)


def licence_of(hub_name: str) -> str | None:
    """The licence of a file that the catalogue knows."""
    return next(
        (m.licence for m in catalogue() if any(m.hub_name(f) == hub_name for f in m.files)),
        None,
    )
