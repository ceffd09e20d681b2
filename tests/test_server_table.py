"""docs/servers.md names a test for each of its lines; whoever renames one renames it there too."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
TABLE = (TESTS.parent / "docs/servers.md").read_text(encoding="utf-8")


def test_every_line_names_tests_that_exist() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| ") and "---" not in line]
    lines = [row for row in rows if not row.endswith("| shown by |")]
    named = [re.findall(r"`([\w/]+\.py)::(test_\w+)`", row) for row in lines]
    assert len(lines) > 50
    assert [line for line, tests in zip(lines, named, strict=True) if not tests] == []
    sources = {file: (TESTS / file).read_text(encoding="utf-8") for tests in named for file, _ in tests}
    assert [
        test
        for tests in named
        for file, test in tests
        if not re.search(rf"^def {test}\(", sources[file], re.M)
    ] == []
