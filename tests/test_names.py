"""The glossary of docs/architecture.md promises that each public class has a name of its own."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
HROUTE = ROOT / "src" / "hroute"


def test_no_two_public_classes_have_one_name() -> None:
    places = defaultdict[str, list[str]](list)
    for file in HROUTE.rglob("*.py"):
        for one in ast.parse(file.read_text("utf-8")).body:
            if isinstance(one, ast.ClassDef) and not one.name.startswith("_"):
                places[one.name].append(file.relative_to(HROUTE).as_posix())
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_no_folder_is_so_full_that_it_needs_a_plan_of_its_own() -> None:
    """Modules beside `__init__.py`; what would be the next one asks for a folder."""
    most = {
        folder.relative_to(ROOT).as_posix(): count
        for base in (HROUTE, ROOT / "tests")
        for folder in [base, *(path for path in base.rglob("*") if path.is_dir())]
        if (count := sum(file.stem != "__init__" for file in folder.glob("*.py"))) > 20
    }
    assert most == {}
