"""No schema, however hostile, may crash or hang: each ends in an answer or in an error with a name."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.repository import ROOT
from tests.support.servers.hostile import HOSTILE

LIMIT_CPU_S = 2.0  # processor time: the tests share their machine


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, float]]:
    """What the child said of each schema, and the processor time it took, until its end or its crash."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.support.servers.hostile"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    rows = [json.loads(line) for line in child.stdout.splitlines()]
    return {row["name"]: (row["result"], row["cpu_s"]) for row in rows}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_ends_in_success_or_a_named_error_in_time(
    name: str, outcomes: dict[str, tuple[str, float]]
) -> None:
    assert name in outcomes, "the process died on this schema or on one before it"
    result, cpu_s = outcomes[name]
    assert result == "ok" or result.startswith(("UsageError: ", "LocalInferenceError: "))
    assert cpu_s < LIMIT_CPU_S


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ref to itself", "$ref to '#' comes back to itself"),
        ("a circle of refs", "comes back to itself"),
        ("a list without end", "without end"),
        ("ref to the network", "outside of this schema"),
        ("ref to nothing", "leads to no schema"),
        ("too many patterns", "patterns"),
        ("maxLength 10^400", "maxLength"),
        ("50,000 values", "values"),
        ("300 levels", "110 JSON levels"),
        ("a zero multiple", "multipleOf"),
        ("a dynamic ref", "$dynamicRef is not supported"),
        ("an unknown type", "type"),
    ],
)
def test_a_refusal_names_its_reason(name: str, said: str, outcomes: dict[str, tuple[str, float]]) -> None:
    assert said in outcomes[name][0]


@pytest.mark.parametrize(
    "name",
    [
        "empty",
        "true",
        "digits",
        "words",
        "unanchored",
        "catastrophic",
        "maxLength 10^6",
        "5,000 values",
        "odd names",
    ],
)
def test_what_can_be_done_is_done(name: str, outcomes: dict[str, tuple[str, float]]) -> None:
    assert outcomes[name][0] == "ok"


@pytest.mark.parametrize(
    "name", ["look-ahead", "back-reference", "a name with a control character", "unevaluated"]
)
def test_what_no_grammar_holds_is_read_all_the_same(
    name: str, outcomes: dict[str, tuple[str, float]]
) -> None:
    assert outcomes[name][0] == "ok"
