"""Below `cli` no text that a user may see names an option or a command; values say it, and `cli` finds words.

Docstrings and comments may: they are read by who reads the code.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hroute.cli.chat.slash import COMMANDS as CHAT_COMMANDS
from hroute.cli.main import COMMANDS

HROUTE = Path(__file__).parent.parent / "src" / "hroute"
OPTION = re.compile(r"(?<![\w-])--[a-z]|(?<=\s)(?<!python )-[a-zA-Z]\b(?!-)")
COMMAND = re.compile(rf"\bhroute ({'|'.join(COMMANDS)})\b")
SLASH = re.compile(rf"(?<![\w.:}})/])/({'|'.join(one.name for one in CHAT_COMMANDS)})\b(?!/)")

# The arguments of child processes, and nothing that is shown.
ARGUMENTS = {
    "bench/overhead.py": {"--version"},
    "bench/report.py": {"--since", "--category", "--json"},
    "engines/scout/encoder/pull.py": {
        "--no-deps",
        "--only-binary=:all:",
        "--quiet",
        "--platform",
        "--disable-pip-version-check",
        "--no-input",
        "--dest",
    },
}


def texts(tree: ast.AST) -> Iterator[str]:
    """Its string constants, f-strings with their holes closed; no docstrings."""
    reported = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            reported.add(id(body[0].value))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in reported:
            yield node.value


def named(text: str) -> bool:
    return any(pattern.search(text) for pattern in (OPTION, COMMAND, SLASH))


@pytest.mark.parametrize(
    "text",
    [
        "leave out --route",
        "another folder with -o",
        "`--plain` takes more",
        "run hroute log list",
        "download it: hroute models pull {}",
        "/why lists them",
        "see (/sessions)",
        "/retry",
    ],
)
def test_an_option_or_a_command_is_found(text: str) -> None:
    assert named(text)


@pytest.mark.parametrize(
    "text",
    [
        "a -- b",
        "q4 -0.5",
        "a-b",
        "python -m ensurepip",
        "---",
        "hroute again",
        "this hroute knows {}",
        "/chat/completions",
        "https://a.b/models",
        "and/or",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert not named(text)


def test_docstrings_are_no_texts_and_the_parts_of_an_f_string_are_one() -> None:
    code = '"""hroute log"""\ndef f(x):\n    """--route"""\n    return f"hroute {x} --n" + "a"\n'
    assert sorted(texts(ast.parse(code))) == ["a", "hroute {} --n"]


def test_no_text_below_cli_names_an_option_or_a_command() -> None:
    found = {
        f"{name}: {text}"
        for file in HROUTE.rglob("*.py")
        if not (name := file.relative_to(HROUTE).as_posix()).startswith(("cli/", "__main__"))
        for text in texts(ast.parse(file.read_text("utf-8")))
        if named(text) and text not in ARGUMENTS.get(name, ())
    }
    assert found == set()
