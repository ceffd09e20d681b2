import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.sanitize import PrintableStream, printable

HOSTILE = [
    "\x1b[31m",
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1bP1;2q\x1b\\",
    "\x9b31m",
    "\x1bc",
    "\u202e",
    "\u2066",
    "\x07",
    "\x08",
    "\r",
]


@pytest.mark.parametrize("sequence", HOSTILE)
def test_nothing_that_a_terminal_obeys_survives(sequence: str) -> None:
    assert printable(f"a{sequence}b") == "ab"


def test_text_and_its_layout_are_kept() -> None:
    text = "naïve\ttab\n日本語 👩‍👩‍👧 ok"
    assert printable(text) == text
    assert printable("a\r\nb") == "a\nb"


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)), max_size=8))
def test_printable_text_stays_as_it_is(parts: list[str]) -> None:
    once = printable("".join(parts))
    assert printable(once) == once


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text("ab \n[]m;", max_size=5)), max_size=8), st.data())
def test_a_stream_is_cleaned_like_the_whole_wherever_it_is_cut(parts: list[str], data: st.DataObject) -> None:
    whole = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    stream = PrintableStream()
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert "".join([*(stream.feed(piece) for piece in pieces), stream.end()]) == printable(whole)


def test_a_sequence_that_never_ends_does_not_hold_the_answer_for_ever() -> None:
    stream = PrintableStream()
    assert stream.feed("\x1b]0;" + "x" * 10_000) == ""
    assert stream.feed("after") == "after"
