"""How able the engines are held to be, and what comes before what."""

import os
from datetime import date
from pathlib import Path

import pytest

from hroute.app.learn.abilities import (
    TABLE_FILE,
    AbilityTable,
    cloud_ability,
    damaged,
    local_ability,
    named,
    read_table,
    sha256_of_server,
)
from hroute.config.measured import abilities
from hroute.core.abilities.ability import (
    CLASSES,
    REFERENCE_CLOUD,
    UNKNOWN,
    Ability,
    Basis,
    Demand,
    by_size,
    of_size,
)
from hroute.core.abilities.measured import LearnedAbility, MeasuredAbility
from hroute.core.settings import Cloud, LocalModel
from hroute.engines.models import checksum
from tests.support.advice import advice_of
from tests.support.files.ggufs import header, number, string, strings, written

URL = "http://localhost:1/v1"


def gguf(folder: Path, name: str = "some model", mega_bytes: int = 0) -> Path:
    """A header of q4_k_m, and zeros for weights."""
    pairs = (
        string("general.architecture", "llama"),
        string("general.name", name),
        number("general.file_type", 15),
        number("llama.context_length", 4096),
        strings("tokenizer.ggml.tokens", "a"),
    )
    path = written(folder, header(*pairs))
    with path.open("ab") as file:
        file.truncate(max(path.stat().st_size, mega_bytes * 1_000_000))
    return path


def measured(path: Path, value: float = -3.0) -> MeasuredAbility:
    about = path.stat()
    return MeasuredAbility(
        name=path.stem,
        model_sha256=checksum.sha256_of(path),
        model_bytes=about.st_size,
        model_mtime_ns=about.st_mtime_ns,
        created=date(2026, 11, 27),
        scout="scout-9",
        value=value,
        spread=0.8,
        slope=0.9,
        n=360,
        right=60,
    )


def found(path: Path, data_dir: Path, **settings: object) -> Ability:
    return local_ability(LocalModel.model_validate({"model": str(path), **settings}), data_dir)


def test_what_was_measured_here_comes_before_what_the_size_says(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    assert found(path, tmp_path).basis is Basis.SIZE
    abilities.install(measured(path), tmp_path)
    assert found(path, tmp_path) == Ability(-3.0, 0.8, Basis.MEASURED, 0.9)


def test_the_users_word_comes_first(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    abilities.install(measured(path), tmp_path)
    assert found(path, tmp_path, ability="8B") == Ability(CLASSES["8B"])


def test_a_copy_is_the_same_model_and_another_file_of_its_size_is_not(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    abilities.install(measured(path), tmp_path)
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(path.read_bytes())
    os.utime(copy, ns=(1, 1))
    assert found(copy, tmp_path).basis is Basis.MEASURED
    copy.write_bytes(path.read_bytes().replace(b"some model", b"more model"))
    os.utime(copy, ns=(1, 1))
    assert found(copy, tmp_path).basis is Basis.SIZE


def test_verdicts_move_it_until_they_are_forgotten(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    learned = LearnedAbility(fitted_at=date(2026, 11, 28), n=40, right=10, value=-2.0, spread=0.3)
    abilities.install(measured(path).model_copy(update={"learned": learned}), tmp_path)
    assert found(path, tmp_path) == Ability(-2.0, 0.3, Basis.VERDICTS, 0.9)
    abilities.forget_verdicts(tmp_path)
    assert found(path, tmp_path) == Ability(-3.0, 0.8, Basis.MEASURED, 0.9)


def test_verdicts_on_a_model_that_nobody_measured_are_forgotten_with_their_file(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    learned = LearnedAbility(fitted_at=date(2026, 11, 28), n=40, right=10, value=-2.0, spread=0.3)
    abilities.install(measured(path).model_copy(update={"learned": learned, "n": 0}), tmp_path)
    abilities.forget_verdicts(tmp_path)
    assert abilities.read_all(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", '{"version": 7}', "x" * 200_000, "\udcff"])
def test_a_damaged_measurement_is_named_left_alone_and_as_good_as_none(text: str, tmp_path: Path) -> None:
    path = gguf(tmp_path)
    file = abilities.install(measured(path), tmp_path)
    file.write_text(text, errors="surrogateescape")
    before = file.read_bytes()
    ability = found(path, tmp_path)
    assert ability.basis is Basis.SIZE
    assert "is no measured ability" in ability.note
    assert ability.note.endswith("; the ability is by its size")
    assert "\n" not in ability.note
    assert file.read_bytes() == before
    [damage] = damaged(tmp_path)
    assert advice_of(damage.remedies).startswith("rm ")


@pytest.mark.parametrize(
    ("name", "value"), [("value", '"high"'), ("spread", "-1"), ("slope", "1e300"), ("value", "NaN")]
)
def test_a_value_that_is_no_ability_is_named_with_its_place(name: str, value: str, tmp_path: Path) -> None:
    path = gguf(tmp_path)
    file = abilities.install(measured(path), tmp_path)
    own = {"value": "-3.0", "spread": "0.8", "slope": "0.9"}[name]
    file.write_text(file.read_text().replace(f'"{name}": {own}', f'"{name}": {value}'))
    note = found(path, tmp_path).note
    assert f"{file.name} is no measured ability of this version: {name} is " in note


def test_a_stray_file_beside_a_models_own_says_nothing_of_it(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    own = abilities.install(measured(path), tmp_path)
    (own.parent / "notes.json").write_text("buy milk")
    (own.parent / "more.json").mkdir()
    assert found(path, tmp_path) == Ability(-3.0, 0.8, Basis.MEASURED, 0.9)
    assert len(damaged(tmp_path)) == 2


ROW = '{"name": "m", "ability": -1.0, "spread": 1.0, "basis": "known"}'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the file: Invalid JSON"),
        ("{}", "models: Field required"),
        (f'{{"models": [{ROW.replace("-1.0", "true and more")}]}}', "the file: Invalid JSON"),
        (f'{{"models": [{ROW.replace("-1.0", "null")}]}}', "models.0.ability is None: "),
        (f'{{"models": [{ROW}, {ROW.replace("known", "sure")}]}}', "models.1.basis is 'sure': "),
    ],
)
def test_a_damaged_table_of_known_models_knows_none_and_says_where(
    text: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "abilities.json"
    file.write_text(text)
    table = read_table(file)
    assert table.abilities == {}
    assert table.damage is not None
    assert f"abilities.json is no table of abilities: {complaint}" in table.damage.message
    assert advice_of(table.damage.remedies) == "install hroute again"


def test_a_table_that_is_not_there_is_as_good_as_a_damaged_one(tmp_path: Path) -> None:
    damage = read_table(tmp_path / "abilities.json").damage
    assert damage is not None
    assert "No such file" in damage.message


def test_a_row_of_the_table_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "abilities.json").write_text(f'{{"models": [{ROW}]}}')
    assert read_table(tmp_path / "abilities.json") == AbilityTable({"m": Ability(-1.0, 1.0, Basis.KNOWN)})


def test_an_unknown_file_is_as_able_as_its_bytes_say(tmp_path: Path) -> None:
    small, large = gguf(tmp_path, mega_bytes=610), by_size(1.0)
    assert found(small, tmp_path).value == pytest.approx(large.value, abs=0.1)
    assert found(small, tmp_path).words == "by its size"


def test_a_file_is_known_by_the_name_in_its_header(tmp_path: Path) -> None:
    path = gguf(tmp_path, "Qwen2.5 7B Instruct", mega_bytes=100)
    assert found(path, tmp_path) == named("qwen2.5-7b-instruct")


def test_a_servers_model_is_known_by_name_until_it_is_measured(tmp_path: Path) -> None:
    server = LocalModel.model_validate({"model": "llama3.1:8b", "base_url": URL})
    assert local_ability(server, tmp_path).basis is Basis.KNOWN
    own = measured(gguf(tmp_path)).model_copy(
        update={"model_sha256": sha256_of_server("llama3.1:8b", URL), "model_bytes": 0}
    )
    abilities.install(own, tmp_path)
    assert local_ability(server, tmp_path).basis is Basis.MEASURED
    elsewhere = server.model_copy(update={"base_url": "http://localhost:2/v1"})
    assert local_ability(elsewhere, tmp_path).basis is Basis.KNOWN


@pytest.mark.parametrize(
    "name",
    ["qwen2.5-7b-instruct", "Qwen/Qwen2.5-7B-Instruct", "qwen2.5:7b", "qwen2.5:7b-instruct-q4_K_M",
     "Qwen2.5-7B-Instruct-Q8_0"],
)  # fmt: skip
def test_one_model_has_many_names(name: str) -> None:
    assert named(name) == named("qwen2.5-7b-instruct")


def test_two_bits_a_weight_cost_a_known_model_something() -> None:
    whole, squeezed = named("qwen2.5-7b-instruct"), named("Qwen2.5-7B-Instruct-IQ2_M")
    assert whole is not None
    assert squeezed is not None
    assert squeezed.value < whole.value


def test_larger_models_of_one_family_are_more_able() -> None:
    sizes = [named(f"qwen2.5-{size}-instruct") for size in ("3b", "7b", "32b", "72b")]
    values = [one.value for one in sizes if one]
    assert len(values) == 4
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("name", "billions"), [("mistral-7b-instruct-v0.1", 7.2), ("yi-6b-chat", 6.1), ("qwen1.5-7b-chat", 7.7)]
)
def test_an_old_model_is_below_its_size_and_above_one_of_a_tenth_of_it(name: str, billions: float) -> None:
    known, embedded = named(name), named("SmolLM2-135M-Instruct.Q4_1")
    assert known is not None
    assert embedded is not None
    assert embedded.value + 2 < of_size(billions / 10) < known.value < of_size(billions)


def test_a_name_that_says_nothing_is_assumed_to_be_an_8b(tmp_path: Path) -> None:
    assert named("mystery") is None
    server = LocalModel.model_validate({"model": "mystery", "base_url": URL})
    assert local_ability(server, tmp_path) == UNKNOWN


def test_clouds_are_known_by_name_or_stand_for_the_frontier() -> None:
    dated, plain = (cloud_ability([Cloud(model=name)]) for name in ("gpt-4o-2024-08-06", "gpt-4o"))
    assert (plain.basis, dated) == (Basis.KNOWN, plain)
    assert cloud_ability([Cloud(model="wonder-1")]) == REFERENCE_CLOUD
    assert cloud_ability([]) == REFERENCE_CLOUD


def test_a_header_without_a_type_is_taken_for_q4(tmp_path: Path) -> None:
    pairs = (string("general.architecture", "llama"), number("llama.context_length", 4096))
    path = written(tmp_path, header(*pairs))
    os.truncate(path, 610_000_000)
    assert found(path, tmp_path).value == pytest.approx(by_size(1.0).value, abs=0.1)


def test_offsets_stay_with_what_was_measured_and_with_what_verdicts_make_of_it(tmp_path: Path) -> None:
    path = gguf(tmp_path)
    learned = LearnedAbility(fitted_at=date(2026, 11, 28), n=40, right=10, value=-2.0, spread=0.3)
    own = measured(path).model_copy(update={"offsets": {Demand.DIGITS: -1.5}})
    for stored in (own, own.model_copy(update={"learned": learned})):
        abilities.install(stored, tmp_path)
        assert found(path, tmp_path).offsets == ((Demand.DIGITS, -1.5),)


def test_the_embedded_models_are_measured_and_no_other_one_has_offsets() -> None:
    table = read_table(TABLE_FILE)
    assert table.damage is None
    measured_here = {name for name, one in table.abilities.items() if one.basis is Basis.MEASURED}
    assert {"starter", "smollm2135minstructq41", "smollm2135minstructq41q80"} == measured_here
    assert {name for name, one in table.abilities.items() if one.offsets} <= measured_here
