"""Asks an OpenAI-compatible endpoint which models it has: whether it is there, and takes the key."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hroute.engines.server.endpoint import address

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 5.0
_MAX_BYTES = 4_000_000  # OpenRouter's list has about 1 MB


@dataclass(frozen=True, slots=True)
class ServerProbe:
    """`status` None: nobody answered, `problem` says why. `models` is empty when they are not told."""

    status: int | None
    models: tuple[str, ...] = ()
    problem: str = ""


def ask_models(base_url: str, key: str | None) -> ServerProbe:
    """One request, no retry, no redirect: the key would go along."""
    import httpx2

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        url = httpx2.URL(address(base_url, "/models"))
        with (
            httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            return ServerProbe(response.status_code, _names(_beginning(response)))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as exc:
        return ServerProbe(None, problem=str(exc).partition("\n")[0] or type(exc).__name__)


def _beginning(response: "httpx2.Response") -> bytes:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _MAX_BYTES:
            break
    return body


def _names(body: bytes) -> tuple[str, ...]:
    try:
        listed = json.loads(body)["data"]
        return tuple(str(model["id"]) for model in listed)
    except (ValueError, LookupError, TypeError, RecursionError):
        return ()
