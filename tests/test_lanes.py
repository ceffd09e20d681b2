"""The mark `program` is set where it belongs."""

from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.typist import Typist


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def started(program: Program) -> str:
    with Typist(program, "--version") as typist:
        return typist.wait_for("hroute")


def is_marked(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("program") is not None


def test_one_that_takes_a_program_from_a_fixture_is_marked(
    request: pytest.FixtureRequest, program: Program
) -> None:
    assert is_marked(request)


def test_one_that_starts_it_through_a_function_is_marked(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert started(Program(tmp_path)).endswith("hroute")
    assert is_marked(request)


def test_one_with_a_real_model_is_marked(request: pytest.FixtureRequest, starter_path: Path) -> None:
    assert is_marked(request)


def test_any_other_is_not(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert not is_marked(request)
