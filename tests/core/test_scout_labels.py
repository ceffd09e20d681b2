"""The hand-labelled prompts, and the scout against a keyword router on the half it has not seen."""

import json
from collections import Counter
from importlib.resources import files

from hroute.core.scout import BuiltinScout, Part, part_of
from hroute.core.types import Label

DATA = files("hroute.data")
LINES = DATA.joinpath("scout-labels.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]
TEST = [row for row in ROWS if part_of(row["id"]) is Part.TEST]
LABELS = (Label.TRIVIAL, Label.STANDARD, Label.COMPLEX)


def keyword_label(prompt: str) -> Label:
    """The router that the article gave up: 'analyze' and 'compare' go to the cloud."""
    is_complex = any(word in prompt.lower() for word in ("analyze", "compare"))
    return Label.COMPLEX if is_complex else Label.TRIVIAL


def macro_f1(said: list[Label], meant: list[Label]) -> float:
    scores = []
    for label in LABELS:
        both = sum(s == m == label for s, m in zip(said, meant, strict=True))
        scores.append(2 * both / (said.count(label) + meant.count(label)))
    return sum(scores) / len(scores)


def test_the_set_has_300_distinct_prompts_with_distinct_ids() -> None:
    assert len(ROWS) == len({row["prompt"] for row in ROWS}) == len({row["id"] for row in ROWS}) == 300


def test_every_label_has_its_share_in_both_parts() -> None:
    counts = Counter((part_of(row["id"]), Label(row["label"])) for row in ROWS)
    assert all(counts[part, label] >= 40 for part in Part for label in LABELS)


def test_the_part_of_a_prompt_is_fixed() -> None:
    assert [part_of(f"chat-{n:02}") is Part.TEST for n in range(1, 6)] == [False, True, True, True, True]


def test_the_scout_beats_the_keyword_router_on_prompts_it_has_not_seen() -> None:
    scout = BuiltinScout.from_bytes(DATA.joinpath("scout-builtin.bin").read_bytes())
    meant = [Label(row["label"]) for row in TEST]
    by_scout = macro_f1([scout.read(row["prompt"]).label for row in TEST], meant)
    by_keyword = macro_f1([keyword_label(row["prompt"]) for row in TEST], meant)
    assert by_scout > 0.65
    assert by_scout > by_keyword + 0.3
