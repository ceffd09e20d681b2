"""The authored prompts are whole, distinct and labelled twice, and the script sees where they are not."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from hroute.core.authored import DataSplit, SmallestOk, part_of
from tests.support.repository import ROOT

DATA = ROOT / "data" / "prompts.jsonl"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="data/ is in the repository alone")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_prompts", ROOT / "scripts" / "check_prompts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_prompts"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@needs_data
def test_the_authored_prompts_are_whole_and_distinct(
    script: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails, `python scripts/check_prompts.py` names the rows."""
    monkeypatch.setattr("sys.argv", ["check_prompts.py"])
    assert script.main() == 0
    printed = capsys.readouterr().out.splitlines()
    card = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert [line for line in printed if line not in card] == []


@needs_data
def test_every_class_is_in_the_test_part(script: ModuleType) -> None:
    rows = [script.Row.model_validate(row) for row in script.json_lines(DATA)]
    test = Counter(row.smallest_ok for row in rows if part_of(row.prompt) is DataSplit.TEST)
    assert all(test[ok] >= 20 for ok in SmallestOk)


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [
        ("Sort these lines by date now.", "Please sort these lines by date now, thanks!", 2 / 3),
        ("Hello there", "hello THERE", 1.0),
        ("你好吗朋友们好", "他说你好吗朋友们好", 1.0),
        ("Say it in five words now", "Say it in six words now", 0.0),
    ],
)
def test_overlap_is_the_share_of_the_shorter_prompts_five_word_runs(
    script: ModuleType, left: str, right: str, share: float
) -> None:
    known = script.Known()
    known.add("left", script.grams_of(left))
    assert known.nearest(script.grams_of(right))[1] == pytest.approx(share)


def test_agreement_is_measured_as_in_the_literature(script: ModuleType) -> None:
    """60 of 100 agree where chance agrees on 54."""
    pairs = [(0, 0)] * 45 + [(0, 1)] * 15 + [(1, 0)] * 25 + [(1, 1)] * 15
    assert script.same(pairs) == pytest.approx(0.6)
    assert script.kappa(pairs) == pytest.approx((0.6 - 0.54) / (1 - 0.54))
    near, far = ([(0, 0), (1, 1), (3, 3), (rank, 1)] for rank in (2, 3))
    assert script.kappa(near, power=2) > script.kappa(far, power=2)


def test_a_near_copy_of_another_file_is_named(script: ModuleType, tmp_path: Path) -> None:
    row: dict[str, object] = {
        "id": "a1",
        "prompt": "How long does it take to boil an egg",
        "kind": "fact",
        "lang": "en",
    }
    row |= {"author": "me", "smallest_ok": "1B", "sure": 3, "constraints": 0, "constraint_spans": ["soft"]}
    mine = script.Row.model_validate(row | {"labels": [["1B", 0], ["3B", 1]]})
    other = tmp_path / "bench.jsonl"
    other.write_text('{"prompt": "Tell me: how long does it take to boil an egg?"}\n{"question": "x"}\n')
    assert [str(copy)[:30] for copy in script.near_copies([mine], [tmp_path])] == [
        "bench.jsonl, prompt 1 ~ a1 (1."
    ]
    assert list(script.broken([mine])) == ["a1: no such span: 'soft'"]
