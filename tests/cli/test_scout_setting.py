import json
from pathlib import Path

import pytest

from tests.support.program import Program


@pytest.mark.parametrize(
    ("settings", "model"),
    [
        ([], "builtin-2"),
        (["--set", "scout.kind=gguf"], "gguf starter"),
        (["--set", "scout.kind=encoder"], "builtin-2 (encoder failed: missing)"),
        (
            ["--set", "scout.kind=gguf", "--set", "scout.model=/nowhere/x.gguf"],
            "builtin-2 (gguf failed: missing)",
        ),
    ],
)
def test_explain_names_the_scout_that_read_the_prompt(
    tmp_path: Path, settings: list[str], model: str
) -> None:
    found = json.loads(Program(tmp_path).run("explain", "--json", *settings, "hello there").out)
    assert found["signals"]["scout"]["model"] == model


def test_explain_says_what_the_encoder_lacks(tmp_path: Path) -> None:
    out = Program(tmp_path).run("explain", "--json", "--set", "scout.kind=encoder", "hello there").out
    lacking = (
        "the builtin scout reads: the encoder scout's base weights are not here (hroute models pull scout)"
    )
    assert lacking in json.loads(out)["reasons"]


def test_a_batch_beyond_the_budget_goes_on_with_the_builtin_scout(tmp_path: Path) -> None:
    rows = "".join(f'{{"id": {number}, "prompt": "hi"}}\n' for number in range(5))
    out = (
        Program(tmp_path)
        .run(
            *("explain", "--batch", "-", "--set", "scout.kind=gguf", "--set", "scout.budget_ms=0"), stdin=rows
        )
        .out
    )
    models = [json.loads(line)["signals"]["scout"]["model"] for line in out.splitlines()]
    assert (models[0], models[-1]) == ("gguf starter", "builtin-2 (gguf over budget)")
