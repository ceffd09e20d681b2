from typing import Any

import pytest

from hroute.bench.route.writing_rules import broken

POEM = "the rain is here\nit stays with us\n\nand then it goes\nwe miss it now"


@pytest.mark.parametrize(
    ("rules", "kept", "not_kept"),
    [
        ({"about": ["cat"]}, "My Cat sleeps.", "My dog sleeps."),
        ({"words": [2, 3]}, "It's well-known here.", "One two three four."),
        ({"sentences": [2, 2]}, "It rains. Mr. X is e.g. wet.", "It rains."),
        ({"lines": [4, 4], "paragraphs": [2, 2]}, POEM, "the rain"),
        ({"items": [2, 2], "item_words": [1, 2]}, "- one\n- two words", "- one\n- two words more"),
        ({"comma_items": [2, 2], "sorted": True}, "ant, bee", "bee, ant"),
        ({"sentence_words": [2, 3]}, "It rains. We are wet.", "We are wet. It rains."),
        ({"paragraph_sentences": [1, 2]}, "One.\n\nTwo. Three.", "One. Two.\n\nThree."),
        ({"contains": ["yet"]}, "Not yet.", "The yeti."),
        ({"lacks": ["rain"]}, "The train came.", "The Rain came."),
        ({"counts": {"box": 2}}, "A box in a box", "A box"),
        ({"no_letter": "e"}, "A small moon", "The moon"),
        ({"no_chars": "0123!"}, "Hello 4", "Hello!"),
        ({"no_repeats": ["the"]}, "the cat saw the dog", "a cat saw a dog"),
        ({"longest_word": 3}, "The old man", "The older man"),
        ({"starts": "Once"}, "Once upon a time", "Not once"),
        ({"ends": "#reuse"}, "Think twice. #reuse", "#reuse it"),
        ({"sentence_starts": "She"}, "She ran. She won.", "She ran. He won."),
        ({"case": "upper"}, "A NEW DAY!", "A New Day"),
        ({"case": "lower"}, "a new day", "A new day"),
        ({"acrostic": "TEA", "line_words": [2, 3]}, "To us\nEach day\nAll is well", "To us\nA day\nAll"),
    ],
)
def test_a_rule_is_kept_or_broken(rules: dict[str, Any], kept: str, not_kept: str) -> None:
    assert broken(rules, kept) == []
    assert broken(rules, not_kept) != []


def test_nothing_keeps_no_rule() -> None:
    assert broken({"lacks": ["rain"], "words": [0, 9]}, " ") == ["lacks", "words"]
