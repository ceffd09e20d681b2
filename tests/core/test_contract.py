import pytest

from hroute.core.contract import (
    Fault,
    Rejection,
    check_constraints,
    check_prose,
    check_repetition,
    least_flawed,
    repeated_share,
)
from hroute.core.decision.decision import Route
from hroute.core.turn.attempt import Attempt, CheckStatus, ConstraintCheck, Outcome

PROSE = (
    "The library opens at nine on weekdays and closes at six, except on Thursdays, when it stays open "
    "until eight so that people who work can come by. Members may borrow ten books at a time, for four "
    "weeks each, and renew them twice unless somebody else is waiting. Children need a card of their own, "
    "which costs nothing and is made at the front desk while they wait."
)


def fault(text: str, cut_at_tokens: int | None = None) -> str | None:
    rejection = check_prose(text, cut_at_tokens=cut_at_tokens)
    return rejection.fault if rejection else None


def test_ordinary_prose_counts() -> None:
    assert check_prose(PROSE) is None


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_answer_without_words_is_empty(text: str) -> None:
    assert fault(text) is Fault.EMPTY


def test_an_answer_cut_by_a_limit_of_ours_is_truncated_and_says_where() -> None:
    rejection = check_prose(PROSE, cut_at_tokens=512)
    assert rejection is not None
    assert rejection.fault is Fault.TRUNCATED
    assert "512" in rejection.detail


def test_a_phrase_that_goes_round_and_round_is_a_loop() -> None:
    assert fault("The word is " + "la Femme, " * 60) is Fault.REPETITION


def test_a_good_start_does_not_hide_a_loop_at_the_end() -> None:
    assert fault(PROSE + " and so on and so on" * 40) is Fault.REPETITION


def test_a_loop_without_spaces_is_a_loop() -> None:
    assert fault("哈" * 300) is Fault.REPETITION
    assert fault("haha" * 100) is Fault.REPETITION


def test_rulers_and_tables_are_no_loop() -> None:
    assert fault(PROSE + "\n\n" + "-" * 300) is None
    assert fault(PROSE + "\n\n| --- | --- | --- |" * 3) is None


def test_repetitive_code_is_no_loop() -> None:
    code = "```c\n" + "x = x + 1; y = y + 1;\n" * 60 + "```"
    assert check_repetition(code) is None


def test_a_long_list_of_similar_lines_is_no_loop() -> None:
    cities = enumerate("abcdefghijklmnopqrst", 1)
    listing = "\n".join(f"{n}. The city of {name} has {n * 7} parks" for n, name in cities)
    assert check_prose(listing) is None


def test_the_repeated_share_is_that_of_seq_rep_4() -> None:
    words = [f"w{i}" for i in range(50)]
    assert repeated_share(words) == 0
    # 100 words hold 97 sequences, of which the first 50 are new: 49 over the seam's three are repeats.
    assert repeated_share(words * 2) == pytest.approx(47 / 97)


# --- constraints ---------------------------------------------------------------


def checked(
    status: CheckStatus, text: str = "under 50 words", detail: str = "83 words, at most 49"
) -> ConstraintCheck:
    return ConstraintCheck("length", text, status, detail)


def attempt(text: str, *checks: ConstraintCheck, reason: str = "constraint_violated") -> Attempt:
    return Attempt("local", Route.LOCAL, "small", Outcome.INVALID, text, reason=reason, checks=checks)


BROKEN, KEPT, UNCHECKED = CheckStatus.BROKEN, CheckStatus.KEPT, CheckStatus.UNCHECKED


def test_a_broken_constraint_rejects_and_is_named() -> None:
    rejection = check_constraints([checked(KEPT), checked(BROKEN)])
    assert rejection == Rejection(Fault.CONSTRAINT_VIOLATED, "“under 50 words”: 83 words, at most 49")


def test_what_nobody_can_tell_is_no_reason_to_reject() -> None:
    assert check_constraints([checked(KEPT), checked(UNCHECKED)]) is None


def test_a_rejection_stays_one_short_line() -> None:
    rejection = check_constraints([checked(BROKEN, "line\n" * 100)] * 50)
    assert rejection is not None
    assert "\n" not in rejection.detail
    assert len(rejection.detail) < 300


def test_of_flawed_answers_the_one_with_the_fewest_broken_constraints_is_given() -> None:
    worse, better = attempt("worse", checked(BROKEN), checked(BROKEN)), attempt("better", checked(BROKEN))
    looping = attempt("round and round", reason="repetition")
    assert least_flawed([worse, better, looping]) == better
    assert least_flawed([attempt("  ")]) is None


def test_of_equals_the_later_one_is_given() -> None:
    first, second = attempt("first", checked(BROKEN)), attempt("second", checked(BROKEN))
    assert least_flawed([first, second]) == second
