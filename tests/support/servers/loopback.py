"""A real OpenAI-compatible HTTP server on loopback that follows a script, for whole-program tests.

    with LoopbackServer(Fail(429, headers={"Retry-After": "0.01"}), Reply("hello")) as server:
        ...run hroute with base_url = server.base_url...
        assert server.requests[0].body["model"] == "m"

One behaviour is played per request; the last one is played again for every further request.
"""

import json
import select
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.support.servers.listening import Handler, Listener

EVENT_STREAM = {"Content-Type": "text/event-stream"}
JSON_BODY = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Recorded:
    """A request as it arrived."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed


class Behaviour(Protocol):
    def play(self, exchange: "Exchange") -> None: ...


@dataclass(frozen=True)
class Reply:
    """A good answer: a text in one piece or several, streamed when the request asks for it."""

    text: str | Sequence[str] = "ok"
    usage: Mapping[str, Any] | None = None
    delay_s: float = 0.0  # before each piece
    finish: str | None = "stop"

    def play(self, exchange: "Exchange") -> None:
        pieces = [self.text] if isinstance(self.text, str) else list(self.text)
        if not exchange.recorded.body.get("stream"):
            message = {"role": "assistant", "content": "".join(pieces)}
            choice = {"index": 0, "message": message, "finish_reason": self.finish}
            exchange.begin(200, JSON_BODY)
            exchange.send(json.dumps({"choices": [choice], "usage": self.usage}).encode())
        else:
            exchange.begin(200, EVENT_STREAM)
            for piece in pieces:
                exchange.pause(self.delay_s)
                exchange.event(delta(piece))
            exchange.event(delta(None, self.finish))
            if self.usage is not None:
                exchange.event({"choices": [], "usage": self.usage})
            exchange.send(b"data: [DONE]\n\n")
        exchange.end()


@dataclass(frozen=True)
class Fail:
    """An error status; a body that is a mapping goes out as JSON."""

    status: int
    body: Mapping[str, Any] | str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def play(self, exchange: "Exchange") -> None:
        is_text = isinstance(self.body, str)
        exchange.begin(self.status, ({} if is_text else JSON_BODY) | dict(self.headers))
        exchange.send(str(self.body).encode() if is_text else json.dumps(self.body).encode())
        exchange.end()


@dataclass(frozen=True)
class Cut:
    """The connection breaks after these pieces; `quietly`: as if the body were complete."""

    pieces: Sequence[str] = ()
    quietly: bool = False

    def play(self, exchange: "Exchange") -> None:
        exchange.begin(200, EVENT_STREAM)
        for piece in self.pieces:
            exchange.event(delta(piece))
        if self.quietly:
            exchange.end()


@dataclass(frozen=True)
class Hang:
    """Nothing more comes until the client leaves: after the pieces, or before any header."""

    pieces: Sequence[str] | None = None
    finish: str | None = None

    def play(self, exchange: "Exchange") -> None:
        if self.pieces is not None:
            exchange.begin(200, EVENT_STREAM)
            for piece in self.pieces:
                exchange.event(delta(piece))
            if self.finish:
                exchange.event(delta(None, self.finish))
        exchange.wait_until_left()


@dataclass(frozen=True)
class Garbage:
    """Bytes instead of an HTTP response."""

    raw: bytes

    def play(self, exchange: "Exchange") -> None:
        exchange.send_raw(self.raw)


@dataclass(frozen=True)
class RawBody:
    """A body sent as it is; `endless` repeats it until the client leaves."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: EVENT_STREAM)
    status: int = 200
    endless: bool = False

    def play(self, exchange: "Exchange") -> None:
        exchange.begin(self.status, self.headers)
        exchange.send(self.body)
        while self.endless and not exchange.server_of.closing.is_set():
            exchange.send(self.body)
        exchange.end()


@dataclass(frozen=True)
class Chunks:
    """A body in these chunks, which arrive one after the other."""

    chunks: Sequence[bytes]
    headers: Mapping[str, str] = field(default_factory=lambda: EVENT_STREAM)
    pause_s: float = 0.0  # before each

    def play(self, exchange: "Exchange") -> None:
        exchange.begin(200, self.headers)
        for chunk in self.chunks:
            exchange.pause(self.pause_s)
            exchange.send(chunk)
        exchange.end()


def raw_sse(*lines: str) -> RawBody:
    """Lines of an event stream, each with the empty line that ends an event."""
    return RawBody("".join(f"{line}\n\n" for line in lines).encode())


def delta(content: Any, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content, **more}, "finish_reason": finish}]}


class LoopbackServer(Listener):
    """Listens from `with` on; `requests` holds what has arrived, oldest first."""

    def __init__(self, *script: Behaviour) -> None:
        self._script = script or (Reply(),)
        self._lock = threading.Lock()
        self._left = threading.Event()
        self.requests: list[Recorded] = []
        self.closing = threading.Event()

    def __exit__(self, *raised: object) -> None:
        self.closing.set()
        super().__exit__(*raised)

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    def wait_for_disconnect(self, timeout_s: float = 5.0) -> bool:
        """Whether a client has left in the middle of an answer."""
        return self._left.wait(timeout_s)

    def next_behaviour(self, request: Recorded) -> Behaviour:
        with self._lock:
            self.requests.append(request)
            return self._script[min(len(self.requests), len(self._script)) - 1]

    def note_disconnect(self) -> None:
        self._left.set()


class Exchange(Handler):
    """One request and what is sent back, on a connection of its own."""

    server_of: LoopbackServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.recorded = Recorded(self.path, headers, raw)
        self.close_connection = True
        try:
            self.server_of.next_behaviour(self.recorded).play(self)
        except OSError:  # the client has left
            self.server_of.note_disconnect()

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Transfer-Encoding": "chunked", "Connection": "close"} | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, body: bytes) -> None:
        if body:  # an empty chunk would end the response
            self.send_raw(b"%x\r\n%b\r\n" % (len(body), body))

    def send_raw(self, raw: bytes) -> None:
        self.wfile.write(raw)

    def event(self, data: object) -> None:
        self.send(f"data: {json.dumps(data)}\n\n".encode())

    def end(self) -> None:
        self.send_raw(b"0\r\n\r\n")

    def pause(self, seconds: float) -> None:
        if seconds:
            self.server_of.closing.wait(seconds)

    def wait_until_left(self) -> None:
        """Returns when the test is over, raises when the client has closed its end."""
        while not self.server_of.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError


LoopbackServer.exchange = Exchange
