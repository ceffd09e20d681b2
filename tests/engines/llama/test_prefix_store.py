import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hroute.core.turn.message import Message, Role
from hroute.engines.llama.native import PREFILL_TOKENS, Model
from hroute.engines.llama.prefix_store import LEAST_TOKENS, PrefixKeys, PrefixStore
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.worker import LoadedModel, Run

PREAMBLE = "You sort letters for a small town. " + "".join(
    f"Letters to house {number} go into box {number % 7}. " for number in range(23)
)
PROCESS = """
import asyncio, json, sys
from contextlib import aclosing
from pathlib import Path
from hroute.core.settings import LocalModel
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Request
from hroute.engines.llama.engine import LlamaEngine

async def main(folder, preamble, question):
    engine = LlamaEngine(LocalModel(threads=1), Path("/nowhere"), prefixes=Path(folder) if folder else None)
    messages = (Message.of(Role.SYSTEM, preamble), Message.of(Role.USER, question))
    async with aclosing(engine.start(Request(messages, Sampling(max_tokens=8, seed=5)))) as generation:
        text = "".join([piece async for piece in generation])
    usage, evaluated = generation.usage, generation._run.told.computed_tokens
    await engine.close()
    figures = {"input": usage.input_tokens, "cached": usage.cached_tokens, "output": usage.output_tokens}
    print(json.dumps(figures | {"evaluated": evaluated, "text": text}))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def store(tmp_path: Path) -> PrefixStore:
    return PrefixStore(tmp_path / "prefixes")


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "prefixes").glob("*"))


# The folder


def test_what_was_saved_is_loaded(store: PrefixStore) -> None:
    store.save("a", b"state")
    assert bytes(store.load("a") or b"") == b"state"
    assert store.load("b") is None


def test_only_the_user_may_read_it(store: PrefixStore, tmp_path: Path) -> None:
    store.save("a", b"state")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "prefixes", *files(tmp_path))]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: b"", id="empty"),
        pytest.param(lambda raw: raw[:20], id="cut in its head"),
        pytest.param(lambda raw: raw[:-1], id="cut"),
        pytest.param(lambda raw: raw + b"x", id="longer"),
        pytest.param(lambda raw: raw[:-1] + b"x", id="a byte changed"),
        pytest.param(lambda raw: b"GGUF" + raw[4:], id="another format"),
    ],
)
def test_a_damaged_file_is_not_loaded_and_is_removed(
    store: PrefixStore, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    store.save("a", b"state")
    (file,) = files(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    assert store.load("a") is None
    assert files(tmp_path) == []


def test_a_file_under_anothers_name_is_not_loaded(store: PrefixStore, tmp_path: Path) -> None:
    store.save("a", b"state")
    (file,) = files(tmp_path)
    file.rename(file.with_name("b.prefix"))
    assert store.load("b") is None
    assert files(tmp_path) == []


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    store = PrefixStore(tmp_path / "prefixes", limit_bytes=3 * 1100)
    for age, key in enumerate("abc"):
        store.save(key, bytes(1000))
        os.utime(tmp_path / "prefixes" / f"{key}.prefix", (age, age))
    store.load("a")
    store.save("d", bytes(1000))
    assert [file.stem for file in files(tmp_path)] == ["a", "c", "d"]


def test_what_is_larger_than_the_limit_is_not_saved(tmp_path: Path) -> None:
    store = PrefixStore(tmp_path / "prefixes", limit_bytes=3 * 1100)
    store.save("a", bytes(1000))
    store.save("b", bytes(4000))
    assert [file.stem for file in files(tmp_path)] == ["a"]


def test_what_a_killed_process_left_is_removed_after_an_hour(store: PrefixStore, tmp_path: Path) -> None:
    store.save("a", b"state")
    for name, age_s in (("old", 4000), ("new", 10)):
        left = tmp_path / "prefixes" / f"{name}.unfinished"
        left.touch()
        os.utime(left, (left.stat().st_mtime - age_s,) * 2)
    store.save("b", b"state")
    assert [file.name for file in files(tmp_path)] == ["a.prefix", "b.prefix", "new.unfinished"]


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    store = PrefixStore(tmp_path / "taken" / "prefixes")
    store.save("a", b"state")
    assert store.load("a") is None


def test_a_name_stands_for_model_library_and_tokens(tmp_path: Path) -> None:
    def key(tokens: list[int] = [1, 23], library: str = "0.3.36") -> str:  # noqa: B006 - never changed
        keys = PrefixKeys.of(model)
        assert keys is not None
        return keys.key(tokens, library)

    model = tmp_path / "model.gguf"
    model.write_bytes(b"x" * 200_000)
    names = {key(), key([12, 3]), key(library="0.3.37")}
    os.utime(model, (1, 1))
    names.add(key())
    model.write_bytes(b"y" + b"x" * 199_999)
    os.utime(model, (1, 1))
    names.add(key())
    assert len(names) == 5
    assert PrefixKeys.of(tmp_path / "missing.gguf") is None


# A session, which is a fresh process as far as the model is concerned


@contextmanager
def opened(path: Path, store: PrefixStore | None) -> Iterator[LoadedModel]:
    session = LoadedModel(Model(path), None, 2, store)
    yield session
    session.close()


def run(question: str, *, system: str = PREAMBLE, seed: int | None = 5) -> Run:
    messages = (Message.of(Role.SYSTEM, system), Message.of(Role.USER, question))
    return Run(messages, Recipe(8, 1.0, 0.9, 1.1, seed))


def asked(path: Path, store: PrefixStore | None, *runs: Run) -> list[str]:
    with opened(path, store) as session:
        return ["".join(session.answer(one)) for one in runs]


def test_the_next_session_reads_only_what_is_new(
    starter_path: Path, store: PrefixStore, tmp_path: Path
) -> None:
    asked(starter_path, store, run("Where does house 3 go?"))
    other, alone = run("And house 9, please?"), run("And house 9, please?")
    text = asked(starter_path, store, other)
    assert text == asked(starter_path, None, alone)
    assert (alone.cached_tokens, other.input_tokens) == (0, alone.input_tokens)
    assert other.input_tokens is not None
    assert other.cached_tokens > 2 * PREFILL_TOKENS
    assert other.input_tokens - other.cached_tokens < 20
    assert len(files(tmp_path)) == 1


def test_an_unseeded_answer_reads_only_what_is_new_too(starter_path: Path, store: PrefixStore) -> None:
    first, second = run("Where does house 3 go?", seed=None), run("A letter is lost.", seed=None)
    asked(starter_path, store, first)
    asked(starter_path, store, second)
    assert first.cached_tokens == 0 < LEAST_TOKENS < second.cached_tokens


def test_a_session_that_has_read_something_else_answers_as_a_fresh_one(
    starter_path: Path, store: PrefixStore
) -> None:
    (expected,) = asked(starter_path, None, run("Where does house 3 go?"))
    asked(starter_path, store, run("Where?"))
    last = run("Where does house 3 go?")
    texts = asked(starter_path, store, run("Hello", system="Be brief.", seed=None), last)
    assert texts[-1] == expected
    assert last.cached_tokens > LEAST_TOKENS


def test_nothing_of_the_user_is_stored(starter_path: Path, store: PrefixStore, tmp_path: Path) -> None:
    long = PREAMBLE[:700]
    conversation = (
        Message.of(Role.USER, long),
        Message.of(Role.ASSISTANT, "Yes."),
        Message.of(Role.USER, "Go."),
    )
    without_system = Run(conversation, Recipe(1, 1.0, 0.9, 1.1, 5))
    asked(starter_path, store, without_system, run(long, system="Be brief."))
    assert files(tmp_path) == []


@pytest.mark.parametrize("harm", ["cut", "changed", "foreign", "refused by llama.cpp"])
def test_a_bad_file_is_replaced_and_the_answer_is_right(
    starter_path: Path, store: PrefixStore, tmp_path: Path, harm: str
) -> None:
    (expected,) = asked(starter_path, store, run("Where does house 3 go?"))
    (file,) = files(tmp_path)
    good = file.read_bytes()
    if harm == "cut":
        file.write_bytes(good[: len(good) // 2])
    elif harm == "changed":
        file.write_bytes(good[:5000] + bytes(100) + good[5100:])
    elif harm == "foreign":
        asked(starter_path, store, run("Where?", system="Another one. " + PREAMBLE))
        (other,) = set(files(tmp_path)) - {file}
        other.rename(file)
    else:
        store.save(file.stem, os.urandom(5000))
    again = run("Where does house 3 go?")
    assert asked(starter_path, store, again) == [expected]
    assert again.cached_tokens == 0
    assert file.read_bytes() == good


# Processes


def started(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROCESS, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def reported(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, _ = process.communicate(timeout=120)
    figures: dict[str, Any] = json.loads(out)
    return figures


def test_another_process_evaluates_only_what_is_new(tmp_path: Path) -> None:
    folder = str(tmp_path / "prefixes")
    reported(started(folder, PREAMBLE, "Where does house 3 go?"))
    fresh, stored = (reported(started(where, PREAMBLE, "And house 9?")) for where in ("", folder))
    new_tokens = stored["input"] - stored["cached"]
    assert stored["text"] == fresh["text"]
    assert fresh["evaluated"] - stored["evaluated"] == stored["cached"] > 2 * PREFILL_TOKENS
    assert stored["evaluated"] == new_tokens + stored["output"] - 1 < 30  # the last one is not read again


def test_processes_at_once_do_not_disturb_one_another(tmp_path: Path) -> None:
    folder = str(tmp_path / "prefixes")
    processes = [started(folder, PREAMBLE, "Where does house 3 go?") for _ in range(4)]
    texts = {reported(process)["text"] for process in processes}
    assert len(texts) == 1
    assert [file.suffix for file in files(tmp_path)] == [".prefix"]
    assert reported(started(folder, PREAMBLE, "Where does house 3 go?"))["cached"] > LEAST_TOKENS
