import pytest

from hroute.bench.confidence.code import NotUnderstoodError, call
from hroute.bench.confidence.tasks.code import WISHES

LOOP = """Here it is:
```python
def total(numbers):
    result = 0
    for n in numbers:
        if n < 0:
            continue
        result += n
    return result
```
It adds them."""


@pytest.mark.parametrize(
    ("text", "arguments", "found"),
    [
        ("def f(x):\n    return x * 2 + 1", (4,), 9),
        ("def f(s):\n    return s[::-1].upper()", ("abc",), "CBA"),
        ("def f(a):\n    return [n for n in a if n > 2]", ([1, 3],), [3]),
        ("def f(n):\n    return 1 if n < 2 else n * f(n - 1)", (5,), 120),
        ("def f(x):\n    while x > 10:\n        x -= 10\n    return x\n\nprint(f(3))", (34,), 4),
        ('def f(d):\n    """Says it."""\n    a, b = d\n    return max(a, b)', ((2, 5),), 5),
    ],
)
def test_small_functions_are_understood(text: str, arguments: tuple[object, ...], found: object) -> None:
    assert call(text, "f", arguments) == found


def test_code_is_taken_from_its_fence() -> None:
    assert call(LOOP, "total", ([1, -5, 2],)) == 3


@pytest.mark.parametrize(
    "body",
    [
        "return open('/etc/passwd').read()",
        "import os\n    return os.environ",
        "return ().__class__.__bases__",
        "return __import__('os')",
        "return eval('1')",
        "return 'x'.format(1)",
        "return f'{x}'",
        "return (lambda: 1)()",
        "return 9 ** 9 ** 9",
        "return 'a' * 10 ** 9",
        "return [0] * 99999999",
        "return list(range(10 ** 9))",
        "return f(x)",
        "x = 'a' * 9000\n    return x.replace('a', x)",
        "while True:\n        x = x",
        "return y",
        "return 1 / 0",
        "return [1][5]",
        "return",
        "retrun x",
    ],
)
def test_what_reaches_out_or_never_ends_or_fails_is_no_right_answer(body: str) -> None:
    try:
        found = call(f"def f(x):\n    {body}", "f", (1,))
    except NotUnderstoodError:
        return
    assert found is None


def test_the_right_answers_of_the_suite_are_right() -> None:
    for wish in (wish for group in WISHES for wish in group):
        code = f"def {wish.name}({wish.parameters}):\n    return {wish.body.format(k=3)}"
        assert [call(code, wish.name, tried) for tried in wish.tried] == [
            wish.compute(3, *tried) for tried in wish.tried
        ]
