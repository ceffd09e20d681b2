"""What the world allows now, found out without sending a single packet."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hroute.core.decision.decision import Standing
from hroute.core.routing.policy import BREAKER_FAILURES, BREAKER_WINDOW, is_breaker_open
from hroute.core.settings import Budget
from hroute.core.turn.attempt import Outcome

if TYPE_CHECKING:
    import socket

    from hroute.app.answer.runtime import Runtime
    from hroute.store.log import Log

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def standing_now(runtime: "Runtime") -> Standing:
    settings = runtime.settings
    if not settings.cloud:
        return Standing(cloud_configured=False)
    log, now = runtime.log, datetime.now(UTC)
    spent_limit = _spent_limit(settings.budget, log, now)
    recent = log.recent_cloud_outcomes(now - BREAKER_WINDOW, BREAKER_FAILURES)
    failed_at = [one.at for one in recent if one.outcome in (Outcome.ERROR, Outcome.TIMEOUT)]
    return Standing(
        cloud_configured=True,
        cloud_reachable=not settings.offline
        and any(_is_reachable(c.base_url, has_proxy=runtime.has_proxy) for c in settings.cloud),
        breaker_open=len(failed_at) == len(recent) and is_breaker_open(failed_at, now),
        budget_left=not spent_limit,
        spent_limit=spent_limit,
    )


def _spent_limit(budget: Budget, log: "Log", now: datetime) -> str:
    """The setting that is used up, the month's before the day's, which ends sooner; empty: none is."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    limits = (
        ("budget.monthly_usd", budget.monthly_usd, today.replace(day=1)),
        ("budget.daily_usd", budget.daily_usd, today),
    )
    spent = (name for name, limit, since in limits if limit is not None and log.spent_usd(since) >= limit)
    return next(spent, "")


def _is_reachable(base_url: str, *, has_proxy: bool) -> bool:
    """Whether this machine has a way there: itself, a proxy, or any route out of it."""
    if has_proxy or urlsplit(base_url).hostname in LOOPBACK_HOSTS:
        return True
    import socket

    return _has_route(socket.AF_INET, "192.0.2.1") or _has_route(socket.AF_INET6, "2001:db8::1")


def _has_route(family: "socket.AddressFamily", address: str) -> bool:
    """Connecting a datagram socket asks the routing table and sends nothing (documentation addresses)."""
    import socket

    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
    except OSError:
        return False
    return True
