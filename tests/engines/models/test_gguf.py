import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import gguf
from tests.support.advice import advice_of
from tests.support.files.ggufs import header, number, numbers, string, strings, text, written

LLAMA = string("general.architecture", "llama")


def failure(path: Path) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        gguf.read(path)
    assert str(path) in caught.value.message
    return caught.value


def outcome(read: Callable[[Path], object], path: Path) -> Failure | None:
    try:
        read(path)
    except LocalInferenceError as exc:
        return exc.failure
    return None


def test_the_starter_says_what_it_is(starter_path: Path) -> None:
    info = gguf.read(starter_path)
    assert info == gguf.GgufInfo(
        path=starter_path,
        size_bytes=starter_path.stat().st_size,
        architecture="llama",
        name=info.name,
        context_length=8192,
        tokenizer="gpt2",
        file_type=3,
    )


def test_the_longest_token_of_the_starter_covers_its_runs_of_spaces(starter_path: Path) -> None:
    longest = gguf.longest_token_bytes(starter_path)
    assert longest is not None
    assert 64 <= longest <= 256


def test_keys_after_the_vocabulary_are_found_when_they_are_needed(tmp_path: Path) -> None:
    content = header(
        strings("tokenizer.ggml.tokens", "a", "bcd"),
        numbers("tokenizer.ggml.token_type", 1, 1),
        LLAMA,
        number("llama.context_length", 4096),
    )
    path = written(tmp_path, content)
    assert gguf.read(path).context_length == 4096
    assert gguf.longest_token_bytes(path) == 3


def test_a_file_that_does_not_say_leaves_gaps(tmp_path: Path) -> None:
    path = written(tmp_path, header(LLAMA))
    info = gguf.read(path)
    assert (info.name, info.context_length, info.tokenizer, info.file_type) == (None, None, None, None)
    assert gguf.longest_token_bytes(path) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"GG", "is not a GGUF file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is not a GGUF file"),
        (os.urandom(4096).replace(b"GGUF", b"gguf"), "is not a GGUF file"),
        (b"GGUF\x03\x00", "is truncated"),
        (header(LLAMA, version=1), "version 1"),
        (header(LLAMA, claimed=2), "is truncated"),
        (header(LLAMA, claimed=2**63), "claims 9,223,372,036,854,775,808 keys"),
        (header(strings("x", claimed=2**62)), "claims"),
        (header(strings("x", "a", claimed=1000)), "is truncated"),
        (header(text("x") + struct.pack("<IQ", 8, 2**63)), "is truncated"),
        (header(text("x") + struct.pack("<IIQ", 9, 10, 2**61)), "is truncated"),
        (header(text("x") + struct.pack("<IIQ", 9, 9, 2**30)), "unknown type 9"),
        (header(text("x") + struct.pack("<I", 77)), "unknown type 77"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(content: bytes, says: str, tmp_path: Path) -> None:
    error = failure(written(tmp_path, content))
    assert error.failure is Failure.BAD_FILE
    assert says in error.message
    assert advice_of(error.remedies)


def test_a_missing_file_is_not_a_bad_one(tmp_path: Path) -> None:
    assert failure(tmp_path / "none.gguf").failure is Failure.MISSING


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=300), at=st.integers(0, 400))
def test_no_header_breaks_the_reader(noise: bytes, at: int, tmp_path: Path) -> None:
    good = header(LLAMA, number("llama.context_length", 64), strings("tokenizer.ggml.tokens", "a", "b"))
    path = written(tmp_path, good[:at] + noise)
    assert {outcome(gguf.read, path), outcome(gguf.longest_token_bytes, path)} <= {None, Failure.BAD_FILE}
