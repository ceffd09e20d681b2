"""hroute: a hybrid LLM router for the command line, and as a library: `from hroute import Router`."""

__version__ = "0.1.0"

TYPE_CHECKING = False  # typing's own would be imported for it, and importing hroute costs nothing
if TYPE_CHECKING:
    from hroute.api import *  # noqa: F403  names of __all__, which a test compares with its own

__all__ = [  # noqa: F405
    "AskOptions",
    "Attempt",
    "BudgetError",
    "CloudError",
    "ConfigError",
    "Decided",
    "Decision",
    "Delta",
    "Done",
    "EngineError",
    "Event",
    "FailedOver",
    "HrouteError",
    "Image",
    "Loading",
    "LocalInferenceError",
    "LogError",
    "Message",
    "NoAnswerError",
    "Rejected",
    "Reply",
    "Retried",
    "Role",
    "Route",
    "Router",
    "RouterStateError",
    "Session",
    "Settings",
    "Shortened",
    "SyncRouter",
    "SyncSession",
    "Text",
    "Thinking",
    "ToolCall",
    "ToolResult",
    "UsageError",
    "Withdrawn",
    "reasons",
    "remedies",
]


def __getattr__(name: str) -> object:
    """The library is imported when a name of it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("hroute.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
