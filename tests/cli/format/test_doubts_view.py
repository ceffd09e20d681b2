import io
from dataclasses import replace

from hroute.cli.format.doubts_view import show_doubts
from hroute.cli.terminal import Terminal
from hroute.core.confidence.signals import AnswerSignals, Doubt
from hroute.core.turn.attempt import Attempt
from tests.support.logged import local

SIGNALS = AnswerSignals(5, -2.0, -0.4, -1.5141, doubts=(Doubt(10, 12, -1.5141),))


def shown(attempt: Attempt) -> str:
    out = io.StringIO()
    show_doubts(attempt, Terminal(io.StringIO(), out, io.StringIO(), is_rich=False, has_colour=False))
    return out.getvalue()


def test_the_least_certain_place_is_marked_with_its_probability() -> None:
    text = shown(local("12 + 29 = 37.", answer_signals=SIGNALS, confidence=0.31, calibrator="Q4_1 of today"))
    assert "31% (Q4_1 of today), least likely token 22% of 5" in text
    assert "12 + 29 = 37(22%)." in text


def test_a_model_without_calibration_is_not_given_a_figure() -> None:
    assert "no calibration for this model" in shown(local("12 + 29 = 37.", answer_signals=SIGNALS))


def test_an_answer_that_its_calibrator_does_not_know_says_so() -> None:
    text = shown(local("12 + 29 = 37.", answer_signals=SIGNALS, calibrator="Q4_1 of today"))
    assert "not known, longer than all answers that were calibrated (Q4_1 of today)" in text


def test_the_share_of_samples_that_agree_is_shown_where_there_were_samples() -> None:
    sampled = AnswerSignals(5, -2.0, -0.4, -1.5141, agreement=0.75)
    assert "75% of the further ones say the same" in shown(local("37.", answer_signals=sampled))
    assert "further ones" not in shown(local("37.", answer_signals=SIGNALS))


def test_an_engine_that_does_not_say_shows_nothing() -> None:
    assert shown(local()) == ""


def test_a_long_answer_is_shown_around_its_doubts() -> None:
    long = local(
        "word " * 1000 + "37", answer_signals=AnswerSignals(5, -2, -1, -2, doubts=(Doubt(5000, 5002, -2),))
    )
    text = shown(long)
    assert "37(14%)" in text
    assert len(text) < 400


def test_a_place_that_is_not_in_the_text_is_left_out() -> None:
    assert "(22%)" not in shown(local("short", answer_signals=SIGNALS))


def test_a_generic_calibrator_is_called_that() -> None:
    name = "generic calibrator of 2026-11-27, 4 models"
    text = shown(local("37.", answer_signals=SIGNALS, calibrator=name, confidence=0.4))
    assert f"40% (by a {name}, none of its own)" in text


def test_every_line_of_an_answer_is_indented_alike() -> None:
    signals = replace(SIGNALS, doubts=(Doubt(4, 8, -1.5141),))
    text = shown(local("Sum:\n12 + 29 = 37\nThat is all.", answer_signals=signals))
    assert all(line.startswith(" " * 13) for line in text.splitlines()[1:])
    assert len(text.splitlines()) == 4
