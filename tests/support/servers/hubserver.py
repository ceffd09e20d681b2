"""A small Hugging Face hub on loopback: the part of its HTTP interface that a download of one file uses.

with HubServer({"o/r/m.gguf": b"..."}) as hub:
    ...run with HF_ENDPOINT = hub.url...
    assert hub.ranges == [None]
"""

import hashlib
from collections.abc import Mapping

from tests.support.servers.listening import Handler, Listener

COMMIT = "c0ffee" * 6 + "c0ff"


class HubServer(Listener):
    """`cut_after`: how many bytes of a body come before the connection breaks, one number a GET.

    `claimed` replaces the true hash in the ETag; without `knows_ranges` the whole file is always sent.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        cut_after: tuple[int, ...] = (),
        claimed: str | None = None,
        knows_ranges: bool = True,
    ) -> None:
        self.files = dict(files)
        self.cuts = list(cut_after)
        self.claimed = claimed
        self.knows_ranges = knows_ranges
        self.ranges: list[str | None] = []  # the Range header of each GET

    @property
    def url(self) -> str:
        return self.origin


class _Exchange(Handler):
    server_of: HubServer
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self.server_of.ranges.append(self.headers.get("Range"))
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        repo, _, rest = self.path.strip("/").partition("/resolve/")
        content = self.server_of.files.get(f"{repo}/{rest.partition('/')[2]}")
        if content is None:
            known = any(name.startswith(f"{repo}/") for name in self.server_of.files)
            self._refuse(404, "EntryNotFound" if known else "RepoNotFound")
            return
        start = self._start()
        if start >= len(content):
            self._refuse(416, "")
            return
        self.send_response(206 if start else 200)
        self.send_header("ETag", f'"{self.server_of.claimed or hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if with_body:
            self._send(content[start:])

    def _send(self, body: bytes) -> None:
        cut = self.server_of.cuts.pop(0) if self.server_of.cuts else len(body)
        self.wfile.write(body[:cut])
        self.close_connection = cut < len(body)

    def _start(self) -> int:
        wanted = self.headers.get("Range") if self.server_of.knows_ranges else None
        return int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


HubServer.exchange = _Exchange
