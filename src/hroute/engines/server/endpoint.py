"""How an endpoint is shown, whatever its URL looks like: without the query that may hold a token."""


def public_url(base_url: str) -> str:
    return base_url.partition("#")[0].partition("?")[0].rstrip("/")


def host_of(base_url: str) -> str:
    """host or host:port."""
    return public_url(base_url).partition("://")[2].partition("/")[0]
