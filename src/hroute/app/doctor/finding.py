"""What `hroute doctor` finds out."""

from dataclasses import dataclass
from enum import StrEnum

from hroute.core.remedies import Remedy


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"  # works, but not as well as it could
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    name: str
    health: Health
    detail: str
    remedies: tuple[Remedy, ...] = ()
    unasked: str = ""  # what nobody has asked yet, and online checks would: it, or them
