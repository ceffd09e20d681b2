"""The price of a cloud model: what the settings say, else the maintained table of genai-prices.

The table takes 0.3 s to import, so an answer is kept in a small file in the cache folder.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, ValidationError

from hroute import disk
from hroute.core.pricing import FREE, Price
from hroute.core.settings import Cloud
from hroute.engines.server.endpoint import public_url

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

# Prices in the table have starting dates, so an answer of last week may be wrong today.
MAX_AGE_S = 7 * 86_400

_Usd = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Kept(BaseModel):
    """An answer of the table; without prices: the table does not know the model."""

    at_s: float
    input_usd: _Usd | None = None
    output_usd: _Usd | None = None
    cached_usd: _Usd | None = None

    @property
    def price(self) -> Price | None:
        if self.input_usd is None or self.output_usd is None:
            return None
        return Price(self.input_usd, self.output_usd, self.cached_usd)


class _Cache(BaseModel):
    table: str  # which version of the table gave these answers
    kept: dict[str, _Kept] = {}


def price_of(cloud: Cloud, cache_dir: Path) -> Price | None:
    """The price from the settings, else from the table; None when neither knows.

    OpenRouter's variants of a model that cost nothing are named by their end, and the table has none of them.
    """
    if cloud.input_usd_per_mtok is not None and cloud.output_usd_per_mtok is not None:
        return Price(cloud.input_usd_per_mtok, cloud.output_usd_per_mtok, cloud.cached_usd_per_mtok)
    if cloud.model.endswith(":free"):
        return FREE
    return lookup(cloud.model, cloud.base_url, cache_dir)


def lookup(model: str, base_url: str, cache_dir: Path) -> Price | None:
    """The table's price of a model at an endpoint, without touching the network.

    Prices that rise with the prompt's length are taken at their base, prices that change with the
    hour at their highest. An endpoint that the table does not know has no price, whatever the model.
    """
    path, key, now_s = cache_dir / "prices.json", f"{public_url(base_url)} {model}", time.time()
    cache = _read(path)
    kept = cache.kept.get(key)
    if kept is not None and 0 <= now_s - kept.at_s < MAX_AGE_S:
        return kept.price
    price = _from_table(model, base_url)
    cache.kept[key] = _keep(price, now_s)
    _write(path, cache)
    return price


def _keep(price: Price | None, now_s: float) -> _Kept:
    if price is None:
        return _Kept(at_s=now_s)
    return _Kept(
        at_s=now_s,
        input_usd=price.input_usd_per_mtok,
        output_usd=price.output_usd_per_mtok,
        cached_usd=price.cached_usd_per_mtok,
    )


def _from_table(model: str, base_url: str) -> Price | None:
    from genai_prices import Usage, calc_price

    hours = [datetime.now(UTC).replace(hour=hour, minute=59) for hour in range(24)]
    try:
        found = [
            calc_price(Usage(), model, provider_api_url=base_url, genai_request_timestamp=hour)
            for hour in hours
        ]
    except (LookupError, ValueError):
        return None
    prices = [price for each in found if (price := _base_price(each.model_price)) is not None]
    return max(prices, key=lambda price: (price.input_usd_per_mtok, price.output_usd_per_mtok), default=None)


def _base_price(prices: "ModelPrice") -> Price | None:
    input_usd, output_usd = _base(prices, "input_mtok"), _base(prices, "output_mtok")
    if input_usd is None or output_usd is None:
        return None
    return Price(input_usd, output_usd, _base(prices, "cache_read_mtok"))


def _base(prices: "ModelPrice", unit: str) -> Decimal | None:
    from genai_prices.types import TieredPrices

    price = getattr(prices, unit)
    base = price.base if isinstance(price, TieredPrices) else price
    return base if isinstance(base, Decimal) else None


def _table_version() -> str:
    """Changes with the installed table. `importlib.metadata` would cost 40 ms, the table itself 300."""
    spec = find_spec("genai_prices")
    if spec is None or spec.origin is None:
        return "none"
    try:
        stat = Path(spec.origin).with_name("data.py").stat()
    except OSError:
        return "unknown"
    return f"{stat.st_mtime_ns}-{stat.st_size}"


def _read(path: Path) -> _Cache:
    """What is kept for the installed table; nothing when the file is damaged or of another table."""
    version = _table_version()
    try:
        cache = _Cache.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return _Cache(table=version)
    return cache if cache.table == version else _Cache(table=version)


def _write(path: Path, cache: _Cache) -> None:
    """A cache that cannot be written only costs time."""
    with suppress(OSError):
        disk.make_private_folder(path.parent)
        disk.replace(path, cache.model_dump_json().encode(), is_durable=False)
