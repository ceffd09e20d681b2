"""What an interrupted run has done so far: a file of outcomes that only grows."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from hroute.app.bench.brackets_run import ModelWork, Outcome, Plan, SideName


class Part(BaseModel):
    """The answers of one model to some cases, all of them or none."""

    side: SideName
    cases: tuple[str, ...]
    work: ModelWork
    outcomes: tuple[Outcome, ...]


class State:
    """Parts by model and cases, under a name that stands for models, suite and plan."""

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / f"brackets-{key}.jsonl"
        self._parts: dict[tuple[SideName, tuple[str, ...]], Part] = {}

    def read(self) -> int | None:
        """Takes over what an earlier run left, and says the n that it had fixed; a torn line ends it."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
            n = int(json.loads(lines[0])["n"])
        except (OSError, ValueError, LookupError, TypeError):
            return None
        for line in lines[1:]:
            try:
                part = Part.model_validate_json(line)
            except ValidationError:
                break
            self._parts[part.side, part.cases] = part
        return n

    def begin(self, n: int) -> None:
        """Writes the parts so far under the n that is fixed now."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"n": n}) + "\n", encoding="utf-8")
        for part in self._parts.values():
            self._append(part)

    def find(self, side: SideName, cases: Iterable[str]) -> Part | None:
        return self._parts.get((side, tuple(cases)))

    def add(self, part: Part, *, write: bool) -> None:
        self._parts[part.side, part.cases] = part
        if write:
            self._append(part)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    def _append(self, part: Part) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(part.model_dump_json() + "\n")


def key_of(plan: Plan, suite_text: str, hashes: Iterable[str]) -> str:
    """Threads are left out: they change no answer, and their default depends on the hour."""
    whole = "\n".join([plan.model_dump_json(exclude={"threads"}), suite_text, *hashes])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
