"""Where an endpoint is asked, and how it is shown: without the query, which may hold a token."""

# Documentation shows whole addresses, and those are pasted.
_PASTED_ENDS = ("/chat/completions", "/completions", "/responses", "/models")


def public_url(base_url: str) -> str:
    """Without query, trailing slashes and the path of a single call."""
    url = base_url.partition("#")[0].partition("?")[0].rstrip("/")
    for end in _PASTED_ENDS:
        if not url.endswith(f":/{end}"):  # a host of that name
            url = url.removesuffix(end).rstrip("/")
    return url


def address(base_url: str, path: str) -> str:
    """Where `path` of the API is: before the query, which some gateways want with every call."""
    query = base_url.partition("#")[0].partition("?")[2]
    return f"{public_url(base_url)}{path}" + (f"?{query}" if query else "")


def host_of(base_url: str) -> str:
    """host or host:port."""
    return public_url(base_url).partition("://")[2].partition("/")[0]
