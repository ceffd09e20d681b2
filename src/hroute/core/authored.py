"""The authored prompts of data/prompts.jsonl: what their labels mean, and which of them only measure."""

from enum import StrEnum

from hroute.core.decision.signals import Label

_TEST_SHARE = 10  # one prompt in so many


class DataSplit(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"


class SmallestOk(StrEnum):
    """The smallest class of current open instruct model that answers acceptably at least 4 times in 5.

    At q4, without tools, network or long thinking; in the order of size, NOBODY last.
    """

    B0_1 = "0.1B"
    B1 = "1B"
    B3 = "3B"
    B8 = "8B"
    B30 = "30B"
    FRONTIER = "frontier"
    NOBODY = "none"

    @property
    def rank(self) -> int:
        return list(SmallestOk).index(self)

    @property
    def is_beyond_8b(self) -> bool:
        return self.rank > SmallestOk.B8.rank

    @property
    def label(self) -> Label:
        """The word for it: a 1B does what is trivial, an 8B does not do what is complex."""
        if self.rank <= SmallestOk.B1.rank:
            return Label.TRIVIAL
        return Label.COMPLEX if self.is_beyond_8b else Label.STANDARD


def part_of(prompt: str) -> DataSplit:
    """A tenth is for tests, by SHA-256 of the prompt: fixed for ever, and no author chose it."""
    from hashlib import sha256  # only benches and training need it, and it loads OpenSSL

    number = int(sha256(prompt.encode()).hexdigest()[:8], 16)
    return DataSplit.TEST if number % _TEST_SHARE == 0 else DataSplit.DEVELOPMENT
