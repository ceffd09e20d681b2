"""What an interrupted measurement has done so far: a file of parts that only grows."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Hashable
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError


def digest_of(whole: str) -> str:
    """Names a measurement by all that its answers depend on."""
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


class PartBase(BaseModel):
    """Some answers, all of them or none."""

    @property
    @abstractmethod
    def key(self) -> Hashable:
        """What the part is about."""


P = TypeVar("P", bound=PartBase)


class Parts(Generic[P]):
    """Parts by what they are about, in a file whose name stands for the whole measurement."""

    def __init__(self, path: Path, kind: type[P]) -> None:
        self.path, self._kind = path, kind
        self._parts: dict[Hashable, P] = {}

    def read(self) -> int | None:
        """Takes over what an earlier run left, and says the n that it had fixed; a torn line ends it."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
            n = int(json.loads(lines[0])["n"])
        except (OSError, ValueError, LookupError, TypeError):
            return None
        for line in lines[1:]:
            try:
                part = self._kind.model_validate_json(line)
            except ValidationError:
                break
            self._parts[part.key] = part
        return n

    def begin(self, n: int) -> None:
        """Writes the parts so far under the n that is fixed now."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"n": n}) + "\n", encoding="utf-8")
        for part in self._parts.values():
            self._append(part)

    def find(self, key: Hashable) -> P | None:
        return self._parts.get(key)

    def add(self, part: P, *, write: bool = True) -> None:
        self._parts[part.key] = part
        if write:
            self._append(part)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    def _append(self, part: P) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(part.model_dump_json() + "\n")
