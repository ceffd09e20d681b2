"""The contract of a turn: what its answer must satisfy, as prose or as tool calls or JSON by a schema."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hroute.core.contract import Rejection, check_constraints, check_length, check_prose
from hroute.core.decision.signals import ConstraintItem
from hroute.core.sanitize import safe_json
from hroute.core.turn.attempt import Attempt, ConstraintCheck, Outcome
from hroute.core.turn.message import ToolCall

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected


@dataclass(frozen=True, slots=True)
class AnswerEnding:
    """What ended an answer before its model did. `cut_at`: a limit of tokens; `limit_is_own`: the user's.

    `withheld`: by the server, or by the model that refuses.
    """

    cut_at: int | None = None
    limit_is_own: bool = False
    withheld: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What the contract says of an answer; `result` is its JSON, where it is bound to a form.

    `calls` have no ids where the model has written them as text.
    `reservation`: what its reader must know of an answer that is good enough to be given.
    """

    rejection: Rejection | None = None
    checks: tuple[ConstraintCheck, ...] = ()
    result: str | None = None
    calls: tuple[ToolCall, ...] = ()
    reservation: Rejection | None = None


class Contract(Protocol):
    @property
    def is_streamed(self) -> bool: ...  # whether pieces are shown before the review
    @property
    def takes_calls(self) -> bool: ...  # whether an answer may be tool calls
    def review(self, text: str, ending: AnswerEnding, *, is_local: bool) -> Review: ...


class ProseContract:
    """Local prose must be whole, no loop, and keep its constraints; of the cloud's there must be some.

    Nobody could better what a cloud cut or refused, so it is given and told.
    """

    is_streamed = True
    takes_calls = False

    def __init__(self, items: tuple[ConstraintItem, ...]) -> None:
        self._items = items

    def review(self, text: str, ending: AnswerEnding, *, is_local: bool) -> Review:
        cut_at = None if ending.limit_is_own else ending.cut_at
        if not is_local:
            if not text.strip():
                return Review(ending.withheld or check_length(ending.cut_at) or check_prose(text))
            return Review(reservation=ending.withheld or check_length(cut_at))
        rejection = ending.withheld or check_prose(text, cut_at_tokens=cut_at)
        # What the user's own limit has cut cannot keep what was asked of the whole.
        if rejection or ending.cut_at is not None or not self._items:
            return Review(rejection)
        from hroute.core.checks import check_all  # its patterns take 20 ms to compile

        checks = check_all(self._items, text)
        return Review(check_constraints(checks), checks)


class StructuredContract:
    """Every engine's answer must be valid by the tools or the schema; nothing is shown before that."""

    is_streamed = False

    def __init__(self, expected: "Expected") -> None:
        self._expected = expected

    @property
    def takes_calls(self) -> bool:
        from hroute.core.tools.definitions import Toolset

        return isinstance(self._expected, Toolset)

    def review(self, text: str, ending: AnswerEnding, *, is_local: bool) -> Review:
        from hroute.core.tools.assembler import assembled_in
        from hroute.core.tools.judge import judge

        if ending.withheld is not None:
            return Review(ending.withheld)
        cut_at = ending.cut_at
        verdict = judge(text, self._expected, cut=cut_at is not None)
        if verdict.fault is not None:
            return Review(Rejection(verdict.fault, verdict.detail))
        if verdict.prose and is_local and (rejection := check_prose(verdict.prose, cut_at_tokens=cut_at)):
            return Review(rejection)
        # That no call was needed is said in prose; as JSON that is a text.
        json_text = json.dumps(verdict.prose, ensure_ascii=False) if verdict.prose else verdict.json_text
        found = assembled_in(text)
        ids = [call.id for call in found.calls] if found is not None else [""] * len(verdict.calls)
        calls = tuple(
            ToolCall(id_, call.name, json.dumps(call.arguments, ensure_ascii=False))
            for id_, call in zip(ids, verdict.calls, strict=False)
        )
        was_cut = check_length(cut_at) if verdict.prose and not ending.limit_is_own else None
        return Review(result=safe_json(json_text), calls=calls, reservation=was_cut)


def contract_of(expected: "Expected | None", items: tuple[ConstraintItem, ...]) -> Contract:
    return ProseContract(items) if expected is None else StructuredContract(expected)


def autopsy_of(expected: "Expected | None", attempt: Attempt) -> tuple[str, ...]:
    """Where a rejected tool call or JSON broke, as lines with a caret; none for any other attempt."""
    if expected is None or attempt.outcome is not Outcome.INVALID:
        return ()
    from hroute.core.autopsy import autopsy
    from hroute.core.tools.judge import judge
    from hroute.core.tools.verdict import ToolFault

    was_cut = attempt.reason == ToolFault.TRUNCATED
    return autopsy(attempt.text, judge(attempt.text, expected, cut=was_cut))
