"""hroute as a library: a Router with the same one path as the command line, and the values it deals in.

Everything here is also found in `hroute` itself, which imports it when it is first asked for.
"""

from hroute.api.options import AskOptions
from hroute.api.reply import Reply
from hroute.api.router import Router
from hroute.api.session import Session
from hroute.api.sync import SyncRouter, SyncSession
from hroute.app.answer.events import (
    Decided,
    Delta,
    Done,
    Event,
    FailedOver,
    Loading,
    Rejected,
    Retried,
    Shortened,
    Thinking,
    Withdrawn,
)
from hroute.core import remedies
from hroute.core.decision.decision import Decision, Route
from hroute.core.errors import (
    BudgetError,
    CloudError,
    ConfigError,
    EngineError,
    HrouteError,
    LocalInferenceError,
    LogError,
    NoAnswerError,
    RouterStateError,
    UsageError,
)
from hroute.core.routing import reasons
from hroute.core.settings import Settings
from hroute.core.turn.attempt import Attempt
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult

__all__ = [
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
