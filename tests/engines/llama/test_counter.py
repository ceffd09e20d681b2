import subprocess
import sys
from pathlib import Path
from threading import Thread
from time import monotonic

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.turn.message import Message, Role
from hroute.engines.llama.counter import LlamaCounter
from hroute.engines.models import gguf
from tests.support.examples import at_most
from tests.support.files.ggufs import with_template, with_text

NOWHERE = Path("/nowhere")
WORDS = "the quick brown fox jumps over the lazy dog and runs away from it "


def said(text: str) -> tuple[Message, ...]:
    return (Message.of(Role.USER, text),)


@pytest.fixture(scope="module")
def counter() -> LlamaCounter:
    return LlamaCounter("starter", NOWHERE)


def test_a_short_prompt_is_decided_without_loading_anything() -> None:
    code = (
        "import sys; from pathlib import Path; from hroute.engines.llama.counter import LlamaCounter;"
        "from hroute.core.turn.message import Message, Role;"
        "print(LlamaCounter('starter', Path('.')).count((Message.of(Role.USER, 'hi ' * 200),), 7168).method);"
        "print({'llama_cpp', 'numpy', 'tiktoken', 'jinja2'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["bound", "set()"]


def test_fifty_megabytes_are_decided_by_their_size(counter: LlamaCounter) -> None:
    found = counter.count(said("word " * 10_000_000), 7168)
    assert (found.method, found.over) == (CountMethod.BOUND, True)


def test_a_prompt_near_the_limit_is_counted_exactly(counter: LlamaCounter) -> None:
    text = WORDS * 300
    exact = counter.count(said(text), 10_000 // 2)
    assert exact.method is CountMethod.TOKENIZER
    assert not exact.over
    assert counter.count(said(text), exact.tokens) == exact
    assert counter.count(said(text), exact.tokens - 1) == exact


def test_counting_a_long_text_stops_at_the_limit(counter: LlamaCounter) -> None:
    found = counter.count(said(WORDS * 1000), 2000)
    assert (found.method, found.over) == (CountMethod.TOKENIZER, True)
    assert 2000 < found.tokens < 4000


@settings(deadline=None, max_examples=at_most(50))
@given(text=st.text(max_size=200))
def test_a_bound_is_never_below_the_real_count(text: str, counter: LlamaCounter) -> None:
    proven = counter.count(said(text), 7168)
    exact = counter.count(said(text), 250)  # below every proof's allowance
    assert proven.method is CountMethod.BOUND
    assert (exact.method, exact.over) == (CountMethod.TOKENIZER, False)
    assert exact.tokens <= proven.tokens


def test_a_tokenizer_that_changes_text_gets_no_bound(starter_path: Path, tmp_path: Path) -> None:
    path = with_text(starter_path, tmp_path, "tokenizer.ggml.model", "t5xx")
    assert gguf.read(path).tokenizer == "t5xx"
    assert LlamaCounter(str(path), NOWHERE).count(said("hi"), 7168).method is not CountMethod.BOUND


def test_without_the_model_the_count_is_a_labelled_estimate() -> None:
    found = LlamaCounter("/nowhere/m.gguf", NOWHERE).count(said("x" * 300), 7168)
    assert found == TokenCount(71, CountMethod.ESTIMATE)


def test_a_chat_template_that_does_not_end_is_counted_by_an_estimate_and_asked_once(
    starter_path: Path, tmp_path: Path
) -> None:
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    counter = LlamaCounter(str(with_template(starter_path, tmp_path, loops)), NOWHERE, template_limit_s=1.0)
    asked = said(WORDS * 300)
    assert counter.count(asked, 5000).method is CountMethod.ESTIMATE
    started_s = monotonic()
    assert counter.count(asked, 5000).method is CountMethod.ESTIMATE
    assert monotonic() - started_s < 0.5


def test_threads_that_come_and_go_count_by_one_process(counter: LlamaCounter) -> None:
    asked = said(WORDS * 300)

    def ids() -> set[int]:
        thread = Thread(target=counter.count, args=(asked, 5000))
        thread.start()
        thread.join()
        return {child.pid for child in psutil.Process().children()}

    first = ids()
    assert [ids() for _ in range(5)] == [first] * 5
