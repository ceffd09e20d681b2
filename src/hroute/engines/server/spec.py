"""What a server engine knows of its server, made from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hroute.core.decision.decision import Route
from hroute.core.settings import Cloud, LocalModel
from hroute.core.turn.options import Sampling
from hroute.engines.server.endpoint import host_of, public_url

# A server on this machine or in the next room is there at once, or not at all.
LOCAL_CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, and how often it is asked again."""

    connect_s: float
    silence_s: float
    total_s: float
    max_retries: int


@dataclass(frozen=True, slots=True)
class ServerSpec:
    name: str
    route: Route
    model: str
    base_url: str = field(repr=False)  # may carry a token in its query
    context_tokens: int | None
    sampling: Sampling  # for what the user leaves open
    patience: Patience
    top_p: float | None = None
    takes_images: bool = True
    extra_body: Mapping[str, Any] = field(default_factory=dict)  # fields of the provider's own
    key_source: str = ""  # what holds the key, in words; empty: the server wants none

    @property
    def endpoint(self) -> str:
        return public_url(self.base_url)

    @property
    def host(self) -> str:
        return host_of(self.base_url)

    @classmethod
    def of_cloud(cls, cloud: Cloud) -> "ServerSpec":
        source = "the output of api_key_cmd" if cloud.api_key_cmd else ""
        return cls(
            name=cloud.name,
            route=Route.CLOUD,
            model=cloud.model,
            base_url=cloud.base_url,
            context_tokens=cloud.context_tokens,
            sampling=Sampling(cloud.max_tokens, cloud.temperature),
            patience=Patience(cloud.connect_s, cloud.read_s, cloud.timeout_s, cloud.max_retries),
            extra_body=cloud.extra_body,
            key_source=_environment(cloud.api_key_env) or source,
        )

    @classmethod
    def of_local(cls, local: LocalModel) -> "ServerSpec":
        """The server at `local.base_url`. It is asked once: another engine is quicker than a retry."""
        if local.base_url is None:
            raise ValueError("a local model without base_url is not a server")
        return cls(
            name="local",
            route=Route.LOCAL,
            model=local.model,
            base_url=local.base_url,
            context_tokens=local.context_tokens,
            sampling=Sampling(local.max_tokens, local.temperature),
            patience=Patience(LOCAL_CONNECT_S, local.stall_s, local.timeout_s, max_retries=0),
            top_p=local.top_p,
            takes_images=local.images,
            extra_body=local.extra_body,
            key_source=_environment(local.api_key_env),
        )


def _environment(variable: str | None) -> str:
    return f"the environment variable {variable}" if variable else ""
