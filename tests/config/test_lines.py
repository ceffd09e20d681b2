import tomllib

from hypothesis import given
from hypothesis import strategies as st

from hroute.config.lines import lines_of, nearest_line


def test_every_kind_of_key_has_its_line() -> None:
    text = """\
top = 1
"quoted key" = 2
# [not.a.table]
[routing]  # comment
max_constraints = 3
[local.chat]
model = 'x' # y
a.b = 4
[[cloud]]
name = "one"
[[cloud]]
name = "two"
"""
    assert lines_of(text) == {
        ("top",): 1,
        ("quoted key",): 2,
        ("routing",): 4,
        ("routing", "max_constraints"): 5,
        ("local", "chat"): 6,
        ("local", "chat", "model"): 7,
        ("local", "chat", "a", "b"): 8,
        ("cloud", 0): 9,
        ("cloud", 0, "name"): 10,
        ("cloud", 1): 11,
        ("cloud", 1, "name"): 12,
    }


def test_what_looks_like_a_key_inside_a_value_is_none() -> None:
    text = 'a = """\n[routing]\nb = 1\n"""\nc = [\n  "[x]", # y = 1\n  2,\n]\nd = 1\n'
    assert lines_of(text) == {("a",): 1, ("c",): 5, ("d",): 9}


def test_a_key_in_an_inline_table_takes_the_line_of_the_table() -> None:
    lines = lines_of("policy = 1\nrouting = { max_constraints = 3 }\n")
    assert nearest_line(lines, ("routing", "max_constraints")) == 2
    assert nearest_line(lines, ("nowhere",)) is None


@given(st.text(alphabet="ab.=[]{}\"'#\n \\1", max_size=80))
def test_every_top_level_key_that_toml_sees_is_found(text: str) -> None:
    lines = lines_of(text)
    try:
        tree = tomllib.loads(text)
    except ValueError:
        return
    assert {loc[0] for loc in lines} == set(tree)
