"""What is stored of local models: one JSON file a model, named by its hash, in a folder of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from hroute.config.paths import shown
from hroute.config.write import replace
from hroute.core.errors import ConfigError
from hroute.core.remedies import Measure

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST_BYTES = 100_000
_NO_VALUE = ("missing", "json_invalid")  # complaints about what is not there have no value to show


class OfModel(Protocol):
    @property
    def model_sha256(self) -> str: ...
    def model_dump_json(self, *, indent: int | None = None) -> str: ...


T = TypeVar("T", bound=OfModel)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """`noun` is what a file of the folder `name` is, `bench` the one that makes a new one.

    `parse` raises pydantic's ValidationError, and returns None for what an earlier version has left.
    """

    name: str
    noun: str
    bench: str
    parse: "Callable[[bytes], T | None]"

    def folder(self, data_dir: Path) -> Path:
        return data_dir / self.name

    def file_of(self, stored: T, data_dir: Path) -> Path:
        return self.folder(data_dir) / f"{stored.model_sha256[:16]}.json"

    def install(self, stored: T, data_dir: Path) -> Path:
        """In place of the model's earlier one, in one step. Raises ConfigError."""
        file = self.file_of(stored, data_dir)
        replace(file, stored.model_dump_json(indent=1) + "\n")
        return file

    def read(self, data_dir: Path) -> Iterator[T | ConfigError]:
        """What each file holds, or what is wrong with it and how to be rid of it."""
        if not self.folder(data_dir).is_dir():  # so that nothing is imported where nothing is stored
            return
        for file in sorted(self.folder(data_dir).glob("*.json")):
            try:
                found = self._read(file)
            except ConfigError as error:
                yield error
                continue
            if found is not None:
                yield found

    def _read(self, file: Path) -> T | None:
        from pydantic import ValidationError

        try:
            if file.stat().st_size > _MOST_BYTES:
                raise ConfigError(f"{shown(file)} is no {self.noun}: it is too large", f"rm {shown(file)}")
            return self.parse(file.read_bytes())
        except ValidationError as exc:
            raise ConfigError(
                f"{shown(file)} is no {self.noun} of this version: {complaint(exc)}",
                f"rm {shown(file)}",
                Measure(self.bench, "measure anew"),
            ) from exc
        except OSError as exc:
            raise ConfigError(f"{shown(file)}: {exc.strerror or exc}", f"rm {shown(file)}") from exc


def complaint(error: "ValidationError") -> str:
    """Where a file is wrong first, which value stands there, and what should."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "the file"
    given = first["input"]
    has_value = first["type"] not in _NO_VALUE and not isinstance(given, dict | list | bytes)
    return f"{place} is {given!r:.40}: {first['msg']}" if has_value else f"{place}: {first['msg']}"
