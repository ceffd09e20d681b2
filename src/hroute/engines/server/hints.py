"""The fixed wording of a server's failures: what it did, and what the user can do."""

from hroute.core.decision.decision import Route
from hroute.core.errors import Failure
from hroute.engines.server.spec import ServerSpec


def verdict_for(failure: Failure, status: int, spec: ServerSpec) -> str:
    """What the server did, to follow its name. Status 0: it gave none."""
    if status == 404:
        return f"does not know the model {spec.model} or the address {spec.endpoint}"
    if 300 <= status < 400:
        return f"redirects to another address ({status}), where neither prompt nor key is sent"
    verdicts = {
        Failure.AUTH: f"refused the key ({status})",
        Failure.RATE_LIMIT: f"limits how often it may be asked ({status})",
        Failure.CONTEXT: "cannot take a prompt of this length",
        Failure.TIMEOUT: f"timed out ({status})",
        Failure.REFUSED: f"refused the request ({status})",
    }
    return verdicts.get(failure, f"failed ({status})" if status else "broke off its answer")


def hint_for(failure: Failure, spec: ServerSpec) -> str:
    is_local = spec.route is Route.LOCAL
    place = "[local.chat]" if is_local else f"the [[cloud]] entry {spec.name!r}"
    hints = {
        Failure.AUTH: f"check {spec.key_source}" if spec.key_source else f"set api_key_env in {place}",
        Failure.RATE_LIMIT: "wait a moment, or add another [[cloud]] entry",
        Failure.CONTEXT: "shorten the prompt, or use a model with a longer context",
        Failure.TIMEOUT: f"raise timeout_s in {place}",
        Failure.STALL: f"raise {'stall_s' if is_local else 'read_s'} in {place}",
        Failure.REFUSED: f"check model and base_url in {place}",
        Failure.UNREACHABLE: f"check the network, the proxy settings and base_url in {place}",
    }
    if is_local and failure is Failure.UNREACHABLE:
        return f"is a server running at {spec.endpoint}?"
    return hints.get(failure, "")
