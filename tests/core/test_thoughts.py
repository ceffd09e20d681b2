"""What a model says to itself is told from what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.thoughts import SplitKind, ThoughtSplitter, split

CALL = '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>'
TO_WHOM = "to=functions.f<|channel|>commentary<|constrain|>json<|message|>{}"
ADDRESSED = f"<|start|>assistant {TO_WHOM}"
CLAUDES = "antml:thinking"
TEXTS = [
    (
        '<think>First try {"born":1852}. No.</think>{"born":1815}',
        '{"born":1815}',
        'First try {"born":1852}. No.',
    ),
    ("<think>I could call.</think>\n\nHello!", "Hello!", "I could call."),
    ("<thinking>\nhm\n</thinking>\n42", "42", "\nhm\n"),
    ("<THINK>a</Think>b", "b", "a"),
    ("<thought>a</thought>b", "b", "a"),
    ("Let me see.\n</think>\n\nYes", "Yes", "Let me see.\n"),
    ("hm</think>Yes", "Yes", "hm"),
    ("[THINK]a[/THINK]b", "b", "a"),
    ("◁think▷a◁/think▷b", "b", "a"),
    ("<|channel>thought\na\n<channel|>b", "b", "\na\n"),
    ("<|begin_of_thought|>a<|end_of_thought|>b", "b", "a"),
    ("<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>", "b", "a"),
    (
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
        "b",
        "a",
    ),
    (f"<|channel|>analysis<|message|>a<|end|><|start|>assistant{CALL}", CALL, "a"),
    (ADDRESSED, ADDRESSED, ""),
    (f"<|channel|>analysis<|message|>a<|end|><|start|>assistant{TO_WHOM}", TO_WHOM, "a"),
    ("<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>b<|end_of_solution|>", "b", "a"),
    (f"<{CLAUDES}>a</{CLAUDES}>b", "b", "a"),
    ("Sure. <think>a</think>Yes", "Sure. Yes", "a"),
    ("<think>a <think>b</think> c</think>d", "d", "a bc"),
    ("<think>never closed", "", "never closed"),
    ("<think></think>a", "a", ""),
]
SPOKEN_OF = [
    "Use <think> and </think> tags.",
    "The tag </think> ends it.",
    "write <think>this</think> before",
    "Use `<think>` at\n`</think>` at the end.",
    "```xml\n<think>\nx\n</think>\n```\nok",
    '{"tag": "<think>x</think>"}',
    "a < b, [1], ◁, x <",
    "`` ` ``",
]


@pytest.mark.parametrize(("text", "said", "thought"), TEXTS)
def test_thoughts_are_no_part_of_the_answer(text: str, said: str, thought: str) -> None:
    assert split(text) == (said, thought)


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_an_answer_may_speak_of_the_marks(text: str) -> None:
    assert split(text) == (text, "")


def test_a_prompt_may_have_opened_the_thoughts() -> None:
    assert split("so 4\n</think>\n\n4", is_inside=True) == ("4", "so 4\n")


@given(text=st.sampled_from([text for text, *_ in TEXTS] + SPOKEN_OF), cuts=st.sets(st.integers(1, 120)))
def test_it_is_the_same_in_whatever_pieces_a_text_comes(text: str, cuts: set[int]) -> None:
    splitter, ends = ThoughtSplitter(), [*sorted(cut for cut in cuts if cut < len(text)), len(text)]
    said = thought = ""
    begun = 0
    for end in ends:
        parts = splitter.feed(text[begun:end]) + (splitter.end() if end == len(text) else [])
        begun = end
        for kind, part in parts:
            if kind is SplitKind.TEXT:
                said += part
            else:
                said, thought = ("", thought + said) if kind is SplitKind.UNSAID else (said, thought + part)
    assert (said, thought) == split(text)


def test_what_is_no_mark_is_given_at_once() -> None:
    splitter = ThoughtSplitter()
    assert [splitter.feed(piece) for piece in ("a ", "<b> c", " [x]")] == [
        [(SplitKind.TEXT, "a ")],
        [(SplitKind.TEXT, "<b> c")],
        [(SplitKind.TEXT, " [x]")],
    ]


@pytest.mark.parametrize(
    "unit", ["<", "<|", "[", "`", "\n`", "<think>", "</think>", "<|channel|>", "a <think> "]
)
def test_no_text_is_held_back_in_whole(unit: str) -> None:
    splitter = ThoughtSplitter()
    splitter.feed(unit * 10_000)
    held = splitter.end()
    assert sum(len(text) for _, text in held) <= 250
