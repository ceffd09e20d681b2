"""Every error that hroute raises on purpose, each with the exit code it ends a command with.

HrouteError
├── UsageError            2   the command line or its input is wrong
├── ConfigError           3   a setting is wrong or missing
├── BudgetError           4   a spending limit stops the turn
├── LogError              5   the log cannot be read or written
├── RouterStateError     70   a program uses a Router where or when it cannot be used
├── NoAnswerError         1   every engine that was allowed has failed
└── EngineError           1   one engine could not answer
    ├── LocalInferenceError   the model on this machine (or a local server)
    └── CloudError            a cloud endpoint
"""

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from hroute.core.remedies import Advice, Remedy

if TYPE_CHECKING:
    from hroute.core.decision.signals import Reason


class ExitCode(IntEnum):
    OK = 0
    NO_ANSWER = 1
    USAGE = 2
    CONFIG = 3
    BUDGET = 4
    LOG = 5
    UNEXPECTED = 70
    INTERRUPTED = 130


class HrouteError(Exception):
    """What went wrong, in one sentence, and what the user can do about it; a text is advice."""

    exit_code = ExitCode.UNEXPECTED

    def __init__(self, message: str, *remedies: Remedy | str) -> None:
        super().__init__(message)
        self.message = message
        self.remedies = tuple(Advice(one) if isinstance(one, str) else one for one in remedies if one)


class UsageError(HrouteError):
    """`problem` is with what was given as `argument`, if that is named: the message is then about both."""

    exit_code = ExitCode.USAGE

    def __init__(self, problem: str, *remedies: Remedy | str, argument: str = "") -> None:
        super().__init__(f"{argument}: {problem}" if argument else problem, *remedies)
        self.problem, self.argument = problem, argument


class ConfigError(HrouteError):
    exit_code = ExitCode.CONFIG


class BudgetError(HrouteError):
    """`because`: why the turn wanted what a limit forbids."""

    exit_code = ExitCode.BUDGET

    def __init__(self, message: str, *remedies: Remedy | str, because: "Reason") -> None:
        super().__init__(message, *remedies)
        self.because = because


class LogError(HrouteError):
    exit_code = ExitCode.LOG


class Failure(StrEnum):
    """Why an engine failed; the log, `--json` and the breaker speak of these words."""

    MISSING = "missing"  # the model file or the package that carries it is not there
    BAD_FILE = "bad_file"  # empty, truncated, not a GGUF, an architecture nobody knows
    CONTEXT = "context"  # the prompt is longer than the engine's context
    MEMORY = "memory"
    TIMEOUT = "timeout"  # the whole answer took too long
    STALL = "stall"  # nothing arrived for too long
    BUSY = "busy"  # other answers were before this one for too long; nothing was computed for it
    AUTH = "auth"  # no key, or the key was refused
    RATE_LIMIT = "rate_limit"
    UNREACHABLE = "unreachable"  # no connection, or it broke
    REFUSED = "refused"  # the server understood and said no (4xx)
    UNREAD = "unread"  # the server passed over the tools that it was sent
    SERVER = "server"  # the server failed (5xx) or answered nonsense
    CRASH = "crash"  # the local runtime failed while computing


class EngineError(HrouteError):
    exit_code = ExitCode.NO_ANSWER

    def __init__(self, failure: Failure, message: str, *remedies: Remedy | str) -> None:
        super().__init__(message, *remedies)
        self.failure = failure

    @property
    def is_timeout(self) -> bool:
        return self.failure in (Failure.TIMEOUT, Failure.STALL)


class LocalInferenceError(EngineError):
    """The local model could not answer."""


class CloudError(EngineError):
    """A cloud endpoint could not answer."""


class NoAnswerError(HrouteError):
    """No engine that was allowed to could answer."""

    exit_code = ExitCode.NO_ANSWER


class RouterStateError(HrouteError):
    """A Router that is not open, or belongs to another event loop or another process."""
