from itertools import pairwise

import pytest

from hroute.app.models.catalogue import catalogue, hub_name_of, licence_of
from hroute.engines.llama.quantize import PAIR
from hroute.engines.models.locate import hf_parts

FILES = [(model, file) for model in catalogue() for file in model.files]


def test_every_entry_has_a_pair_that_can_be_pulled() -> None:
    for model in catalogue():
        assert tuple(file.type for file in model.files) == PAIR
        assert {hf_parts(model.hub_name(file))[0] for file in model.files} == {model.repo}


def test_every_entry_says_where_its_facts_are_from_and_what_it_is_for() -> None:
    assert all(model.source.startswith("https://huggingface.co/") for model in catalogue())
    assert all(model.suits and set(model.suits) <= {"chat", "tools", "scout"} for model in catalogue())
    assert all(model.licence and model.note for model in catalogue())


def test_the_larger_type_is_the_larger_file_and_needs_more_memory() -> None:
    for model in catalogue():
        small, large = model.files
        assert small.size_mb < large.size_mb < 2 * small.size_mb
        assert model.memory_bytes(small) < model.memory_bytes(large)


def test_each_need_of_memory_is_that_of_8192_tokens_at_most() -> None:
    model, file = FILES[0]
    assert model.memory_bytes(file) == 105_000_000 + 8192 * 23040


def test_names_differ() -> None:
    names = sorted(model.name for model in catalogue())
    assert all(one != other for one, other in pairwise(names))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("qwen2.5-0.5b", "Qwen2.5-0.5B-Instruct-Q4_K_M.gguf"),
        ("Qwen2.5-0.5B:q8_0", "Qwen2.5-0.5B-Instruct-Q8_0.gguf"),
        ("qwen2.5-0.5b:q3", None),
        ("starter", None),
    ],
)
def test_a_name_stands_for_its_q4_unless_it_says_more(name: str, file: str | None) -> None:
    expected = file and f"hf:bartowski/Qwen2.5-0.5B-Instruct-GGUF/{file}"
    assert hub_name_of(name) == expected


def test_the_licence_of_a_known_file_is_known() -> None:
    model, file = FILES[-1]
    assert licence_of(model.hub_name(file)) == model.licence
    assert licence_of("hf:a/b/c.gguf") is None
