"""What every test server on loopback has in common: it listens in a thread from `with` on."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Handler(BaseHTTPRequestHandler):
    """One request to a server, which the handler knows as `server_of`."""

    server_of: Any

    def log_message(self, *_: object) -> None:
        """Tests read stderr."""


class Listener:
    """`exchange` handles the requests; the port is free for every instance."""

    exchange: type[Handler]

    def __enter__(self) -> Self:
        handler = type("Exchange", (self.exchange,), {"server_of": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"
