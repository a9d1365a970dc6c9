"""Real HTTP servers on this machine that behave as badly as targets of webhooks do."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Target(http.server.ThreadingHTTPServer):
    """A server whose behaviour can be changed; `asked` is what came in, oldest first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour: Any = 200
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook?key=abc"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that was closed from the other side is what many tests are about."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Target

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(({k.lower(): v for k, v in self.headers.items()}, body))
        behaviour = self.server.behaviour
        with suppress(OSError):
            getattr(self, f"_{behaviour}", self._status)()

    def _status(self) -> None:
        status, text = self.server.behaviour, b"thank you"
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        if 300 <= status < 400:
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.end_headers()
        self.wfile.write(text)

    def _hang(self) -> None:
        self.server.over.wait(60)

    def _drip(self) -> None:
        """A byte now and then: no single wait is long, the whole would last for hours."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.server.over.wait(0.1):
            self.wfile.write(b"x")
            self.wfile.flush()

    def _drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.server.over.wait(0.1):
            self.wfile.write(b"x")
            self.wfile.flush()

    def _huge(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        began = time.monotonic()
        while time.monotonic() - began < 30 and not self.server.over.is_set():
            self.wfile.write(b"\x00huge" * 20_000)

    def _close(self) -> None:
        self.close_connection = True

    def _noise(self) -> None:
        self.wfile.write(b"\xff\xfe this is no answer\r\n\r\n")

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


@contextmanager
def target() -> Iterator[Target]:
    """A running server."""
    server = Target()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
