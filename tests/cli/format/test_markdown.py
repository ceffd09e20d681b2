import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hroute.cli.format.markdown import MarkdownStream

ANSWER = """# Title

A paragraph of **bold** words.

- one
- two

```python
def f():

    return 1
```

1. Run:

   ```sh
   make

     install
   ```

   then

   - look
   - listen

2. Stop.

> Quoted
> ```
> code
> ```

| a | b |
|---|---|
| 1 | 2 |

Title
---

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


def test_code_is_printed_line_by_line_and_a_blank_line_does_not_end_it() -> None:
    markdown, file = stream()
    markdown.feed("```\na\n\nb\nc")
    assert shown(file) == ["a", "", "b"]
    markdown.feed("\n```\nAfter.")
    markdown.end()
    assert shown(file) == ["a", "", "b", "c", "", "After."]


def test_code_in_an_item_keeps_its_place_and_comes_line_by_line() -> None:
    markdown, file = stream()
    markdown.feed("1. Do:\n\n   ```\n   a\n     b\n   c")
    assert [line.rstrip() for line in file.getvalue().replace("\x1b[0m", "").splitlines()][-2:] == [
        "    a",
        "      b",
    ]
    markdown.feed("\n   ```\n\n   And then\n2. More\n")
    assert shown(file)[-3:] == ["c", "", "And then"]
    markdown.end()
    assert shown(file)[-1].endswith("2 More")


def test_a_paragraph_that_a_blank_line_parts_from_its_item_stays_in_it() -> None:
    markdown, file = stream()
    markdown.feed("- one\n\n  two\n- three\n\nApart")
    markdown.end()
    assert file.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines() == [
        " • one",
        "   two",
        " • three",
        "",
        "Apart",
    ]


def test_a_list_of_another_kind_stands_apart() -> None:
    markdown, file = stream()
    markdown.feed("- one\n1. two\n")
    markdown.end()
    assert shown(file) == ["• one", "", "1 two"]


@pytest.mark.parametrize("begun", ["> quoted", "```py", "# Title", "  - item", "1. item"])
def test_a_line_that_may_begin_another_block_is_not_taken_for_the_paragraphs(begun: str) -> None:
    markdown, file = stream(width=20)
    markdown.feed(f"Some words\n{begun} one two three four five six seven")
    assert shown(file) == []
    markdown.feed(" eight\n")
    markdown.end()
    assert shown(file)[0] == "Some words"


def test_a_long_paragraph_is_printed_line_by_line() -> None:
    markdown, file = stream(width=20)
    markdown.feed("one two three four five six seven")
    assert shown(file) == ["one two three four"]
    markdown.end()
    assert shown(file) == ["one two three four", "five six seven"]


@pytest.mark.parametrize("open_mark", ["**", "`", "[", "<b ", "_", "~~"])
def test_a_line_waits_for_what_may_still_reach_across_it(open_mark: str) -> None:
    markdown, file = stream(width=20)
    markdown.feed(f"one {open_mark}two three four five six seven eight nine ten")
    assert shown(file) == []
    markdown.end()
    assert "ten" in shown(file)[-1]


def test_the_items_of_a_list_come_one_by_one_and_stay_together() -> None:
    markdown, file = stream()
    markdown.feed("Look:\n- one\n- two\n- thr")
    assert shown(file) == ["Look:", "", "• one"]
    markdown.end()
    assert shown(file) == ["Look:", "", "• one", "• two", "• thr"]


def test_a_table_comes_when_it_is_whole() -> None:
    markdown, file = stream()
    markdown.feed("| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert shown(file) == []
    markdown.feed("\n")
    assert len(shown(file)) == 3


def test_a_link_shows_where_it_leads() -> None:
    markdown, file = stream()
    markdown.feed("[bank](https://evil.example)\n\n")
    assert "https://evil.example" in file.getvalue()
    assert "\x1b]8" not in file.getvalue()


class CountingConsole(Console):
    drawings = 0

    def print(self, *objects: object, **how: object) -> None:
        self.drawings += 1
        super().print(*objects)


def test_a_long_block_is_not_drawn_again_for_every_token() -> None:
    console = CountingConsole(file=io.StringIO(), width=60, force_terminal=True)
    markdown = MarkdownStream(console)
    markdown.feed("```\n")
    for _ in range(800):
        markdown.feed("x = 1\n")
    assert console.drawings < 200


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


def test_erasing_counts_the_lines_that_a_narrower_window_has_wrapped() -> None:
    markdown, file = stream(width=40)
    markdown.feed("A paragraph of just thirty-eight cells\n\n")
    markdown._console.width = 20
    markdown.erase()
    assert file.getvalue().endswith("\x1b[2F\x1b[J")


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
