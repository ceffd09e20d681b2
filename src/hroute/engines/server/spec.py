"""What a server engine knows of its server, made from the settings."""

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any

from hroute.core.decision.decision import Route
from hroute.core.settings import Cloud, LocalModel
from hroute.core.turn.message import Image, Message
from hroute.core.turn.options import Sampling
from hroute.engines.base import Request
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
            key_source=_environment(local.api_key_env),
        )


def _environment(variable: str | None) -> str:
    return f"the environment variable {variable}" if variable else ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server calls the answer's limit and whether it reports usage in a stream.

    `max_tokens` is what nearly every server takes; OpenAI's own reasoning models refuse it and want
    `max_completion_tokens`. A few servers refuse `stream_options`, and some local ones `logprobs`.
    """

    limit_name: str = "max_tokens"
    asks_usage: bool = True
    asks_logprobs: bool = False

    @classmethod
    def spoken_by(cls, spec: ServerSpec) -> "Dialect":
        """Only a local answer is judged by its log-probabilities: a cloud is not asked for them."""
        if spec.host == "api.openai.com":
            return cls(limit_name="max_completion_tokens")
        return cls(asks_logprobs=spec.route is Route.LOCAL)

    def after(self, refusal: str) -> "Dialect | None":
        """What to try when the server refused a request with these words; None: nothing else."""
        if self.asks_usage and ("stream_options" in refusal or "include_usage" in refusal):
            return replace(self, asks_usage=False)
        if self.limit_name == "max_tokens" and "max_tokens" in refusal and "max_completion_tokens" in refusal:
            return replace(self, limit_name="max_completion_tokens")
        # Last, since nothing is lost by it, and whatever the words: servers name a field they do not know
        # in many ways.
        return replace(self, asks_logprobs=False) if self.asks_logprobs else None


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.images:
        return message.text
    images = [{"type": "image_url", "image_url": {"url": _url(image)}} for image in message.images]
    return [{"type": "text", "text": message.text}, *images]


def _url(image: Image) -> str:
    if image.data is None:
        return image.url or ""
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"


def body_of(request: Request, spec: ServerSpec, dialect: Dialect) -> bytes:
    """The JSON of a streaming chat completion; only what somebody asked for is sent."""
    asked, default = request.sampling, spec.sampling
    optional = {
        dialect.limit_name: default.max_tokens if asked.max_tokens is None else asked.max_tokens,
        "temperature": default.temperature if asked.temperature is None else asked.temperature,
        "top_p": spec.top_p if asked.top_p is None else asked.top_p,
        "seed": asked.seed,
        "stop": list(asked.stop) or None,
        "stream_options": {"include_usage": True} if dialect.asks_usage else None,
        "logprobs": True if dialect.asks_logprobs else None,
    }
    body = {
        "model": spec.model,
        "messages": [{"role": m.role, "content": _content(m)} for m in request.messages],
        "stream": True,
        **{name: value for name, value in optional.items() if value is not None},
    }
    # A lone surrogate (a file name or argument that is not UTF-8) has no UTF-8 form.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
