import pytest

from hroute.core.loops import WINDOW_TURNS, PastExchange, find_loop

CALL = '[{"name": "read", "arguments": {"path": "a.txt", "line": 1}}]'
SAME_CALL = '[{"arguments": {"line": 1, "path": "a.txt"}, "name": "read"}]'
OTHER_CALL = '[{"name": "read", "arguments": {"path": "b.txt", "line": 1}}]'
PROSE = "The file holds a list of names, one on each line, in the order of the alphabet."


def test_the_same_call_in_another_spelling_is_a_loop() -> None:
    assert find_loop([PastExchange("go on", CALL)], "go on", SAME_CALL) == (
        "the same call with the same arguments as the turn before"
    )


def test_the_distance_is_said() -> None:
    before = [PastExchange("go on", CALL), PastExchange("go on", OTHER_CALL)]
    assert find_loop(before, "go on", CALL) == "the same call with the same arguments as 2 turns ago"


@pytest.mark.parametrize(
    ("earlier", "prompt", "answer"),
    [
        (PastExchange("go on", CALL), "go on", OTHER_CALL),
        (PastExchange("is it?", "Yes."), "is it really?", "Yes."),
        (PastExchange("what is in it?", PROSE), "What is  in it?", PROSE),
        (PastExchange("list them", "[1, 2]"), "list others", "[1, 2]"),
    ],
    ids=["other arguments", "a short answer", "the same question", "a list that is no call"],
)
def test_is_no_loop(earlier: PastExchange, prompt: str, answer: str) -> None:
    assert find_loop([earlier], prompt, answer) is None


def test_the_same_long_answer_to_another_question_is_a_loop() -> None:
    assert find_loop([PastExchange("what is in a?", PROSE)], "what is in b?", PROSE.upper()) is not None


def test_a_session_is_escalated_once() -> None:
    before = [PastExchange("go on", CALL), PastExchange("go on", CALL, was_escalated=True)]
    assert find_loop(before, "go on", CALL) is None


def test_what_is_long_ago_may_be_right_again() -> None:
    others = [PastExchange("go on", CALL.replace("a.txt", f"{n}.txt")) for n in range(WINDOW_TURNS)]
    assert find_loop([PastExchange("go on", CALL), *others], "go on", CALL) is None
