"""The modules and folders that docs/architecture.md and CONTRIBUTING.md name are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "hroute"
LAYERS = {path.name for path in PACKAGE.iterdir()}
PLACEHOLDERS = ("<", "NAME")


def paths_in(text: str) -> set[str]:
    """Those in backticks."""
    named = re.findall(r"`([^`\s]+)`", text)
    return {name for name in named if not any(mark in name for mark in PLACEHOLDERS) and _is_path(name)}


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".py", ".toml", ".md")) or name in LAYERS


def exists(name: str) -> bool:
    """From the root of the checkout or of the package; a module may go without its suffix or its folder."""
    if "/" not in name and any(PACKAGE.rglob(name)):
        return True
    return any((base / f"{name}{end}").exists() for base in (ROOT, PACKAGE) for end in ("", ".py"))


def test_paths_are_told_from_other_code() -> None:
    text = "`core/turn`, `MIGRATIONS`, `cli`, `store/schema.py`, `cli/<command>` and `ask`"
    assert paths_in(text) == {"core/turn", "cli", "store/schema.py"}
    assert exists("core/turn")
    assert exists("core/contract")
    assert exists("policy.py")
    assert not exists("core/utils")
    assert not exists("utils.py")


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_path_that_is_named_is_there(page: str) -> None:
    named = paths_in((ROOT / page).read_text("utf-8"))
    assert len(named) > 5
    assert {name for name in named if not exists(name)} == set()
