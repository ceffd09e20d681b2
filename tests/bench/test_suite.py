import json
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from hroute.bench.suite import Case, read_suite
from hroute.core.errors import UsageError
from hroute.core.tools.grade import AcceptedCall, grade
from hroute.core.tools.judge import judge
from hroute.core.tools.preamble import preamble
from hroute.core.tools.schema.read import read_schema
from hroute.core.tools.verdict import ParsedCall, ToolVerdict
from hroute.core.turn.message import Message, Role
from tests.support.repository import ROOT

SUITE = ROOT / "src" / "hroute" / "data" / "toolcall-suite.jsonl"
BFCL = {
    "id": "simple_7",
    "question": [[{"role": "user", "content": "Area of a 3 by 4 field?"}]],
    "function": [
        {
            "name": "geo.area",
            "description": "Area.",
            "parameters": {
                "type": "dict",
                "properties": {"w": {"type": "float"}, "h": {"type": "float"}, "unit": {"type": "string"}},
                "required": ["w", "h"],
            },
        }
    ],
    "ground_truth": [{"geo.area": {"w": [3.0], "h": [4], "unit": ["", "m"]}}],
}


@pytest.fixture(scope="module")
def suite() -> tuple[Case, ...]:
    return read_suite(SUITE.read_text(encoding="utf-8").splitlines(), str(SUITE))


def a_right_answer(case: Case) -> str:
    calls = [ParsedCall(call.name, first_of(call.arguments)) for call in case.accepted]
    return ToolVerdict(calls=tuple(calls)).json_text if calls else "No call is needed for that."


def first_of(accepted: Any) -> Any:
    if isinstance(accepted, list):
        return [first_of(item) for item in accepted]
    if not isinstance(accepted, dict):
        return accepted
    return {name: first_of(values[0]) for name, values in accepted.items() if values[0] != ""}


# --- the built-in suite ----------------------------------------------------------


def test_the_suite_is_what_its_script_writes() -> None:
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            "import make_toolcall_suite as m; import sys; sys.stdout.buffer.write(m.text().encode())",
        ],
        cwd=ROOT / "scripts",
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=True,
    )
    assert made.stdout == SUITE.read_bytes()


def test_the_suite_has_200_cases_and_more_than_20_of_each_kind(suite: tuple[Case, ...]) -> None:
    kinds = Counter(case.kind for case in suite)
    assert kinds.total() >= 200
    assert set(kinds) == {
        *(
            "easy",
            "nested",
            "many_parameter",
            "enum",
            "unicode",
            "escaping",
            "long_argument",
            "parallel",
            "no_call",
        )
    }
    assert min(kinds.values()) > 20


def test_no_two_cases_ask_the_same(suite: tuple[Case, ...]) -> None:
    assert len({case.messages for case in suite}) == len(suite)


def test_the_right_answer_to_every_case_counts_and_is_right(suite: tuple[Case, ...]) -> None:
    for case in suite:
        verdict = judge(a_right_answer(case), case.expected)
        assert verdict.counts, (case.id, verdict.detail)
        assert grade(verdict.calls, case.accepted), case.id


def test_no_answer_to_one_case_is_right_for_another(suite: tuple[Case, ...]) -> None:
    answers = [tuple(judge(a_right_answer(case), case.expected).calls) for case in suite if case.accepted]
    accepted = [case.accepted for case in suite if case.accepted]
    right = sum(grade(calls, other) for calls in answers for other in accepted)
    assert right == len(answers)


# --- reading -----------------------------------------------------------------------


def test_the_leaderboards_rows_are_read_as_cases() -> None:
    [case] = read_suite([json.dumps(BFCL), ""], "bfcl")
    assert (case.id, case.kind) == ("simple_7", "simple")
    assert case.messages == (Message.of(Role.USER, "Area of a 3 by 4 field?"),)
    assert case.accepted == (AcceptedCall("geo.area", {"w": [3.0], "h": [4], "unit": ["", "m"]}),)
    assert judge('{"name": "geo.area", "arguments": {"w": 3, "h": 4.0}}', case.expected).counts


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "no cases"),
        (["{"], "line 1: not JSON"),
        (["[]"], "line 1: the row"),
        ([json.dumps(BFCL), json.dumps(BFCL)], "1 ids are used twice"),
        ([json.dumps({**BFCL, "question": []})], "line 1: question"),
        ([json.dumps({**BFCL, "question": [[{"role": "tool", "content": ""}]]})], "line 1: question"),
        ([json.dumps({**BFCL, "function": []})], "line 1: must be a list of tool definitions"),
        ([json.dumps({**BFCL, "ground_truth": [{"f": 3}]})], "line 1: ground_truth.0.f"),
        (["", json.dumps({"id": "a"})], "line 2: kind"),
    ],
)
def test_a_bad_suite_is_refused_by_line(lines: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_suite(lines, "s.jsonl")
    assert refused.value.message.startswith("s.jsonl: ")
    assert said in refused.value.message


# --- grading -----------------------------------------------------------------------


def is_right(arguments: dict[str, Any], **accepted: list[Any]) -> bool:
    return grade([ParsedCall("f", arguments)], [AcceptedCall("f", accepted)])


@pytest.mark.parametrize(
    ("given", "accepted", "right"),
    [
        ({"a": 1}, {"a": [1]}, True),
        ({"a": 1.0}, {"a": [1]}, True),
        ({"a": 2}, {"a": [1]}, False),
        ({"a": "1"}, {"a": [1]}, False),
        ({"a": True}, {"a": [1]}, False),
        ({"a": "New-York, NY"}, {"a": ["new york ny"]}, True),
        ({"a": "it's"}, {"a": ['it"s']}, True),
        ({"a": "o\u0308"}, {"a": ["ö"]}, True),
        ({"a": "x"}, {"a": ["y", "x"]}, True),
        ({}, {"a": ["", 1]}, True),
        ({}, {"a": [1]}, False),
        ({"a": 1, "b": 2}, {"a": [1]}, False),
        ({"a": [1, "X"]}, {"a": [[1, "x"]]}, True),
        ({"a": [1]}, {"a": [[1, 2]]}, False),
        ({"a": {"b": "x"}}, {"a": [{"b": ["x"], "c": ["", 1]}]}, True),
        ({"a": {"b": "z"}}, {"a": [{"b": ["x", "y"]}]}, False),
        ({"a": None}, {"a": [None]}, True),
    ],
)
def test_arguments_are_right_as_the_leaderboard_has_it(
    given: dict[str, Any],
    accepted: dict[str, list[Any]],
    right: bool,
) -> None:
    assert is_right(given, **accepted) is right


def test_parallel_calls_are_right_in_any_order() -> None:
    calls = [ParsedCall("f", {"a": 1}), ParsedCall("f", {"a": 2})]
    accepted = [AcceptedCall("f", {"a": [1, 2]}), AcceptedCall("f", {"a": [1]})]
    assert grade(calls, accepted)
    assert not grade(calls[:1], accepted)
    assert not grade([calls[1], calls[1]], accepted)


def test_no_call_is_right_where_none_is_accepted_and_only_there() -> None:
    assert grade([], [])
    assert not grade([ParsedCall("f", {})], [])
    assert not grade([], [AcceptedCall("f", {})])


# --- what the model is told ----------------------------------------------------------


def test_the_model_is_told_every_tool_and_whether_it_must_call_one(suite: tuple[Case, ...]) -> None:
    reported = preamble(suite[0].expected)
    assert all(f'"name": "{name}"' in reported for name in suite[0].expected.names)
    assert "If no function is needed" in reported


def test_the_model_is_told_the_schema() -> None:
    schema = read_schema("name: str")
    assert schema.text in preamble(schema)
