"""The cloud half of `hroute doctor`: keys, prices and token counts, without asking anybody."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hroute.app.answer.standing import LOOPBACK_HOSTS
from hroute.app.doctor.finding import DoctorFinding, Health
from hroute.config.warnings import warnings_of
from hroute.core.decision.signals import CountMethod
from hroute.core.remedies import Advice, ConfigureCloud, EditConfig, ResetSetting, SetSetting
from hroute.core.settings import Cloud, Settings
from hroute.core.turn.message import Message, Role
from hroute.engines.prices import price_of
from hroute.engines.server.endpoint import host_of
from hroute.engines.tokens.counters import TiktokenCounter

# Long enough for its size to prove nothing about a limit of ten tokens: it has to be counted.
_SAMPLE = (Message.of(Role.USER, "How many tokens does this sentence have?"),)
_SAMPLE_LIMIT = 10
_SET_PRICE = Advice("set input_usd_per_mtok and output_usd_per_mtok in its [[cloud]]")


def cloud_checks(settings: Settings, cache_dir: Path, env: Mapping[str, str]) -> Iterator[DoctorFinding]:
    yield _network(settings)
    for cloud in settings.cloud:
        yield _cloud(cloud, cache_dir, env)
    if settings.cloud:
        yield _tokens(settings)
        yield from _budget(settings, cache_dir)


def _network(settings: Settings) -> DoctorFinding:
    if not settings.cloud:
        detail = "none: every answer comes from this machine"
        return DoctorFinding("cloud", Health.OK, detail, (ConfigureCloud(None),))
    for key, is_set in (("offline", settings.offline), ("privacy.local_only", settings.privacy.local_only)):
        if is_set:
            detail = f"{key} is set: no endpoint is used"
            return DoctorFinding("cloud", Health.WARN, detail, (ResetSetting(key),))
    return DoctorFinding("cloud", Health.OK, f"{len(settings.cloud)} configured", unasked="them")


def _cloud(cloud: Cloud, cache_dir: Path, env: Mapping[str, str]) -> DoctorFinding:
    name, where = f"cloud {cloud.name}", f"{cloud.model} at {host_of(cloud.base_url)}"
    doubt = next(iter(warnings_of(Settings(cloud=(cloud,)), env)), None)
    if doubt and (cloud.api_key_env or cloud.api_key_cmd):
        how = Advice(f"export {cloud.api_key_env}=...") if cloud.api_key_env else EditConfig()
        return DoctorFinding(name, Health.FAIL, f"{where}: {doubt}", (how,))
    if doubt and urlsplit(cloud.base_url).hostname not in LOOPBACK_HOSTS:
        set_key = SetSetting(f"cloud.{cloud.name}.api_key_env", "NAME")
        return DoctorFinding(name, Health.WARN, f"{where}: {doubt}", (set_key,))
    key = _key_words(cloud, env)
    price = price_of(cloud, cache_dir)
    if price is None:
        detail = f"{where}, {key}, price unknown: its cost is not counted"
        return DoctorFinding(name, Health.WARN, detail, (_SET_PRICE,))
    cost = f"${price.input_usd_per_mtok}/${price.output_usd_per_mtok} a million tokens in/out"
    return DoctorFinding(name, Health.OK, f"{where}, {key}, {cost}")


def _budget(settings: Settings, cache_dir: Path) -> Iterator[DoctorFinding]:
    """A limit holds only for what has a price."""
    budget = settings.budget
    periods = ((budget.daily_usd, "day"), (budget.monthly_usd, "month"))
    limits = [f"${usd} a {unit}" for usd, unit in periods if usd is not None]
    if not limits:
        return
    then = "then local" if budget.on_limit == "local" else "then exit code 4"
    detail = f"{' and '.join(limits)} (UTC), {then}"
    uncounted = [cloud.name for cloud in settings.cloud if price_of(cloud, cache_dir) is None]
    if uncounted:
        detail += f"; does not count {', '.join(uncounted)}: price unknown"
        yield DoctorFinding("budget", Health.WARN, detail, (_SET_PRICE,))
    else:
        yield DoctorFinding("budget", Health.OK, detail)


def _key_words(cloud: Cloud, env: Mapping[str, str]) -> str:
    if cloud.api_key_env and env.get(cloud.api_key_env):
        return f"key in {cloud.api_key_env}"
    return "key from a command (not run)" if cloud.api_key_cmd else "no key configured"


def _tokens(settings: Settings) -> DoctorFinding:
    names = dict.fromkeys(cloud.model for cloud in settings.cloud)
    exact = [name for name in names if _counts_exactly(name)]
    estimated = [name for name in names if name not in exact]
    parts = [f"counted for {', '.join(exact)}"] if exact else []
    parts += [f"estimated for {', '.join(estimated)} (no table at hand)"] if estimated else []
    return DoctorFinding("tokens", Health.OK, "; ".join(parts))


def _counts_exactly(model: str) -> bool:
    return TiktokenCounter(model).count(_SAMPLE, _SAMPLE_LIMIT).method is CountMethod.TOKENIZER
