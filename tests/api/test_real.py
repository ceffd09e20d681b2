"""The library with the embedded model, and the README's example as it stands there."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hroute import Delta, Done, Router, SyncRouter
from hroute.core.turn.attempt import Outcome
from hroute.store.log import Log
from tests.support.program import Program
from tests.support.repository import ROOT


def test_two_turns_at_once_and_one_that_is_left(tmp_path: Path, starter_path: Path) -> None:
    async def use() -> None:
        async with Router.open(home=tmp_path, settings={"local": {"chat": {"model": "starter"}}}) as router:
            first, second = await asyncio.gather(
                router.ask("Name a colour.", max_tokens=8, seed=1),
                router.ask("Ada, born 1815", schema="born: int", seed=1),
            )
            assert first.text.strip()
            assert second.text.startswith('{"born":')
            async for event in router.stream("Count to a hundred.", seed=1):
                if isinstance(event, Delta):
                    break

    asyncio.run(use())
    with Log(tmp_path / "log.sqlite") as log:
        ends = [turn.attempts[-1].attempt.outcome for turn in log.export()]
    assert ends == [Outcome.OK, Outcome.OK, Outcome.INTERRUPTED]


def test_without_async_and_without_a_log_nothing_is_kept(tmp_path: Path, starter_path: Path) -> None:
    with SyncRouter.open(home=tmp_path, log=None) as router:
        *_, done = router.stream("Name a colour.", max_tokens=8)
        assert isinstance(done, Done)
    assert not [*tmp_path.rglob("*.sqlite*")]
    assert not [*tmp_path.rglob("prefixes/*")]


@pytest.mark.parametrize("page", ["README.md", "docs/library.md"])
def test_the_examples_run_as_they_stand_there(tmp_path: Path, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert examples
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(examples)],
        capture_output=True,
        text=True,
        env=Program(tmp_path).environment(),
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "local" in done.stdout
