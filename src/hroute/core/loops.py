"""The confidence loop of agents: the same call made again, or the same answer to another question."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

# Further back, the same call may well be right again.
WINDOW_TURNS = 8
# "Yes." answers many questions; a text of this length does not.
LEAST_ANSWER_CHARS = 60


@dataclass(frozen=True, slots=True)
class PastExchange:
    """What was asked and answered. `was_escalated`: a local answer was rejected then for being in a loop."""

    prompt: str
    answer: str
    was_escalated: bool = False


def find_loop(before: Sequence[PastExchange], prompt: str, answer: str) -> str | None:
    """Why this answer is one too many, given those of the same session, oldest first; None: it is not.

    A session is escalated once: what the stronger model says to the same state of things is taken.
    """
    recent = list(before)[-WINDOW_TURNS:]
    if any(exchange.was_escalated for exchange in recent):
        return None
    calls = _calls(answer)
    for ago, exchange in enumerate(reversed(recent), 1):
        turns = "the turn before" if ago == 1 else f"{ago} turns ago"
        if calls is not None and calls == _calls(exchange.answer):
            return f"the same call with the same arguments as {turns}"
        if calls is None and _is_same_answer(exchange, prompt, answer):
            return f"the same answer as {turns}, to another question"
    return None


def _is_same_answer(exchange: PastExchange, prompt: str, answer: str) -> bool:
    said = _words(answer)
    is_long = len(said) >= LEAST_ANSWER_CHARS
    return is_long and said == _words(exchange.answer) and _words(prompt) != _words(exchange.prompt)


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _calls(text: str) -> str | None:
    """Tool calls in one spelling; None for any other answer."""
    if not text.startswith("["):
        return None
    try:
        calls = json.loads(text)
    except ValueError:
        return None
    is_calls = calls and all(
        isinstance(call, dict) and call.keys() == {"name", "arguments"} for call in calls
    )
    return json.dumps(calls, sort_keys=True) if is_calls else None
