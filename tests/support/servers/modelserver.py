"""A server on loopback that only tells which models it has."""

import json

from tests.support.servers.listening import Handler, Listener


class ModelServer(Listener):
    """`requests` holds path and Authorization of what has arrived."""

    def __init__(self, *models: str, status: int = 200, body: bytes | None = None) -> None:
        self.status = status
        self.body = json.dumps({"data": [{"id": name} for name in models]}).encode() if body is None else body
        self.requests: list[tuple[str, str | None]] = []

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"


class _Exchange(Handler):
    server_of: ModelServer

    def do_GET(self) -> None:
        server = self.server_of
        server.requests.append((self.path, self.headers.get("Authorization")))
        self.send_response(server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)


ModelServer.exchange = _Exchange
