"""The robots' services as a peer over TLS on this machine, under their real names.

It answers as the services document: status 200 whatever happens, the refusal in the body.
"""

import base64
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from apprise.plugins import dingtalk, feishu, wecombot

from gendan.notices.robots import KINDS

KEY = "a1b2c3d4e5f6a7b8c9d0"
SIGNING_SECRET = "SECfeedfacecafebeef"
ADDRESSES = {
    "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={KEY}",
    "wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
}


@dataclass
class Peer:
    """What arrived, and how the next ones are answered (status and body; empty: as it deserves)."""

    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)

    def texts(self) -> list[str]:
        """The words of all messages."""
        return [
            str(one.get("text", one.get("content", {})).get("content", ""))
            or str(one.get("content", {}).get("text", ""))
            for one in self.heard
        ]


def _judge(host: str, path: str, message: dict[str, Any]) -> dict[str, Any]:
    query = parse_qs(urlsplit(path).query)
    if host.startswith("oapi.dingtalk.com"):
        if query.get("access_token") != [KEY]:
            return {"errcode": 300005, "errmsg": f"token {query} is not exist"}
        if "sign" in query and not _is_signed(query):
            return {"errcode": 310000, "errmsg": "sign not match"}
        return {"errcode": 0, "errmsg": "ok"}
    if host.startswith("qyapi.weixin.qq.com"):
        if query.get("key") != [KEY]:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        return {"errcode": 0, "errmsg": "ok"}
    if KEY not in path:
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
    return {"code": 0, "msg": "success", "data": {}}


def _is_signed(query: dict[str, list[str]]) -> bool:
    words = f"{query['timestamp'][0]}\n{SIGNING_SECRET}".encode()
    right = hmac.new(SIGNING_SECRET.encode(), words, hashlib.sha256).digest()
    # The library quotes once more than it must; the service forgives that.
    given = query["sign"][0].replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    return hmac.compare_digest(given, base64.b64encode(right).decode())


def _handler(peer: Peer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = 200, ""
            if peer.answers:
                status, body = peer.answers.pop(0)
            body = body or json.dumps(_judge(self.headers["Host"], self.path, message))
            if '"errcode": 0' in body or '"code": 0' in body:
                peer.heard.append(message)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def peer(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Peer]:
    """The three services, reachable under their names by way of this machine."""
    hosts = {kind.host for kind in KINDS.values()}
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    found = Peer()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    asked = socket.getaddrinfo

    def nearby(host: Any, *args: Any, **kwargs: Any) -> Any:
        return asked("127.0.0.1" if host in hosts else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", nearby)
    settings.PRIVATE_TARGETS = frozenset(hosts)
    for plugin in (
        dingtalk.NotifyDingTalk,
        wecombot.NotifyWeComBot,
        feishu.NotifyFeishu,
    ):
        host = urlsplit(plugin.notify_url).hostname
        url = plugin.notify_url.replace(f"//{host}", f"//{host}:{port}")
        monkeypatch.setattr(plugin, "notify_url", url)
    yield found
    server.shutdown()
    server.server_close()
