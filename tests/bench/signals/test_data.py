import gzip
import json
from pathlib import Path

import pytest

from hroute.bench.signals.data import read_signals_data
from hroute.core.authored import DataSplit, part_of
from hroute.core.errors import UsageError

CONSTRAINT = {"prompt": "Write a poem.", "n_constraints": 0, "gt3": False, "source": "mine", "more": 1}
ROUTING = {"prompt": "2+2?", "weak_score": 1, "strong_score": 1.0}
AUTHORED = {"id": "a1", "prompt": "2+2?", "smallest_ok": "1B", "constraints": 0, "kind": "arithmetic"}
STRANGER = {"question": "what is it?"}


def written(path: Path, *rows: object) -> Path:
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    data = gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode()
    path.write_bytes(data)
    return path


def refusal(*paths: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read_signals_data(paths)
    return caught.value.message


def test_a_folder_is_read_whole_and_each_file_told_by_its_fields(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    written(tmp_path / "counts.jsonl", CONSTRAINT, CONSTRAINT | {"n_constraints": None})
    written(tmp_path / "deep" / "pair.jsonl.gz", ROUTING)
    written(tmp_path / "own.jsonl", AUTHORED)
    (tmp_path / "notes.md").write_text("not data")
    found = read_signals_data([tmp_path])
    assert [row.n_constraints for row in found.constraints] == [0, None]
    assert [(file.name, len(file.rows)) for file in found.routing] == [("pair", 1)]
    assert [(file.name, len(file.rows)) for file in found.authored] == [("own", 1)]


def test_contaminated_rows_do_not_count(tmp_path: Path) -> None:
    file = written(tmp_path / "pair.jsonl", ROUTING, ROUTING | {"contaminated": True})
    assert len(read_signals_data([file]).routing[0].rows) == 1


def test_files_of_another_kind_in_a_folder_are_left_out_by_name(tmp_path: Path) -> None:
    written(tmp_path / "pair.jsonl", ROUTING)
    other = written(tmp_path / "tools.jsonl", STRANGER)
    assert read_signals_data([tmp_path]).left_out == [str(other)]


def test_a_folder_of_nothing_but_another_kind_is_refused(tmp_path: Path) -> None:
    other = written(tmp_path / "tools.jsonl", STRANGER)
    assert refusal(tmp_path) == f"{other}:1: has none of the expected fields"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"prompt": "x", "weak_score": 1}, "strong_score is missing"),
        (ROUTING | {"weak_score": 7}, "weak_score: input should be less than or equal to 1"),
        ({"gt3": True, "prompt": "x", "source": "a"}, "n_constraints is missing"),
        (CONSTRAINT | {"n_constraints": "2"}, "n_constraints: input should be a valid integer"),
        ({"prompt": "x", "smallest_ok": "1B"}, "constraints is missing"),
        (AUTHORED | {"constraints": -1}, "constraints: input should be greater than or equal to 0"),
        (
            AUTHORED | {"smallest_ok": "2B"},
            "smallest_ok: input should be '0.1B', '1B', '3B', '8B', '30B', 'frontier' or 'none'",
        ),
        (STRANGER, "prompt is missing"),
        (["prompt"], "is not a JSON object"),
    ],
)
def test_a_bad_row_is_named_with_what_is_wrong(tmp_path: Path, row: object, complaint: str) -> None:
    file = written(tmp_path / "bad.jsonl", row)
    assert refusal(file) == f"{file}:1: {complaint}"


def test_the_line_of_the_bad_row_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "bad.jsonl", ROUTING, ROUTING, {"prompt": "x"})
    assert refusal(file) == f"{file}:3: weak_score is missing"


def test_broken_files_are_told_from_each_other(tmp_path: Path) -> None:
    text, empty = tmp_path / "text.jsonl", tmp_path / "empty.jsonl"
    text.write_text('{"prompt":')
    empty.write_text("\n\n")
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(written(tmp_path / "whole.jsonl.gz", *[ROUTING] * 500).read_bytes()[:-12])
    assert refusal(text) == f"{text}:1: is not JSON (Expecting value)"
    assert refusal(empty) == f"{empty}: has no rows"
    assert refusal(cut) == f"{cut}: is a damaged gzip file"
    assert refusal(tmp_path / "none") == f"{tmp_path / 'none'}: no such file or folder"


def test_of_the_projects_own_prompts_only_the_test_part_is_measured_unless_all_are_asked_for(
    tmp_path: Path,
) -> None:
    prompts = [f"prompt {n}" for n in range(20)]
    test = [prompt for prompt in prompts if part_of(prompt) is DataSplit.TEST]
    file = written(tmp_path / "p.jsonl", *(AUTHORED | {"prompt": p, "author": "me"} for p in prompts))
    (measured,) = read_signals_data([file]).authored
    assert ([row.prompt for row in measured.rows], measured.part) == (test, "test")
    (measured,) = read_signals_data([file], only_test=False).authored
    assert ([row.prompt for row in measured.rows], measured.part) == (prompts, "all")


def test_prompts_of_somebody_else_are_all_measured(tmp_path: Path) -> None:
    file = written(tmp_path / "p.jsonl", *(AUTHORED | {"prompt": f"prompt {n}"} for n in range(20)))
    (measured,) = read_signals_data([file]).authored
    assert (len(measured.rows), measured.part) == (20, "all")


def test_a_file_of_nothing_but_development_prompts_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "p.jsonl", AUTHORED | {"prompt": "prompt 1", "author": "me"})
    assert refusal(file) == f"{file}: has no rows of the test part"
