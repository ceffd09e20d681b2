"""`hroute bench report`, as typed, on a log small enough for a test."""

import json
from pathlib import Path

from tests.support.program import Program


def test_it_measures_reading_and_writing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = ("bench", "report", "--rows", "1000", "--runs", "1", "--json")
    done = Program(tmp_path / "home").run(*words, TMPDIR=str(scratch))
    assert done.code == 0
    measures = {measure["name"]: measure for measure in json.loads(done.out)["measures"]}
    assert measures["hroute report"]["aim"] == 2
    assert measures["  memory of the whole process"]["aim"] == 300
    assert measures["a turn from open_turn to close_turn, median"]["value"] > 0
    assert list(scratch.iterdir()) == []
