"""Man pages, completions and the README's command list say what the code says."""

import importlib.util

import pytest

from tests.support.repository import ROOT


def generated() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    files: dict[str, str] = module.generated()
    return files


FILES = generated()


@pytest.mark.parametrize("name", FILES)
def test_a_generated_file_is_up_to_date(name: str) -> None:
    """When this fails: python scripts/generate_docs.py."""
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name]


def test_no_generated_file_is_left_over() -> None:
    there = {
        str(file.relative_to(ROOT))
        for folder in ("man", "completions")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    }
    assert there == {name for name in FILES if name != "README.md"}


def test_every_command_has_a_page_with_examples() -> None:
    leaves = {name for name in FILES if name.endswith(".1")} - {
        "man/man1/hroute.1",
        "man/man1/hroute-log.1",
        "man/man1/hroute-config.1",
        "man/man1/hroute-bench.1",
        "man/man1/hroute-models.1",
    }
    assert [name for name in leaves if ".SH EXAMPLES" not in FILES[name]] == []


def test_every_option_has_one_line_of_help() -> None:
    """An option without help would leave its .TP entry empty."""
    for name, text in FILES.items():
        lines = text.splitlines()
        terms = [i for i, line in enumerate(lines) if line == ".TP"]
        assert [lines[i + 1] for i in terms if not lines[i + 2].strip()] == [], name
