"""Which tests run the real thing: told from what they name, so that no test can forget to be marked."""

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

_FIXTURES = {"starter_path", "real_base"}  # real weights
_NAMES = {
    *("subprocess", "STARTER", "LlamaEngine", "UserRuntime", "GgufScout"),
    *("run_code", "run_unread", "wheel_in"),  # the sandbox's child, and pip
    "authored_tests",  # thousands of prompts for the scout that ships
}


def runs_a_program(test: pytest.Function) -> bool:
    """A process or a real model: of the test, a fixture of it, or what they name of tests/."""
    if _FIXTURES.intersection(test.fixturenames):
        return True
    fixtures = [one.func for several in test._fixtureinfo.name2fixturedefs.values() for one in several]
    return _reach_it([test.function, *fixtures])


def _reach_it(start: list[Callable[..., Any]]) -> bool:
    waiting, seen = list(start), set[int]()
    while waiting:
        function = waiting.pop()
        if id(function) in seen or not isinstance(function, FunctionType):
            continue
        seen.add(id(function))
        names = set(_names(function.__code__))
        if names & _NAMES:
            return True
        for value in _of_tests(names, function):
            waiting += vars(value).values() if isinstance(value, type) else [value]
    return False


def _of_tests(names: set[str], function: FunctionType) -> Iterator[Any]:
    for value in (function.__globals__.get(name) for name in names):
        if isinstance(value, ModuleType) and value.__name__.startswith("tests."):
            yield from (vars(value)[name] for name in names if name in vars(value))
        elif (getattr(value, "__module__", None) or "").startswith("tests."):
            yield value


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
