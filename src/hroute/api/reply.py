"""What a caller gets of a turn that was answered."""

import json
from decimal import Decimal

from hroute.core.decision.decision import Decision, Route
from hroute.core.frozen import frozen
from hroute.core.turn.attempt import Answer, Attempt
from hroute.core.turn.message import Message, Role, Text, ToolCall


@frozen
class Reply:
    """`text` is prose, or the JSON of an answer that is bound to a schema or calls tools.

    `cost_usd` is that of all attempts in dollars, failed ones included; None if any of them is unknown.
    `warning` says what is doubtful about an answer that no engine could better, or that it was cut or is a
    refusal; empty: nothing is.
    """

    id: int  # of the turn in the log; without one, of the turn in this Router
    text: str
    tool_calls: tuple[ToolCall, ...]  # valid by the tools' schemas; nothing is executed
    route: Route  # where the answer comes from
    model: str
    decision: Decision
    attempts: tuple[Attempt, ...]
    cost_usd: Decimal | None
    warning: str = ""

    @property
    def message(self) -> Message:
        """Follows the messages that were asked; results of its calls, or what is said next, come after it."""
        return Message(Role.ASSISTANT, self.tool_calls or (Text(self.text),))

    @classmethod
    def of(cls, answer: Answer, *, has_tools: bool) -> "Reply":
        """`has_tools`: its JSON has calls by the tools, or is a text that says why none is needed."""
        given, text = answer.given, answer.text
        if has_tools and given.result is not None and not given.calls:
            text = _said(given.result)
        return cls(
            id=answer.turn_id,
            text=text,
            tool_calls=given.calls,
            route=given.route,
            model=given.model,
            decision=answer.decision,
            attempts=answer.attempts,
            cost_usd=answer.cost_usd,
            warning=answer.warning,
        )


def _said(result: str) -> str:
    """Why no call is needed."""
    found = json.loads(result)
    return found if isinstance(found, str) else result
