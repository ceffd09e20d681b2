import io

from hroute.cli.format.aligned import number, padded, show_aligned
from hroute.cli.terminal import Terminal


def shown(rows: list[list[str]], *, is_rich: bool = False) -> list[str]:
    out = io.StringIO()
    terminal = Terminal(io.StringIO(), out, io.StringIO(), is_rich=is_rich, has_colour=False)
    show_aligned("Title", ["name", "rate"], rows, terminal)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_names_stand_left_and_figures_right() -> None:
    assert shown([["a", ".5"], ["longer", ""]]) == [
        "Title",
        "  name    rate",
        "  a         .5",
        "  longer     -",
        "",
    ]


def test_signs_that_take_two_cells_keep_the_columns_straight() -> None:
    assert shown([["翻訳", ".5"], ["long", ".75"]]) == [
        "Title",
        "  name  rate",
        "  翻訳    .5",
        "  long   .75",
        "",
    ]


def test_what_is_too_wide_is_cut_at_its_cells() -> None:
    assert [padded(text, 5) for text in ("abcdef", "翻訳機", "abc")] == ["abcd…", "翻訳…", "abc  "]


def test_no_rows_print_nothing() -> None:
    assert shown([]) == []


def test_a_table_too_wide_for_the_terminal_leaves_its_intervals_out() -> None:
    rows = [["x" * 70, ".50 [.40 .60]"]]
    assert shown(rows)[2].endswith(".50 [.40 .60]")
    assert all(".40" not in line for line in shown(rows, is_rich=True))


def test_a_share_is_written_without_its_zero() -> None:
    assert [number(value, 2) for value in (0.5, -0.04, 0.999, 1.0, 10.25, None)] == [
        ".50",
        "-.04",
        "1.00",
        "1.00",
        "10.25",
        "",
    ]
