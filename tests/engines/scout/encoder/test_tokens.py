from pathlib import Path

import pytest

from hroute.engines.scout.encoder.base import Base
from hroute.engines.scout.encoder.tokens import HEAD_TOKENS, TAIL_TOKENS, EncoderTokenizer, words_of

MARK, A, B, AB, A_WORD, AB_WORD, UNKNOWN = 4, 6, 7, 8, 5, 9, 3


@pytest.fixture(scope="module")
def tokenizer(tiny: Base) -> EncoderTokenizer:
    return EncoderTokenizer(tiny)


@pytest.mark.parametrize(
    ("prompt", "tokens"),
    [
        ("", []),
        ("a", [A_WORD]),
        ("ab", [AB_WORD]),
        ("ba", [MARK, B, A]),
        ("abb", [AB_WORD, B]),
        ("aba", [AB_WORD, A]),
        ("a  \n\u3000 b", [A_WORD, MARK, B]),
        ("axyb", [A_WORD, UNKNOWN, B]),
        ("xyz", [MARK, UNKNOWN]),
        ("e\u0301", [MARK, 10]),
        ("\u2581a\u2581", [A_WORD, MARK]),
    ],
)
def test_a_word_becomes_its_likeliest_pieces(
    tokenizer: EncoderTokenizer, prompt: str, tokens: list[int]
) -> None:
    assert tokenizer(prompt) == [0, *tokens, 2]


@pytest.mark.parametrize("words", [94, 95, 300])
def test_of_a_long_prompt_head_and_tail_are_kept(tokenizer: EncoderTokenizer, words: int) -> None:
    whole = [AB_WORD, *[A_WORD] * (words - 2), AB_WORD]
    tokens = tokenizer("ab" + " a" * (words - 2) + " ab")
    assert tokens[1:-1] == (whole if words <= 94 else whole[:HEAD_TOKENS] + whole[-TAIL_TOKENS:])


def test_the_middle_of_a_very_long_prompt_is_not_even_read(tokenizer: EncoderTokenizer) -> None:
    longest, shorter = ("a " * 1000 + middle + " b" * 500 for middle in ("é" * 10**6, "b" * 500))
    assert tokenizer(longest) == tokenizer(shorter)


def test_control_characters_are_no_space_as_in_training() -> None:
    assert words_of("a\x1cb c") == ["▁a\x1cb", "▁c"]


def test_half_a_character_does_not_stop_it(tokenizer: EncoderTokenizer) -> None:
    assert tokenizer("a\ud800")[1] == A_WORD


def test_the_real_vocabulary_gives_the_tokens_of_the_training(real_base: Path) -> None:
    tokenizer = EncoderTokenizer(Base(real_base))
    assert {prompt: tokenizer(prompt) for prompt in TRAINED_ON} == TRAINED_ON


# By the package tokenizers 0.22, as in scripts/scout_encoder.py.
TRAINED_ON = {
    "What is the capital of Peru?": [0, 4865, 83, 70, 10323, 111, 32969, 32, 2],
    "Beweise, dass es unendlich viele Primzahlen gibt.": [
        *(0, 197550, 13, 4, 1421, 198, 773, 63401, 9510, 44506, 82314, 4257, 5, 2)
    ],
    "日本で一番高い山は何ですか": [0, 6, 152123, 22586, 57669, 2272, 128154, 60369, 2],
    'def f(x):\n    return x*2\n\nwhy does f("a") give "aa"?': [
        *(0, 8, 420, 1238, 132, 425, 2077, 30646, 1022, 1639, 304, 15400, 14602, 1238, 132, 58, 11, 18939),
        *(8337, 44, 11, 11, 38843, 2),
    ],
    "اكتب قصيدة قصيرة عن البحر": [0, 878, 49595, 58223, 52183, 206626, 1365, 73548, 2],
}
