"""What the builtin scout says, and what it does not claim to know."""

import json
from functools import cache
from importlib.resources import files
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.authored import DataSplit, SmallestOk, part_of
from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.scout import BuiltinScout
from hroute.core.scout.artefact import MAGIC, Artefact, pack, unpack
from hroute.core.scout.builtin import interpolated
from hroute.core.scout.traits import ASK_HEAD_CHARS, ASK_TAIL_CHARS
from tests.support.repository import ROOT

ARTEFACT = files("hroute.data").joinpath("scout-builtin.bin").read_bytes()
SCOUT = BuiltinScout.from_bytes(ARTEFACT)
CARD = unpack(ARTEFACT).card
TABLES_START = ARTEFACT.index(b"\n", len(MAGIC)) + 1
LONG = 20 * (ASK_HEAD_CHARS + ASK_TAIL_CHARS)


@cache
def authored_tests() -> list[dict[str, Any]]:
    lines = ROOT.joinpath("data", "prompts.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [row for row in map(json.loads, lines) if part_of(row["prompt"]) is DataSplit.TEST]


def label(prompt: str) -> Label:
    return SCOUT.read(prompt).label


@pytest.mark.parametrize("prompt", ["hi", "thanks!!", "what's the capital of france", "Compare 2+2 and 3+3"])
def test_small_things_are_trivial(prompt: str) -> None:
    assert label(prompt) is Label.TRIVIAL


def test_short_is_not_easy_and_hard_is_not_long() -> None:
    """Of prompts of one short line that were kept apart: by length they would all be easy."""
    rows = [row for row in authored_tests() if len(row["prompt"]) < 60]
    words = [(label(row["prompt"]), SmallestOk(row["smallest_ok"]).is_beyond_8b) for row in rows]
    hard, easy = ([word for word, is_hard in words if is_hard is wanted] for wanted in (True, False))
    assert hard.count(Label.TRIVIAL) < 0.25 * len(hard)
    assert easy.count(Label.TRIVIAL) > 0.5 * len(easy)
    assert easy.count(Label.COMPLEX) < 0.05 * len(easy) < 0.25 * len(hard) < hard.count(Label.COMPLEX)


def test_on_prompts_kept_apart_failures_rise_from_word_to_word_and_hard_ones_rank_above_others() -> None:
    test = [(SCOUT.read(row["prompt"]), row) for row in authored_tests()]
    hard = [(reading, SmallestOk(row["smallest_ok"]).is_beyond_8b) for reading, row in test]
    share = {
        word: fmean(is_hard for reading, is_hard in hard if reading.label is word)
        for word in (Label.TRIVIAL, Label.STANDARD, Label.COMPLEX)
    }
    assert share[Label.TRIVIAL] < 0.1 < share[Label.STANDARD] < 0.5 < share[Label.COMPLEX]
    above = [
        (one.difficulty > other.difficulty)
        for one, is_hard in hard
        if is_hard
        for other, is_other in hard
        if not is_other
    ]
    assert fmean(above) > 0.85


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


def test_more_of_the_same_beyond_a_page_does_not_make_the_scout_more_certain() -> None:
    prompt = "Please read this. " * LONG
    assert SCOUT.read(prompt).difficulty == pytest.approx(SCOUT.read(prompt * 2).difficulty, abs=0.05)


def test_an_easy_question_about_a_long_log_is_easier_than_its_length_looks() -> None:
    log = "\n".join(
        f"2026-01-{day:02} 10:00:01 worker[{day}]: job {day * 17} done in {day}s" for day in range(1, 29)
    )
    easy = SCOUT.read(f"On which day did this log begin?\n\n{log}")
    hard = SCOUT.read(
        f"Derive the exact distribution of the job times and prove its mean is finite.\n\n{log}"
    )
    assert easy.difficulty < hard.difficulty - 1


def test_the_strongest_mover_comes_first() -> None:
    moved_by = SCOUT.read("Prove that sqrt 2 is irrational").moved_by
    strengths = [abs(weight) for _, weight in moved_by]
    assert strengths == sorted(strengths, reverse=True)
    assert "proof or derivation asked" in dict(moved_by) or 'wording "prove"' in dict(moved_by)


def test_length_is_named_among_the_movers() -> None:
    assert "length" in dict(SCOUT.read("thanks").moved_by)


@given(st.floats(-3, 9), st.floats(-3, 9))
def test_a_higher_reading_is_a_higher_difficulty(one: float, other: float) -> None:
    knots = SCOUT.artefact.card.knots
    low, high = (interpolated(reading, knots)[0] for reading in sorted((one, other)))
    assert low <= high


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
    assert reading.model == SCOUT.artefact.card.model == "builtin-2"


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
    with pytest.raises(ValueError, match="other traits"):
        BuiltinScout.from_bytes(pack(with_card(traits=("strange name", *CARD.traits[1:]))))


def with_card(**changes: Any) -> Artefact:
    artefact = unpack(ARTEFACT)
    return artefact._replace(card=artefact.card._replace(**changes))


def test_the_artefact_is_small_and_says_where_it_comes_from() -> None:
    card = unpack(ARTEFACT).card
    assert len(ARTEFACT) < 4_000_000
    assert card.cuts["trivial"] < card.cuts["complex"]
    assert sum(int(str(source["prompts"])) for source in card.trained_on) >= 50_000
    assert all({"source", "prompts", "origin", "licence"} <= set(source) for source in card.trained_on)
