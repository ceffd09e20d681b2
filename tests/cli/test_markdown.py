import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hroute.cli.markdown import MarkdownStream

ANSWER = """# Title

A paragraph of **bold** words.

- one
- two

```python
def f():

    return 1
```

The end.
"""


def stream(width: int = 60, height: int = 12) -> tuple[MarkdownStream, io.StringIO]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, force_terminal=True, no_color=True)
    return MarkdownStream(console), file


def shown(file: io.StringIO) -> list[str]:
    return [
        line.strip() for line in file.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()
    ]


def test_each_block_is_printed_once_as_soon_as_it_is_complete() -> None:
    markdown, file = stream()
    markdown.feed("First.\n\nSecond is not")
    assert shown(file) == ["First."]
    markdown.feed(" finished")
    assert shown(file) == ["First."]
    markdown.end()
    assert shown(file) == ["First.", "", "Second is not finished"]


def test_a_blank_line_in_a_code_block_does_not_end_it() -> None:
    markdown, file = stream()
    markdown.feed("```\na\n\nb\n")
    assert shown(file) == []
    markdown.feed("```\n\n")
    assert shown(file) == ["a", "", "b"]


@given(st.lists(st.integers(0, len(ANSWER)), max_size=10))
def test_the_cuts_of_the_stream_do_not_show(cuts: list[int]) -> None:
    whole, at_once = stream()
    whole.feed(ANSWER)
    whole.end()
    markdown, file = stream()
    edges = [0, *sorted(cuts), len(ANSWER)]
    for start, end in itertools.pairwise(edges):
        markdown.feed(ANSWER[start:end])
    markdown.end()
    assert file.getvalue() == at_once.getvalue()


def test_erasing_goes_up_by_exactly_the_lines_that_were_printed() -> None:
    markdown, file = stream()
    markdown.feed("One.\n\nTwo.\n\nThree")
    assert file.getvalue().count("\n") == 3
    markdown.erase()
    assert file.getvalue().endswith("\x1b[3F\x1b[J")


def test_nothing_to_erase_writes_nothing() -> None:
    markdown, file = stream()
    markdown.feed("Not complete")
    markdown.erase()
    markdown.end()
    assert file.getvalue() == ""


def test_what_may_be_rejected_never_scrolls_off_the_screen() -> None:
    markdown, file = stream(height=8)
    text = "".join(f"Paragraph {n}.\n\n" for n in range(20))
    markdown.feed(text, may_scroll=False)
    assert file.getvalue().count("\n") < 8
    markdown.end()
    assert shown(file)[-1] == "Paragraph 19."


@pytest.mark.parametrize("text", ["\n\n", "```\n", "~~~\nx", "> \n\n", "| a |\n|---|\n"])
def test_odd_markdown_does_not_fail(text: str) -> None:
    markdown, file = stream(width=10)
    markdown.feed(text)
    markdown.end()
    assert [word for word in ("x", "a") if word in text] == [w for w in ("x", "a") if w in file.getvalue()]
