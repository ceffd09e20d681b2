"""What an item asks for is read from its words and the sentence they stand in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.constraints import find_constraints
from hroute.core.constraints.params.read import params_in

KINDS = ("length", "count", "format", "sections", "include", "avoid", "start", "end", "case", "punctuation")


def params(prompt: str) -> list[dict[str, object]]:
    """What could be read of the prompt's constraints, in reading order."""
    return [dict(item.params) for item in find_constraints(prompt) if item.params]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Write a blog post in less than 300 words.", {"unit": "words", "max": 299}),
        ("Write an essay with at most 150 words.", {"unit": "words", "max": 150}),
        ("Write a post with no more than 150 words.", {"unit": "words", "max": 150}),
        ("Write a 300+ word summary.", {"unit": "words", "min": 300}),
        (
            "Write an essay. Your response should contain 17 or more sentences.",
            {"unit": "sentences", "min": 17},
        ),
        ("Write an essay. Have more than 30 sentences in it.", {"unit": "sentences", "min": 31}),
        ("Write an article with 200 words or less.", {"unit": "words", "max": 200}),
        ("Write a song that contains 20 to 25 sentences.", {"unit": "sentences", "min": 20, "max": 25}),
        ("Write a story. I don't want anything longer than 30 words.", {"unit": "words", "max": 30}),
        ("Your answer must contain exactly 3 bullet points.", {"unit": "bullets", "exactly": 3}),
        ("Antworte in höchstens 50 Wörtern und auf Deutsch.", {"unit": "words", "max": 50}),
    ],
)
def test_amounts_become_inclusive_bounds(prompt: str, expected: dict[str, object]) -> None:
    assert expected in params(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "Write a story of about 300 words.",
        "Write a 500-word story about a dog.",
        "Write a limerick where each line has at most 8 words.",
        "Write an essay. The title should be at most 5 words.",
        "Give me 3 tips, under 12 words each.",
        "Do not, under any circumstances, use more than 40 words.",
        "Write a poem and then a summary of 3 sentences.",
    ],
)
def test_amounts_that_are_rough_or_of_a_part_of_the_answer_are_left_alone(prompt: str) -> None:
    assert not [found for found in params(prompt) if found.get("unit") in {"words", "sentences"}]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ('Write a joke. Include the word "cat".', {"words": ["cat"], "min": 1}),
        ('Write a joke. Include the words "cat" and "dog" in it.', {"words": ["cat", "dog"], "min": 1}),
        ('Write a story. Use the word "castle" exactly twice.', {"words": ["castle"], "min": 2, "max": 2}),
        (
            "Write a quiz. Make sure the word elephant appears at least 3 times.",
            {"words": ["elephant"], "min": 3},
        ),
        ("Write a story. The word 'future' should appear at most once.", {"words": ["future"], "max": 1}),
        (
            "Write a story. Don't forget to include the keywords moss and fern.",
            {"words": ["moss", "fern"], "min": 1},
        ),
        ("Write a story. Do not use the words dragon or sword.", {"words": ["dragon", "sword"], "max": 0}),
        ("Write a poem. Do not include keywords ['sky', 'sea'] in it.", {"words": ["sky", "sea"], "max": 0}),
        ("Write a riddle. The word key should not appear in it.", {"words": ["key"], "max": 0}),
        ('Write a poem. Do not use the letter "z" in your response.', {"letter": "z", "max": 0}),
        ("Write a poem. Make sure the letter q appears at least 5 times.", {"letter": "q", "min": 5}),
    ],
)
def test_words_and_letters_come_with_how_often(prompt: str, expected: dict[str, object]) -> None:
    assert expected in params(prompt)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Write a note in all lowercase letters.", {"case": "lower"}),
        ("Write a note. No capital letters are allowed.", {"case": "lower"}),
        ('Write a note: no bullet points, without the word "very", all lowercase.', {"case": "lower"}),
        ("Write a note. Your entire response must be in all capital letters.", {"case": "upper"}),
        ("Rant. Not a single word in your entire reply should contain lowercase letters.", {"case": "upper"}),
    ],
)
def test_case_knows_its_negations(prompt: str, expected: dict[str, object]) -> None:
    assert expected in params(prompt)


def test_some_words_in_capitals_are_a_number_of_words_not_a_case() -> None:
    prompt = "Write a poem. Words with all capital letters should appear less than 5 times."
    assert params(prompt) == [{"unit": "capital words", "max": 4}]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Name five rivers in JSON format.", {"format": "json"}),
        ("Name five rivers. Wrap the entire output in JSON format.", {"format": "json", "whole": True}),
        ("Write a poem. Do not use any commas.", {"without": ","}),
        ("Write a poem. Wrap your entire response with double quotation marks.", {"wrapped": '"'}),
        ("Write a poem with a title wrapped in double angular brackets, i.e. <<title>>.", {"title": "<<>>"}),
        ("Write a letter. Add a postscript starting with P.P.S at the end.", {"postscript": "P.P.S"}),
        ('Write a letter. Finish it with this exact phrase: "So long!"', {"ends": "So long!"}),
        (
            'Write four paragraphs. The third paragraph must start with the word "elm".',
            {"starts": "elm", "paragraph": 3},
        ),
        ("Write a poem. Highlight at least 3 sections with markdown.", {"unit": "highlights", "min": 3}),
        ("Explain rain. Answer in German, no other language is allowed.", {"language": "de"}),
        (
            "Tell two jokes. Separate the two jokes with 6 asterisk symbols: ******.",
            {"unit": "parts", "exactly": 2, "separator": "******"},
        ),
    ],
)
def test_shapes_and_edges_are_read(prompt: str, expected: dict[str, object]) -> None:
    assert expected in params(prompt)


def test_the_request_to_repeat_stands_above_the_line_that_says_so() -> None:
    prompt = (
        "Write an angry tweet about rain.\nFirst repeat the request word for word, then give your answer."
    )
    assert params(prompt) == [{"repeats": "Write an angry tweet about rain."}]


def test_a_request_too_long_to_look_at_whole_is_not_compared() -> None:
    prompt = "Write about rain. " * 400 + "\nFirst repeat the request word for word, then give your answer."
    assert not [found for found in params(prompt) if "repeats" in found]


def test_options_are_the_quotations_or_the_short_lines_that_follow() -> None:
    prompt = "Is Pikachu an Avenger? Answer with one of the following options:\nIt is.\nIt is not."
    assert params(prompt) == [{"options": ["It is.", "It is not."]}]


@given(st.text(max_size=300), st.sampled_from(KINDS), st.integers(0, 300), st.integers(0, 300))
def test_no_text_upsets_the_reading(prompt: str, kind: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(prompt)), min(other, len(prompt))))
    assert isinstance(params_in(prompt, kind, start, end), dict)
