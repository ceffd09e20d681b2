"""What an interrupted bracket run is known by, and the parts that it keeps."""

from collections.abc import Hashable, Iterable

from hroute.bench.brackets.run import BracketOutcome, BracketPlan, ModelWork, SideName
from hroute.bench.parts import PartBase, digest_of


class BracketPart(PartBase):
    """The answers of one model to some cases."""

    side: SideName
    cases: tuple[str, ...]
    work: ModelWork
    outcomes: tuple[BracketOutcome, ...]

    @property
    def key(self) -> Hashable:
        return self.side, self.cases


def key_of(plan: BracketPlan, suite_text: str, hashes: Iterable[str]) -> str:
    """Threads are left out: they change no answer, and their default depends on the hour."""
    whole = "\n".join([plan.model_dump_json(exclude={"threads"}), suite_text, *hashes])
    return digest_of(whole)
