"""What makes an answer to a task right, kind by kind: each check is a value that can look at a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hroute.bench.route import grading
from hroute.bench.route.writing_rules import Rules, broken
from hroute.core.tools.definitions import Toolset
from hroute.core.tools.grade import AcceptedCall, grade
from hroute.core.tools.judge import judge
from hroute.core.tools.text.find_json import find_json
from hroute.engines.sandbox.run import Calls, run_code


class TaskCheck(Protocol):
    def passes(self, text: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class NumberIs:
    right: float
    asked: str

    def passes(self, text: str) -> bool:
        return grading.says_number(text, self.right, self.asked)


@dataclass(frozen=True, slots=True)
class TextIs:
    accepted: Sequence[str]
    asked: str

    def passes(self, text: str) -> bool:
        return grading.says_text(text, self.accepted, self.asked)


@dataclass(frozen=True, slots=True)
class ChoiceIs:
    options: Sequence[str]
    right: int

    def passes(self, text: str) -> bool:
        return grading.says_choice(text, self.options, self.right)


@dataclass(frozen=True, slots=True)
class FieldsAre:
    """A field's right value; in place of a single value, a list of those that are right."""

    right: Mapping[str, Any]

    def passes(self, text: str) -> bool:
        found = find_json(text, lambda value: isinstance(value, dict), lambda *_: True, only_one=True)
        return bool(found.values) and _is_same(found.values[0].value, self.right)


@dataclass(frozen=True, slots=True)
class CallsAre:
    tools: Toolset
    accepted: Sequence[AcceptedCall]

    def passes(self, text: str) -> bool:
        verdict = judge(text, self.tools)
        return verdict.counts and grade(verdict.calls, self.accepted)


@dataclass(frozen=True, slots=True)
class KeepsRules:
    rules: Rules

    def passes(self, text: str) -> bool:
        return not broken(self.rules, text)


@dataclass(frozen=True, slots=True)
class CodeGives:
    """Runs the code, in the sandbox."""

    calls: Calls
    values: Sequence[Any]

    def passes(self, text: str) -> bool:
        ran = run_code(grading.code_in(text, self.calls.function), self.calls)
        if ran.fault is not None or len(ran.values) != len(self.values):
            return False
        return all(map(_is_value, ran.values, self.values))


def _is_same(given: Any, right: Any) -> bool:
    """Lists of objects in any order; texts without regard to case and outer punctuation."""
    if isinstance(right, Mapping):
        is_object = isinstance(given, Mapping) and given.keys() == right.keys()
        return is_object and all(_is_same(given[key], value) for key, value in right.items())
    if isinstance(right, list | tuple):
        if not isinstance(given, list):
            return any(_is_same(given, each) for each in right)
        return len(given) == len(right) and all(any(_is_same(g, r) for g in given) for r in right)
    if isinstance(right, str):
        return isinstance(given, str) and _plain(given) == _plain(right)
    return isinstance(given, bool) is isinstance(right, bool) and bool(given == right)


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .,;\"'").split())


def _is_value(given: Any, right: Any) -> bool:
    if isinstance(given, bool) or isinstance(right, bool):
        return given is right
    if isinstance(given, int | float) and isinstance(right, int | float):
        return abs(given - right) < 1e-9
    return bool(given == right)
