import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hroute.core.pricing import FREE, Price
from hroute.core.settings import Cloud
from hroute.engines.prices import MAX_AGE_S, lookup, price_of

OPENAI = "https://api.openai.com/v1"


def kept(cache_dir: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((cache_dir / "prices.json").read_text())
    return parsed


def keep(cache_dir: Path, cache: dict[str, Any]) -> None:
    (cache_dir / "prices.json").write_text(json.dumps(cache))


def with_marked_price(cache_dir: Path) -> dict[str, Any]:
    """A cache whose price the table would never give, so that its use shows."""
    lookup("gpt-4o", OPENAI, cache_dir)
    cache = kept(cache_dir)
    cache["kept"][f"{OPENAI} gpt-4o"]["input_usd"] = "777"
    keep(cache_dir, cache)
    return cache


def is_marked(price: Price | None) -> bool:
    return price is not None and price.input_usd_per_mtok == 777


def test_the_table_knows_the_usual_clouds(tmp_path: Path) -> None:
    price = lookup("gpt-4o", OPENAI, tmp_path)

    assert price is not None
    assert Decimal(0) < price.input_usd_per_mtok < price.output_usd_per_mtok
    assert price.cached_usd_per_mtok is not None
    assert price.cached_usd_per_mtok < price.input_usd_per_mtok


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("no-such-model", OPENAI),
        ("gpt-4o", "http://127.0.0.1:8000/v1"),
        ("gpt-4o", "https://gate.example/v1"),
    ],
)
def test_a_price_that_nobody_knows_is_unknown_and_stays_so(model: str, base_url: str, tmp_path: Path) -> None:
    assert [lookup(model, base_url, tmp_path) for _ in range(2)] == [None, None]


def test_a_price_by_the_length_of_the_prompt_is_taken_at_its_base(tmp_path: Path) -> None:
    price = lookup("gemini-2.5-pro", "https://generativelanguage.googleapis.com/v1beta/openai/", tmp_path)

    assert price is not None
    assert price.input_usd_per_mtok == Decimal("1.25")


def test_a_price_by_the_hour_is_taken_at_its_highest(tmp_path: Path) -> None:
    from genai_prices.data import providers

    (model,) = (m for p in providers if p.id == "deepseek" for m in p.models if m.id == "deepseek-chat")
    assert isinstance(model.prices, list)
    price = lookup("deepseek-chat", "https://api.deepseek.com", tmp_path)

    assert price is not None
    assert price.input_usd_per_mtok == max(each.prices.input_mtok for each in model.prices)  # type: ignore[type-var]


def test_the_settings_win_over_the_table(tmp_path: Path) -> None:
    own = {"input_usd_per_mtok": 1, "output_usd_per_mtok": 2, "cached_usd_per_mtok": 0}
    cloud = Cloud.model_validate({"model": "gpt-4o", "base_url": OPENAI} | own)

    assert price_of(cloud, tmp_path) == Price(Decimal(1), Decimal(2), Decimal(0))
    assert list(tmp_path.iterdir()) == []


def test_settings_without_prices_use_the_table(tmp_path: Path) -> None:
    cloud = Cloud.model_validate({"model": "gpt-4o", "base_url": OPENAI})

    assert price_of(cloud, tmp_path) == lookup("gpt-4o", OPENAI, tmp_path)


def test_a_kept_price_needs_no_table(tmp_path: Path) -> None:
    with_marked_price(tmp_path)
    script = (
        "import sys; from pathlib import Path; from hroute.engines.prices import lookup;"
        f"print(lookup('gpt-4o', {OPENAI!r}, Path({str(tmp_path)!r})).input_usd_per_mtok);"
        "print('genai_prices' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["777", "False"]


def test_a_kept_price_is_looked_up_again_when_it_is_old(tmp_path: Path) -> None:
    cache = with_marked_price(tmp_path)
    assert is_marked(lookup("gpt-4o", OPENAI, tmp_path))
    cache["kept"][f"{OPENAI} gpt-4o"]["at_s"] -= MAX_AGE_S + 1
    keep(tmp_path, cache)

    assert not is_marked(lookup("gpt-4o", OPENAI, tmp_path))


def test_a_new_table_makes_every_kept_price_old(tmp_path: Path) -> None:
    cache = with_marked_price(tmp_path)
    keep(tmp_path, cache | {"table": "an older one"})

    assert not is_marked(lookup("gpt-4o", OPENAI, tmp_path))
    assert kept(tmp_path)["table"] == cache["table"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"table": 1}',
        b'{"table": "t", "kept": {"k": {"at_s": 1, "input_usd": "-1"}}}',
    ],
)
def test_a_damaged_cache_is_rewritten(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_bytes(damage)

    assert lookup("gpt-4o", OPENAI, tmp_path) is not None
    assert list(kept(tmp_path)["kept"]) == [f"{OPENAI} gpt-4o"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    assert lookup("gpt-4o", OPENAI, in_the_way / "cache") is not None


def test_no_token_of_an_address_is_kept(tmp_path: Path) -> None:
    lookup("gpt-4o", f"{OPENAI}?token=hush", tmp_path)

    assert "hush" not in (tmp_path / "prices.json").read_text()


def test_a_model_that_is_named_free_costs_nothing_unless_the_settings_say_so(tmp_path: Path) -> None:
    free = {"model": "meta-llama/llama-4:free", "base_url": "https://openrouter.ai/api/v1"}
    priced = free | {"input_usd_per_mtok": 1, "output_usd_per_mtok": 2}

    assert price_of(Cloud.model_validate(free), tmp_path) == FREE
    assert price_of(Cloud.model_validate(priced), tmp_path) == Price(Decimal(1), Decimal(2))
    assert price_of(Cloud.model_validate(free | {"model": "free"}), tmp_path) is None
