"""What an error advises in plain words."""

from collections.abc import Iterable

from hroute.core.remedies import Advice, Remedy


def advice_of(remedies: Iterable[Remedy]) -> str:
    return "\n".join(one.text for one in remedies if isinstance(one, Advice))
