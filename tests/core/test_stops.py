from hypothesis import given
from hypothesis import strategies as st

from hroute.core.stops import StopCutter

few = st.text("ab\n", max_size=12)
stops = st.lists(st.text("ab\n", min_size=1, max_size=3), max_size=3).map(tuple)


@given(st.lists(few, max_size=6), stops)
def test_however_it_is_cut_in_pieces_an_answer_ends_before_its_first_stop(
    pieces: list[str], stops: tuple[str, ...]
) -> None:
    cutter = StopCutter(stops)
    given_text = "".join(map(cutter.feed, pieces)) + cutter.end()
    whole = "".join(pieces)
    found = [whole.find(stop) for stop in stops if stop in whole]
    if found:
        # A stop that is whole sooner ends the answer, also where a longer one began before it.
        assert cutter.is_stopped
        assert whole.startswith(given_text)
        assert not any(stop in given_text for stop in stops)
    else:
        assert (given_text, cutter.is_stopped) == (whole, False)


def test_what_may_become_a_stop_is_held_back_and_given_at_the_end() -> None:
    cutter = StopCutter(("END",))
    assert [cutter.feed("it is E"), cutter.feed("N"), cutter.end()] == ["it is ", "", "EN"]
