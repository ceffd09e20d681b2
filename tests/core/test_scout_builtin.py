"""What the builtin scout says, and what it does not claim to know."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.scout import BuiltinScout
from hroute.core.scout.artefact import MAGIC, unpack
from hroute.core.scout.features import HEAD_CHARS, TAIL_CHARS, part_read
from hroute.core.types import Label, ScoutReading

ARTEFACT = files("hroute.data").joinpath("scout-builtin.bin").read_bytes()
SCOUT = BuiltinScout.from_bytes(ARTEFACT)
TABLES_START = ARTEFACT.index(b"\n", len(MAGIC)) + 1
LONGEST_TRAINED = SCOUT.artefact.card.chars_range[1]


def label(prompt: str) -> Label:
    return SCOUT.read(prompt).label


@pytest.mark.parametrize("prompt", ["hi", "thanks!!", "what's the capital of france", "Compare 2+2 and 3+3"])
def test_small_things_are_trivial(prompt: str) -> None:
    assert label(prompt) is Label.TRIVIAL


@pytest.mark.parametrize(
    "prompt",
    [
        "Prove that sqrt 2 is irrational",
        "Prove that every planar graph is 5-colourable.",
        "Design a distributed lock service with fencing tokens and explain its failure modes.",
    ],
)
def test_short_but_hard_is_complex(prompt: str) -> None:
    assert label(prompt) is Label.COMPLEX


def test_the_words_compare_and_analyse_alone_do_not_make_a_prompt_complex() -> None:
    assert label("Compare 5 and 7.") is not Label.COMPLEX
    assert label("Analyse the word 'cat': is it a noun?") is not Label.COMPLEX


def test_a_harder_task_has_a_lower_chance_of_local_success() -> None:
    greeting, chore, proof = (
        SCOUT.read(prompt).p_local
        for prompt in (
            "hello, how are you?",
            "Write a short email asking my landlord to repair the tap.",
            "Prove that there are infinitely many primes congruent to 3 modulo 4.",
        )
    )
    assert greeting > chore > proof


@pytest.mark.parametrize("prompt", ["", "   \n\t ", "???", "🙂🙂", "\ud800", "xqzv wrtplk bnmgh", "ᚠᚢᚦᚨᚱᚲ"])
def test_no_evidence_is_unsure(prompt: str) -> None:
    assert label(prompt) is Label.UNSURE


def test_a_prompt_longer_than_any_in_training_is_unsure() -> None:
    assert label("thanks " * LONGEST_TRAINED) is Label.UNSURE


def test_beyond_the_training_lengths_more_text_does_not_make_the_scout_more_certain() -> None:
    prompt = "Please read this. " * LONGEST_TRAINED
    assert SCOUT.read(prompt).p_local == SCOUT.read(prompt * 2).p_local


def test_only_the_two_ends_of_a_huge_prompt_are_read() -> None:
    head, tail = "Sum up the log. " * 100, " What went wrong?" * 100
    assert len(part_read(head + "x" * 10_000_000 + tail)) == HEAD_CHARS + TAIL_CHARS + 1
    quiet, loud = (SCOUT.read(head + middle * LONGEST_TRAINED + tail) for middle in ("a", "∫"))
    assert quiet == loud


def test_the_strongest_mover_comes_first() -> None:
    moved_by = SCOUT.read("Prove that sqrt 2 is irrational").moved_by
    strengths = [abs(weight) for _, weight in moved_by]
    assert strengths == sorted(strengths, reverse=True)
    assert moved_by[0][0] == "proof or derivation asked"
    assert moved_by[0][1] > 0


def test_length_is_named_among_the_movers() -> None:
    assert "length 1 word" in dict(SCOUT.read("thanks").moved_by)


@given(st.text(max_size=400))
def test_any_text_gets_a_reading(prompt: str) -> None:
    reading = SCOUT.read(prompt)
    assert 0 < reading.p_local < 1
    assert reading.latency_ms == 0.0


@given(st.text(max_size=100))
def test_the_same_prompt_gets_the_same_reading(prompt: str) -> None:
    assert BuiltinScout.from_bytes(ARTEFACT).read(prompt) == SCOUT.read(prompt)


def test_a_reading_names_the_model_of_the_artefact() -> None:
    reading = SCOUT.read("hello there")
    assert isinstance(reading, ScoutReading)
    assert reading.model == SCOUT.artefact.card.model == "builtin-1"


@pytest.mark.parametrize(
    "data",
    [b"", b"not it", MAGIC, MAGIC + b"{}\n", MAGIC + b"[]\n", ARTEFACT[:-1], ARTEFACT[:500], ARTEFACT + b"x"],
)
def test_a_damaged_artefact_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="scout artefact"):
        BuiltinScout.from_bytes(data)


@given(st.integers(TABLES_START, len(ARTEFACT) - 1), st.integers(1, 255))
def test_one_changed_byte_of_the_tables_is_noticed(place: int, change: int) -> None:
    data = ARTEFACT[:place] + bytes([ARTEFACT[place] ^ change]) + ARTEFACT[place + 1 :]
    with pytest.raises(ValueError, match="damaged"):
        BuiltinScout.from_bytes(data)


def test_an_artefact_for_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="other features"):
        BuiltinScout.from_bytes(ARTEFACT.replace(b'"proper names"', b'"strange name"'))


def test_the_artefact_is_small_and_says_where_it_comes_from() -> None:
    card = unpack(ARTEFACT).card
    assert len(ARTEFACT) < 200_000
    assert card.cuts["complex"] < card.cuts["trivial"]
    assert all({"source", "prompts", "origin", "licence"} <= set(source) for source in card.trained_on)
    assert {"macro_f1_test", "apgr_frozen"} <= set(card.metrics)
