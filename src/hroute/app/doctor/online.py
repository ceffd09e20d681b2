"""What `hroute doctor --online` asks: each endpoint for its models, which shows that it takes the key."""

from collections.abc import Iterator, Mapping

from hroute.app.doctor.finding import DoctorFinding, Health
from hroute.app.models.files import slots_of
from hroute.config.keys import resolve_key
from hroute.core.errors import ConfigError
from hroute.core.remedies import Advice
from hroute.core.settings import Cloud, LocalModel, Settings
from hroute.engines.server.endpoint import host_of
from hroute.engines.server.probe import ServerProbe, ask_models


def online_checks(settings: Settings, env: Mapping[str, str]) -> Iterator[DoctorFinding]:
    """One request to each server that the settings allow to be asked."""
    for slot, model in slots_of(settings).items():
        if model.base_url is not None:
            yield _asked(f"online {slot}", model, model.base_url, env)
    if not (settings.offline or settings.privacy.local_only):
        for cloud in settings.cloud:
            yield _asked(f"online {cloud.name}", cloud, cloud.base_url, env)


def _asked(name: str, entry: Cloud | LocalModel, base_url: str, env: Mapping[str, str]) -> DoctorFinding:
    try:
        key = resolve_key(entry, env)
    except ConfigError as error:
        return DoctorFinding(name, Health.FAIL, error.message, error.remedies)
    probe = ask_models(base_url, key.get_secret_value() if key else None)
    return _judged(name, entry.model, host_of(base_url), probe)


def _judged(name: str, model: str, host: str, probe: ServerProbe) -> DoctorFinding:
    if probe.status is None:
        detail = f"{host} does not answer: {probe.problem}"
        return DoctorFinding(name, Health.FAIL, detail, (Advice("check base_url and network"),))
    if probe.status in (401, 403):
        return DoctorFinding(
            name, Health.FAIL, f"{host} refuses the key ({probe.status})", (Advice("check the key"),)
        )
    if probe.status != 200:
        return DoctorFinding(name, Health.WARN, f"{host} answers {probe.status} to a request for its models")
    if probe.models and model not in probe.models:
        few = ", ".join(probe.models[:5])
        return DoctorFinding(
            name, Health.WARN, f"{host} does not list {model}", (Advice(f"it has {few}"),) if few else ()
        )
    return DoctorFinding(name, Health.OK, f"{host} answers" + (f" and lists {model}" if probe.models else ""))
