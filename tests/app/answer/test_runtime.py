import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from time import monotonic, sleep

import pytest

from hroute.core.decision.decision import Route, Slot
from hroute.core.errors import LocalInferenceError
from hroute.core.routing.reasons import SlotReplaced
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Request
from hroute.engines.llama.engine import LlamaEngine
from tests.support.user import user_runtime

HELLO = Request((Message.of(Role.USER, "Hello"),), Sampling(max_tokens=1, seed=1))


@pytest.fixture
def q8(starter_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Another file for the tools slot; what is in it does not matter here."""
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    other = tmp_path / "other.gguf"
    other.symlink_to(starter_path)
    return f"local.tools.model={other}"


async def load(engine: LlamaEngine) -> None:
    async with aclosing(engine.start(HELLO)) as generation:
        assert [piece async for piece in generation]


@pytest.mark.parametrize(("free_bytes", "stays"), [(0, False), (1 << 40, True), (None, True)])
def test_a_slot_gives_way_to_the_other_only_when_memory_is_short(
    q8: str, free_bytes: int | None, *, stays: bool
) -> None:
    runtime = user_runtime([q8], free_bytes=lambda: free_bytes)
    chat = runtime.slot(Slot.CHAT).engine
    assert isinstance(chat, LlamaEngine)

    async def both() -> bool:
        await load(chat)
        tools = runtime.slot(Slot.TOOLS).engine
        assert isinstance(tools, LlamaEngine)
        assert chat.is_loaded
        await load(tools)
        is_there = chat.is_loaded
        await tools.close()
        await chat.close()
        return is_there

    assert asyncio.run(both()) is stays


def test_slots_with_one_model_share_one_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    runtime = user_runtime()
    assert runtime.slot(Slot.TOOLS).engine is runtime.slot(Slot.CHAT).engine
    assert runtime.slot(Slot.TOOLS).replaced == SlotReplaced(None)


@pytest.mark.usefixtures("home")
def test_threads_that_meet_at_a_new_runtime_share_its_parts() -> None:
    runtime = user_runtime()
    with ThreadPoolExecutor(8) as pool:
        parts = list(
            pool.map(lambda slot: (runtime.slot(slot).engine, runtime.log, runtime.scout), [*Slot] * 8)
        )
    assert {tuple(map(id, one)) for one in parts} == {tuple(map(id, parts[0]))}
    assert runtime.running() == (runtime.slot(Slot.CHAT).engine,)


@pytest.mark.usefixtures("home")
def test_a_model_that_answers_is_not_released_and_one_that_is_idle_is() -> None:
    async def both() -> tuple[bool, bool]:
        async with user_runtime() as runtime:
            engine = runtime.slot(Slot.CHAT).engine
            async with aclosing(
                engine.start(Request(HELLO.messages, Sampling(max_tokens=200)))
            ) as generation:
                async for _ in generation:
                    while_busy = engine.release()
                    break
            return while_busy, engine.release()

    assert asyncio.run(both()) == (False, True)


def test_a_slot_of_its_own_has_its_own_engine(q8: str) -> None:
    runtime = user_runtime([q8])
    assert runtime.slot(Slot.TOOLS).engine is not runtime.slot(Slot.CHAT).engine
    assert runtime.slot(Slot.TOOLS).replaced is None


def test_a_turn_names_its_model_and_the_settings_stay(q8: str) -> None:
    runtime, other = user_runtime(), q8.partition("=")[2]
    before = runtime.settings
    named = runtime.slot(Slot.CHAT, other)
    assert (runtime.slot(Slot.CHAT).engine.model, named.engine.model) == ("starter", "other")
    assert runtime.settings == before
    assert set(runtime.running()) == {runtime.slot(Slot.CHAT).engine, named.engine}  # closed in the end


def test_all_names_of_one_file_are_one_model(
    q8: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = user_runtime()
    monkeypatch.chdir(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        names = ["other.gguf", "./other.gguf", str(tmp_path / "other.gguf")] * 8
        slots = list(pool.map(lambda name: runtime.slot(Slot.CHAT, name), names))
    assert len({id(slot) for slot in slots}) == len({id(slot.engine) for slot in slots}) == 1
    assert runtime.slot(Slot.CHAT, "starter") is runtime.slot(Slot.CHAT)
    assert runtime.slot(Slot.CHAT, "other.gguf").name == str(tmp_path / "other.gguf")


def test_tools_stay_with_a_model_of_their_own(q8: str) -> None:
    runtime, other = user_runtime([q8]), q8.partition("=")[2]
    assert runtime.slot(Slot.TOOLS, "starter").engine is runtime.slot(Slot.TOOLS).engine
    assert user_runtime().slot(Slot.TOOLS, other).engine.model == "other"


def test_what_the_settings_say_of_their_model_is_not_said_of_another(q8: str) -> None:
    runtime, other = user_runtime(["local.chat.ability=70B"]), q8.partition("=")[2]
    assert runtime.slot(Slot.CHAT, other).ability.value < runtime.slot(Slot.CHAT).ability.value
    assert runtime.slot(Slot.CHAT, "starter").ability == runtime.slot(Slot.CHAT).ability


def test_a_server_is_asked_for_the_model_that_a_turn_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    runtime = user_runtime(["local.chat.base_url=http://127.0.0.1:9/v1", "local.chat.model=small"])
    assert runtime.slot(Slot.CHAT, "large").engine.model == "large"
    assert runtime.slot(Slot.CHAT, "small") is runtime.slot(Slot.CHAT)


@pytest.mark.parametrize(
    ("name", "content"),
    [("bad.gguf", None), ("bad.gguf", b"no model"), ("x" * 5000, None), ("~nobody-here/m.gguf", None)],
)
def test_what_is_no_model_serves_no_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None
) -> None:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    runtime = user_runtime()
    with pytest.raises(LocalInferenceError, match=re.escape(name[:100])):
        runtime.slot(Slot.CHAT, name)
    assert runtime.slot(Slot.CHAT).engine.model == "starter"
    assert len(runtime.running()) == 1


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HROUTE_HOME", str(tmp_path))
    return tmp_path


CLOUD = '[[cloud]]\nname = "sky"\nmodel = "big"\nbase_url = "http://127.0.0.1:9/v1"\n'


@pytest.mark.parametrize(
    ("scout", "config", "forced", "loads"),
    [
        ("encoder", "", None, True),
        ("encoder", CLOUD, None, False),
        ("encoder", CLOUD, Route.LOCAL, True),
        ("encoder", CLOUD + "[privacy]\nlocal_only = true\n", None, True),
        ("encoder", "", Route.CLOUD, False),
        ("builtin", "", None, True),
        ("builtin", CLOUD, None, False),
    ],
)
def test_the_local_model_is_loaded_ahead_where_no_other_can_be_asked_first(
    home: Path,
    scout: str,
    config: str,
    forced: Route | None,
    *,
    loads: bool,
) -> None:
    (home / "config.toml").write_text(config)
    runtime = user_runtime([f"scout.kind={scout}"])
    runtime.load_local_ahead(Slot.CHAT, forced)
    engine = runtime.slot(Slot.CHAT).engine
    assert isinstance(engine, LlamaEngine)
    has_loaded = loads and came_true(lambda: engine.is_loaded)
    assert (has_loaded, engine.is_loaded) == (loads, loads)
    asyncio.run(engine.close())


@pytest.mark.usefixtures("home")
def test_a_model_that_is_loaded_ahead_answers() -> None:
    runtime = user_runtime()
    runtime.load_local_ahead(Slot.CHAT, None)
    engine = runtime.slot(Slot.CHAT).engine
    assert isinstance(engine, LlamaEngine)

    async def answered() -> None:
        await load(engine)
        await engine.close()

    asyncio.run(answered())


def came_true(is_so: Callable[[], bool]) -> bool:
    deadline = monotonic() + 30
    while not is_so() and monotonic() < deadline:
        sleep(0.01)
    return is_so()
