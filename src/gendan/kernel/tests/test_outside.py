"""Asking other machines: never our own network, never where a redirect points."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from gendan.kernel import outside
from gendan.kernel.outside import NoAnswer, TargetRefused


class Server(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1/admin")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body + self.headers["Host"].encode() if self.path == "/" else b"x" * 10**6)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def url(settings: Any) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_it_asks_and_reads_the_answer(url: str) -> None:
    answer = outside.post(url, body=b"hello ", headers={"X-One": "1"})
    assert (answer.status, answer.text) == (200, "hello " + url.removeprefix("http://"))


def test_a_redirect_is_an_answer_and_not_followed(url: str) -> None:
    assert outside.post(url + "/elsewhere", body=b"", headers={}).status == 302


def test_of_an_endless_answer_only_the_beginning_is_read(url: str) -> None:
    answer = outside.post(url + "/endless", body=b"", headers={})
    assert len(answer.text) == outside.MOST_BYTES


def test_nobody_there_is_no_answer(settings: Any) -> None:
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    with pytest.raises(NoAnswer):
        outside.post("http://127.0.0.1:9/", body=b"", headers={})


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://user:word@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://",
        "http://example.com:99999/",
        "",
    ],
)
def test_what_is_private_or_no_address_is_refused(target: str) -> None:
    with pytest.raises(TargetRefused):
        outside.check_target(target)
