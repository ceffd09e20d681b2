from pathlib import Path

import pytest

from hroute.app.models import files as models
from hroute.core.errors import LocalInferenceError, UsageError
from hroute.core.remedies import ListModels, PullModel
from hroute.engines.models import checksum
from hroute.engines.models.locate import STARTER, locate
from hroute.engines.scout.encoder import base
from tests.support.advice import advice_of
from tests.support.build import settings
from tests.support.files.ggufs import model, number, string, tensor, with_text

TINY = model(
    string("general.architecture", "llama"),
    number("llama.context_length", 512),
    tensors=(tensor("t", (32,), 8),),
    data_bytes=34,
)


@pytest.fixture
def starter() -> Path:
    return locate(STARTER, Path("/nowhere"))


def stored(data_dir: Path, name: str, content: bytes = TINY) -> Path:
    path = data_dir / "models" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def listed(data_dir: Path, model: str = STARTER) -> dict[str, models.Listed]:
    found = models.list_models(settings(local={"chat": {"model": model}}), data_dir)
    return {one.name: one for one in found}


def refusal(name: str, data_dir: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        models.removable(name, data_dir)
    return caught.value


def test_the_starter_is_listed_and_used_by_default(tmp_path: Path) -> None:
    (one,) = listed(tmp_path).values()
    assert (one.name, one.slots, one.context_tokens, one.licence) == (STARTER, ("chat",), 8192, "apache-2.0")
    assert one.memory_bytes == 98_362_432 + 8192 * 23040


def test_a_file_is_listed_under_the_name_that_settings_take(tmp_path: Path) -> None:
    downloaded, own = stored(tmp_path, "o/r/m.gguf"), stored(tmp_path, "quantized/n.gguf")
    found = listed(tmp_path, "hf:o/r/m.gguf")
    assert list(found) == [STARTER, "hf:o/r/m.gguf", str(own)]
    assert found["hf:o/r/m.gguf"].slots == ("chat",)
    assert all(locate(name, tmp_path) in (downloaded, own) for name in found if name != STARTER)


def test_a_short_context_needs_memory_for_itself_only(tmp_path: Path) -> None:
    stored(tmp_path, "o/r/m.gguf")
    assert listed(tmp_path)["hf:o/r/m.gguf"].memory_context_tokens == 512


def test_what_is_damaged_or_not_there_is_listed_with_what_is_wrong(tmp_path: Path) -> None:
    stored(tmp_path, "o/r/cut.gguf", TINY[:-1])
    stored(tmp_path, "o/r/noise.gguf", b"noise")
    found = listed(tmp_path, "hf:a/b/c.gguf")
    assert "1 bytes are missing" in found["hf:o/r/cut.gguf"].problem
    assert "is not a GGUF file" in found["hf:o/r/noise.gguf"].problem
    assert "no such model file" in found["hf:a/b/c.gguf"].problem


def test_the_model_of_a_server_is_no_file(tmp_path: Path) -> None:
    chat = {"model": "big", "base_url": "http://127.0.0.1:1/v1"}
    assert [one.slots for one in models.list_models(settings(local={"chat": chat}), tmp_path)] == [()]


def test_a_file_is_found_by_whatever_people_call_it(tmp_path: Path) -> None:
    path = stored(tmp_path, "o/r/m.q4.gguf")
    names = ["hf:o/r/m.q4.gguf", str(path), "m.q4.gguf", "m.q4"]
    assert [models.find(name, tmp_path) for name in names] == [path] * 4


def test_a_name_of_two_files_asks_which(tmp_path: Path) -> None:
    stored(tmp_path, "o/r/m.gguf")
    stored(tmp_path, "o/s/m.gguf")
    with pytest.raises(LocalInferenceError) as caught:
        models.find("m", tmp_path)
    assert advice_of(caught.value.remedies) == "write one of them: hf:o/r/m.gguf, hf:o/s/m.gguf"


def test_an_unknown_name_says_where_names_are(tmp_path: Path) -> None:
    with pytest.raises(LocalInferenceError) as caught:
        models.find("m", tmp_path)
    assert caught.value.remedies == (ListModels(why="what is here"),)


def test_a_sound_file_is_found_so(starter: Path) -> None:
    found = models.verify(starter, STARTER)
    assert found.damage == ""
    assert found.found == ("whole, mostly Q4_1", "no hash recorded", "vocabulary loads")


def test_a_flipped_bit_is_seen_by_the_recorded_hash(tmp_path: Path) -> None:
    path = stored(tmp_path, "o/r/m.gguf")
    checksum.record(path, checksum.sha256_of(path))
    path.write_bytes(TINY[:-1] + b"\x01")
    assert "has changed" in models.verify(path, "m").damage


def test_a_vocabulary_that_does_not_load_is_damage(starter: Path, tmp_path: Path) -> None:
    path = with_text(starter, tmp_path, "tokenizer.ggml.model", "abcd")
    found = models.verify(path, "m")
    assert found.found == ("whole, mostly Q4_1", "no hash recorded")
    assert "tokenizer" in found.damage


def test_what_was_downloaded_or_made_can_be_removed_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    path = stored(tmp_path, "o/r/sub/m.gguf")
    checksum.record(path, "0" * 64)
    stored(tmp_path, "o/r/sub/m.gguf.abc.part")
    models.remove(models.removable("m", tmp_path), tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


def test_what_is_not_in_the_models_folder_is_not_removed(starter: Path, tmp_path: Path) -> None:
    outside = tmp_path / "m.gguf"
    outside.write_bytes(TINY)
    data_dir = tmp_path / "data"
    stored(data_dir, "o/r/n.gguf")
    assert "is not in" in refusal(str(outside), data_dir).message
    assert "is not in" in refusal(str(data_dir / "models/o/../../../m.gguf"), data_dir).message
    assert "is not in" in refusal(str(starter), data_dir).message
    assert "belongs to its package" in refusal(STARTER, data_dir).message
    note = stored(data_dir, "o/r/note.txt")
    assert "is not in" in refusal(str(note), data_dir).message


def test_a_link_is_removed_and_what_it_points_to_stays(tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    target.write_bytes(TINY)
    link = tmp_path / "data/models/o/r/m.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    models.remove(models.removable("hf:o/r/m.gguf", tmp_path / "data"), tmp_path / "data")
    assert target.exists()
    assert not link.is_symlink()


def test_a_name_to_pull_is_of_the_catalogue_or_of_the_hub() -> None:
    assert models.hub_name("hf:o/r/m.gguf") == "hf:o/r/m.gguf"
    assert models.hub_name("smollm2-135m:q8_0").endswith("/SmolLM2-135M-Instruct-Q8_0.gguf")
    with pytest.raises(UsageError, match="not in the catalogue"):
        models.hub_name("gpt-9")


def test_something_that_is_no_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no SHA-256"):
        models.pull("hf:o/r/m.gguf", tmp_path, "abc", lambda *_: None)


def test_the_scouts_weights_are_listed_where_they_are_used_or_here(tmp_path: Path) -> None:
    used = settings(scout={"kind": "encoder"})
    (missing,) = [one for one in models.list_models(used, tmp_path) if one.name == models.SCOUT]
    assert (missing.path, missing.slots, missing.problem) == (None, ("scout",), "not here")
    assert missing.remedy == PullModel("scout")
    assert models.SCOUT not in [one.name for one in models.list_models(settings(), tmp_path)]
    path = scout_weights(tmp_path)
    (damaged,) = [one for one in models.list_models(settings(), tmp_path) if one.name == models.SCOUT]
    assert (damaged.path, damaged.problem) == (path, "damaged")


def test_the_scouts_weights_are_verified_by_the_hash_that_hroute_knows(tmp_path: Path) -> None:
    path = scout_weights(tmp_path)
    assert models.find(models.SCOUT, tmp_path) == path
    assert "is not the file that hroute knows" in models.verify(path, models.SCOUT).damage


def test_the_scouts_row_says_what_its_file_is_made_of(tmp_path: Path, real_base: Path) -> None:
    base.path_in(tmp_path).parent.mkdir(parents=True)
    base.path_in(tmp_path).symlink_to(real_base)
    (row,) = [one for one in models.list_models(settings(), tmp_path) if one.name == models.SCOUT]
    assert row.weights is not None
    assert (row.weights.size_bytes, row.weights.quantization, row.weights.missing_bytes) == (
        base.SIZE_BYTES,
        "Q4_0",
        0,
    )
    assert {kind: share.tensors for kind, share in row.weights.histogram.items()} == {"Q4_0": 73, "F32": 124}
    assert (row.licence, row.context_tokens, row.memory_bytes) == ("mit", 512, base.MEMORY_BYTES)


def test_the_scouts_weights_can_be_removed(tmp_path: Path) -> None:
    path = scout_weights(tmp_path)
    models.remove(models.removable(models.SCOUT, tmp_path), tmp_path)
    assert not path.exists()


def scout_weights(data_dir: Path) -> Path:
    path = base.path_in(data_dir)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"E5S1")
    return path
