"""What is measured in a prompt before any weight is applied."""

from hypothesis import given
from hypothesis import strategies as st

from hroute.core.scout.features import FEATURES, HEAD_CHARS, TAIL_CHARS, measure, part_read
from hroute.core.scout.lexicon import TOPICS, topic_of_word

EXAM = "Which gas do plants take in?\nA. Oxygen\nB. Carbon dioxide\nC. Helium"


def value(prompt: str, feature: str) -> float:
    return measure(prompt).values[FEATURES.index(feature)]


def test_every_topic_word_belongs_to_one_topic_and_is_one_token() -> None:
    words = " ".join(TOPICS.values()).split()
    assert len(words) == len(topic_of_word())
    assert [word for word in words if list(measure(word).words) != [word]] == []


def test_the_opening_of_a_prompt_counts_apart() -> None:
    feature = "opens with: proof or derivation asked"
    assert value("Prove that 2 + 2 = 4.", feature) == 1.0
    assert value("In the book that I read yesterday they prove that.", feature) == 0.0


def test_a_multiple_choice_question_has_a_vocabulary_of_its_own() -> None:
    question = EXAM.partition("\n")[0]
    assert measure(EXAM).words["plants"] != measure(question).words["plants"]


def test_a_multiple_choice_question_asks_for_no_task_but_the_choice() -> None:
    prompt = EXAM.replace("Which gas", "Prove which gas")
    assert value(prompt, "proof or derivation asked") == 0.0


@given(st.text(max_size=3 * (HEAD_CHARS + TAIL_CHARS)))
def test_the_part_read_is_bounded_and_keeps_both_ends(prompt: str) -> None:
    part = part_read(prompt)
    assert len(part) <= HEAD_CHARS + TAIL_CHARS + 1
    assert part.startswith(prompt[:HEAD_CHARS])
    assert part.endswith(prompt[-TAIL_CHARS:])


@given(st.text(max_size=200))
def test_every_prompt_has_a_value_for_every_feature(prompt: str) -> None:
    assert len(measure(prompt).values) == len(FEATURES)
