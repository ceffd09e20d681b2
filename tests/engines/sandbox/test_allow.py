import pytest

from hroute.engines.sandbox.allow import MOST_CHARS, objection

ORDINARY = '''
def count(text: str, least: int = 1) -> dict:
    """How often each word occurs."""
    found = {}
    for word in text.lower().split():
        found[word] = found.get(word, 0) + 1
    try:
        total = sum(n for n in found.values() if n >= least)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{text!r}: {error}")
    list = [*found.items()]
    list.sort(key=lambda item: (-item[1], item[0]))
    return {"total": total, "top": list[:3]}
'''


def test_ordinary_code_may_run() -> None:
    assert objection(ORDINARY) is None


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os", "Import is not on the list"),
        ("from os import system", "ImportFrom is not on the list"),
        ("__import__('os')", "the name __import__ is not allowed"),
        ("open('x')", "the builtin open is not on the list"),
        ("eval('1')", "the builtin eval is not on the list"),
        ("getattr(1, 'real')", "the builtin getattr is not on the list"),
        ("().__class__", "the attribute .__class__ is not on the list"),
        ("'{0.__class__}'.format(1)", "the attribute .format is not on the list"),
        ("def f(x): return x.gi_frame", "the attribute .gi_frame is not on the list"),
        ("def f(x): x.append = 1", "the attribute .append is not on the list"),
        ("def __f(): pass", "the name __f is not allowed"),
        ("f(__x=1)", "the name __x is not allowed"),
        ("class A: pass", "ClassDef is not on the list"),
        ("global x", "Global is not on the list"),
        ("async def f(): pass", "AsyncFunctionDef is not on the list"),
        ("with f() as x: pass", "With is not on the list"),
        ("match x:\n case str(__class__=y): pass", "Match is not on the list"),
    ],
)
def test_what_is_not_on_the_list_may_not(code: str, why: str) -> None:
    assert objection(code) == why


@pytest.mark.parametrize("code", ["def f(:", "x = '\x00'", "(" * 3000 + ")" * 3000, "-" * 9000 + "1"])
def test_what_is_no_python_says_so(code: str) -> None:
    assert (objection(code) or "").startswith("not Python")


def test_long_code_is_not_read() -> None:
    assert objection("x = 1\n" * MOST_CHARS) == f"{6 * MOST_CHARS} characters, at most {MOST_CHARS} are run"
