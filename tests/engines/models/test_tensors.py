from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.models import tensors
from hroute.engines.models.tensors import Share
from tests.support.files.ggufs import header, model, number, numbers, string, strings, tensor, written

F32, Q4_0, Q8_0, Q6_K = 0, 2, 8, 14
LLAMA = string("general.architecture", "llama")
TABLE = (tensor("norm", (32,), F32), tensor("a", (64, 2), Q4_0, 128), tensor("b", (32,), Q8_0, 224))
DATA_BYTES = 224 + 34  # the last tensor's offset and size


def failure(path: Path) -> LocalInferenceError:
    with pytest.raises(LocalInferenceError) as caught:
        tensors.read_whole(path)
    assert str(path) in caught.value.message
    return caught.value


def outcome(path: Path) -> Failure | None:
    try:
        tensors.read(path)
    except LocalInferenceError as exc:
        return exc.failure
    return None


def test_the_starter_is_mostly_q4_1_and_whole(starter_path: Path) -> None:
    weights = tensors.read_whole(starter_path)
    assert weights.histogram == {
        "Q4_1": Share(210, 66_355_200),
        "Q8_0": Share(1, 30_081_024),
        "F32": Share(61, 140_544),
    }
    assert (weights.quantization, weights.is_quantized) == ("Q4_1", True)
    assert weights.needed_bytes == weights.size_bytes == starter_path.stat().st_size
    assert weights.parameters == 134_515_008
    assert weights.licence == "apache-2.0"


def test_the_cache_per_token_is_what_llama_cpp_allocates(starter_path: Path) -> None:
    from hroute.engines.llama.native import Model

    native = Model(starter_path, vocab_only=False)
    expected = native.kv_bytes_per_token
    native.close()
    assert tensors.read(starter_path).kv_bytes_per_token == expected


def test_the_type_with_the_most_bytes_comes_first_not_that_with_the_most_tensors(tmp_path: Path) -> None:
    small = tuple(tensor(f"t{i}", (32,), Q8_0, 64 * i) for i in range(3))
    content = model(LLAMA, tensors=(*small, tensor("big", (256, 4), Q6_K, 192)), data_bytes=192 + 840)
    weights = tensors.read_whole(written(tmp_path, content))
    assert list(weights.histogram.items()) == [("Q6_K", Share(1, 840)), ("Q8_0", Share(3, 102))]
    assert weights.parameters == 3 * 32 + 1024


def test_a_model_of_floats_is_not_quantized(tmp_path: Path) -> None:
    path = written(tmp_path, model(LLAMA, tensors=TABLE[:1], data_bytes=128))
    assert not tensors.read_whole(path).is_quantized


def test_memory_is_weights_and_cache(tmp_path: Path) -> None:
    sizes = {
        "block_count": 2,
        "embedding_length": 64,
        "attention.head_count": 4,
        "attention.head_count_kv": 2,
    }
    pairs = [LLAMA, *(number(f"llama.{key}", value) for key, value in sizes.items())]
    weights = tensors.read(written(tmp_path, model(*pairs, tensors=TABLE, data_bytes=DATA_BYTES)))
    assert weights.kv_bytes_per_token == 2 * 2 * (16 + 16) * 2
    assert weights.memory_bytes(100) == weights.size_bytes + 100 * 256


def test_a_header_without_head_counts_leaves_the_cache_unknown(tmp_path: Path) -> None:
    weights = tensors.read(written(tmp_path, model(LLAMA, tensors=TABLE, data_bytes=DATA_BYTES)))
    assert (weights.kv_bytes_per_token, weights.licence) == (None, None)


@pytest.mark.parametrize("missing", [1, 34, DATA_BYTES])
def test_a_cut_file_says_how_much_is_missing(missing: int, tmp_path: Path) -> None:
    whole = model(LLAMA, tensors=TABLE, data_bytes=DATA_BYTES)
    path = written(tmp_path, whole[: len(whole) - missing])
    assert tensors.read(path).missing_bytes == missing
    assert f"{missing} bytes of weights are missing" in failure(path).message


def test_a_larger_alignment_moves_the_weights(tmp_path: Path) -> None:
    content = model(LLAMA, number("general.alignment", 4096), tensors=TABLE, data_bytes=DATA_BYTES)
    assert tensors.read(written(tmp_path, content)).needed_bytes == 4096 + DATA_BYTES


def test_a_vocabulary_has_no_weights(tmp_path: Path) -> None:
    path = written(tmp_path, header(LLAMA))
    assert tensors.read(path).quantization is None
    assert "no weights" in failure(path).message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (model(LLAMA, tensors=TABLE, data_bytes=0, claimed=2**40), "claims 1,099,511,627,776 tensors"),
        (model(LLAMA, tensors=(), data_bytes=0, claimed=1), "is truncated"),
        (model(LLAMA, tensors=(tensor("x", (1,) * 5, F32),), data_bytes=9), "has 5 dimensions"),
        (model(LLAMA, tensors=(tensor("x", (32,), 4),), data_bytes=9), "type 4"),
        (model(LLAMA, tensors=(tensor("x", (33,), Q4_0),), data_bytes=99), "no whole blocks of Q4_0"),
        (model(LLAMA, tensors=(tensor("x", (2**63,) * 4, F32),), data_bytes=9), "is truncated"),
        (model(LLAMA, tensors=(tensor("x", (32,), F32, 2**63),), data_bytes=9), "is truncated"),
        (model(LLAMA, number("general.alignment", 0), tensors=TABLE, data_bytes=9), "alignment is 0"),
        (model(string("general.alignment", "x"), tensors=TABLE, data_bytes=9), "alignment is 'x'"),
    ],
)
def test_a_bad_table_is_named_with_what_is_wrong(content: bytes, says: str, tmp_path: Path) -> None:
    error = failure(written(tmp_path, content))
    assert error.failure is Failure.BAD_FILE
    assert says in error.message


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=300), at=st.integers(0, 400))
def test_no_table_breaks_the_reader(noise: bytes, at: int, tmp_path: Path) -> None:
    pairs = (LLAMA, strings("tokenizer.ggml.tokens", "a", "b"), numbers("x", 1, 2))
    good = model(*pairs, tensors=TABLE, data_bytes=DATA_BYTES)
    assert outcome(written(tmp_path, good[:at] + noise)) in {None, Failure.BAD_FILE}
