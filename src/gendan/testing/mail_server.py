"""A real IMAP server (Dovecot) on this machine, for tests of mailboxes that are read.

It runs as root and as anybody else, in a folder of its own on a free port of loopback. Every user
name is taken with the same password; the first delivery makes the user's mailbox. With OAuth2
it asks the sign-in service (`TokenService`) whether a token is good, as large providers do.
"""

import contextlib
import getpass
import grp
import http.server
import imaplib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme

PROGRAM = "/usr/sbin/dovecot"
PASSWORD = "offen-Sesam-12"  # noqa: S105 - of a server that lives for one run of the tests
VERSIONS = ("2.3.",)
_CONFIG = """
base_dir = {run}
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_max_userip_connections = 200
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/mail
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/users/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {ssl_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_OAUTH2 = """
introspection_url = {url}/introspect?token=
introspection_mode = get
username_attribute = email
active_attribute = active
active_value = true
timeout_msecs = 3000
"""


class TokenService(http.server.ThreadingHTTPServer):
    """A sign-in service: gives access tokens for refresh tokens, and says whether one is good."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _TokenHandler)
        self.refresh_tokens: dict[str, str] = {}  # refresh token → user
        self.access_tokens: dict[str, str] = {}  # access token → user
        self.rotates = False
        self.asked: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _TokenHandler(http.server.BaseHTTPRequestHandler):
    server: TokenService

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode())
        asked = {key: value[0] for key, value in form.items()}
        self.server.asked.append(asked)
        user = self.server.refresh_tokens.get(asked.get("refresh_token", ""))
        if asked.get("grant_type") != "refresh_token" or user is None:
            self._answer(400, {"error": "invalid_grant", "error_description": "expired"})
            return
        token = f"access-{len(self.server.asked)}-{os.urandom(4).hex()}"
        self.server.access_tokens[token] = user
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        if self.server.rotates:
            newer = f"refresh-{len(self.server.asked)}"
            self.server.refresh_tokens = {newer: user}
            answer["refresh_token"] = newer
        self._answer(200, answer)

    def do_GET(self) -> None:
        token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
        user = self.server.access_tokens.get(token)
        self._answer(200, {"active": user is not None, "email": user or ""})

    def _answer(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


class MailServer:
    """A running Dovecot."""

    def __init__(self, home: Path, tokens: TokenService) -> None:
        self.home, self.tokens = home, tokens
        self.port, self.ssl_port = _free_port(), _free_port()
        self.ca = home / "ca.pem"
        self._program: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._write_files()
        self._program = subprocess.Popen(  # noqa: S603 - the system's own mail server
            [PROGRAM, "-F", "-c", str(self.home / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "stderr").open("wb"),
            start_new_session=True,
        )
        for _attempt in range(200):
            if self._program.poll() is not None:
                break
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._signed_in("starter").logout()
                return
            time.sleep(0.05)
        told = [self.home / "stderr", self.home / "log"]
        words = "\n".join(one.read_text(errors="replace") for one in told if one.exists())
        raise RuntimeError(f"Dovecot does not start:\n{words}")

    def stop(self) -> None:
        """End it."""
        if self._program is not None and self._program.poll() is None:
            self._program.send_signal(signal.SIGTERM)
            try:
                self._program.wait(10)
            except subprocess.TimeoutExpired:
                self._program.kill()

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        """Put a mail into a user's folder, as a mail server that received it does."""
        with self._signed_in(user) as line:
            if folder != "INBOX":
                line.create(folder)
            status, said = line.append(folder, "", "", raw)
            if status != "OK":
                raise RuntimeError(f"Dovecot does not take the mail: {said!r}")

    def mails(self, user: str, folder: str = "INBOX") -> list[str]:
        """The flags of the mails in a folder, one text for each."""
        with self._signed_in(user) as line:
            status, _count = line.select(folder, readonly=True)
            if status != "OK":
                return []
            _status, found = line.uid("FETCH", "1:*", "(FLAGS)")
            return [one.decode() for one in found if isinstance(one, bytes)]

    def command(self, user: str, name: str, *values: str) -> Any:
        """Any IMAP command in a user's name."""
        with self._signed_in(user) as line:
            return getattr(line, name)(*values)

    def _signed_in(self, user: str) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        line.login(user, PASSWORD)
        return line

    def _write_files(self) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost", "127.0.0.1")
        authority.cert_pem.write_to_path(str(self.ca))
        certificate.private_key_pem.write_to_path(str(self.home / "key.pem"))
        chain = b"".join(one.bytes() for one in certificate.cert_chain_pems)
        (self.home / "cert.pem").write_bytes(chain)
        (self.home / "users").mkdir()
        owner = _owner()
        if os.geteuid() == 0:
            os.chown(self.home / "users", owner["uid"], owner["gid"])
        config = _CONFIG.format(
            home=self.home,
            run=self.home / "run",
            port=self.port,
            ssl_port=self.ssl_port,
            password=PASSWORD,
            **owner,
        )
        (self.home / "dovecot.conf").write_text(config, encoding="utf-8")
        oauth2 = _OAUTH2.format(url=self.tokens.url)
        (self.home / "oauth2.conf").write_text(oauth2, encoding="utf-8")


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server; a sentence when there is none to run."""
    refuse_if_missing()
    # Not in the test's own folder: the server's users must get in, and its sockets' names be short.
    home = Path(tempfile.mkdtemp(prefix="gd-imap-"))
    home.chmod(0o755)
    tokens = TokenService()
    thread = threading.Thread(target=tokens.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    server = MailServer(home, tokens)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        tokens.shutdown()
        tokens.server_close()
        thread.join()
        shutil.rmtree(home, ignore_errors=True)


def refuse_if_missing() -> None:
    """Say what is missing instead of leaving the tests out."""
    if not Path(PROGRAM).exists():
        raise RuntimeError(
            "The tests of mailboxes need the mail server Dovecot: "
            "install the package dovecot-imapd (./check does so where it may)."
        )
    found = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    if not found.stdout.startswith(VERSIONS):
        raise RuntimeError(
            f"The tests of mailboxes know Dovecot {', '.join(VERSIONS)}x; "
            f"here is {found.stdout.strip()}."
        )


def _owner() -> dict[str, Any]:
    """As whom the server runs: root gives that up, others stay as they are."""
    if os.geteuid() != 0:
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        found = {"internal": me, "login": me, "internal_group": group}
        return {**found, "uid": os.getuid(), "gid": os.getgid()}
    nobody = pwd.getpwnam("nobody")
    found = {"internal": "dovecot", "login": "dovenull", "internal_group": "dovecot"}
    return {**found, "uid": nobody.pw_uid, "gid": nobody.pw_gid}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
