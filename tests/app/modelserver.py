"""A server on loopback that only tells which models it has."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class ModelServer:
    """`requests` holds path and Authorization of what has arrived."""

    def __init__(self, *models: str, status: int = 200, body: bytes | None = None) -> None:
        self.status = status
        self.body = json.dumps({"data": [{"id": name} for name in models]}).encode() if body is None else body
        self.requests: list[tuple[str, str | None]] = []

    def __enter__(self) -> Self:
        handler = type("ModelExchange", (_Exchange,), {"server_of": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"


class _Exchange(BaseHTTPRequestHandler):
    server_of: ModelServer

    def do_GET(self) -> None:
        server = self.server_of
        server.requests.append((self.path, self.headers.get("Authorization")))
        self.send_response(server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *_: object) -> None:
        """Tests read stderr."""
