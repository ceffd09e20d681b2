"""What is imported is declared: a package that only comes along with another can leave with it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.support.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = {"hroute", "tests", *(file.stem for file in (ROOT / "scripts").glob("*.py"))}


def modules(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def imported(*folders: str) -> set[str]:
    """Distributions; a module that is not installed here stands for its own."""
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    names = {module.partition(".")[0] for file in files for module in modules(file)}
    known = packages_distributions()
    return {plain(known.get(name, [name])[0]) for name in names - sys.stdlib_module_names - OURS}


def declared(requirements: Iterable[str]) -> set[str]:
    return {plain(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_program_declares_what_it_imports_and_nothing_else() -> None:
    assert imported("src") == declared(PROJECT["dependencies"])


def test_tests_and_scripts_import_only_what_an_extra_brings() -> None:
    extras = PROJECT["optional-dependencies"]
    allowed = declared(PROJECT["dependencies"] + extras["dev"] + extras["training"])
    assert imported("tests", "scripts") <= allowed
