"""Asking other machines over HTTP: never this one's own network, never further than asked.

The name is looked up once, the address is judged, and the connection goes to that very address: a
name that changes its address in between (DNS rebinding) gains nothing. Redirects are not followed.
"""

import contextlib
import ipaddress
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid

CONNECT_SECONDS = 5
ANSWER_SECONDS = 10
WHOLE_SECONDS = 15  # for everything together, however slowly the answer comes
MOST_BYTES = 16 * 1024
# At its lowest level the library writes down addresses, and addresses of robots hold their key.
logging.getLogger("urllib3").setLevel(logging.WARNING)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class TargetRefused(Invalid):
    """An address that is not asked: not http(s), unknown, or inside a private network."""


class NoAnswer(Exception):
    """The other machine could not be reached or did not answer in time; the message says which."""


@dataclass(frozen=True)
class Answer:
    """What the other machine said: the beginning of its words, and how long it took."""

    status: int
    text: str
    milliseconds: int


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a POST. Raises TargetRefused before anything is sent, NoAnswer when nothing comes."""
    parts, address = _target(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    began = time.monotonic()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = parts.netloc.rsplit("@", 1)[-1]
    try:
        with (
            _pool(parts, address, port) as pool,
            _cut_off(pool, WHOLE_SECONDS) as was_cut,
            _asked(pool, path, body, {**headers, "Host": named}) as response,
        ):
            if was_cut.is_set():  # half a head reads like a whole one
                raise NoAnswer("no answer in time")
            text = _beginning(response)
            milliseconds = round((time.monotonic() - began) * 1000)
            return Answer(response.status, text, milliseconds)
    except urllib3.exceptions.TimeoutError:
        raise NoAnswer("no answer in time") from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if time.monotonic() - began >= WHOLE_SECONDS:
            raise NoAnswer("no answer in time") from None
        raise NoAnswer(_why(error)) from None


def check_target(url: str) -> None:
    """Raise TargetRefused unless the address may be asked at this moment."""
    _target(url)


def numeric_address(host: str, port: int) -> str:
    """The address to connect to, looked up and judged now; raises TargetRefused.

    For other languages than HTTP (mailboxes): connect to this very address, not to the name.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TargetRefused(
            _("No machine is called “%(host)s”.") % {"host": host[:100]}, field="url"
        ) from None
    addresses = [str(one[4][0]) for one in found]
    if not is_private_allowed(host) and not all(map(_is_public, addresses)):
        raise TargetRefused(
            _("“%(host)s” is inside a private network; it is not asked.") % {"host": host[:100]},
            field="url",
        )
    return addresses[0]


def is_private_allowed(host: str) -> bool:
    """Whether whoever installed Gendan has named this machine as one of their own."""
    return host in settings.PRIVATE_TARGETS


def _asked(
    pool: urllib3.HTTPConnectionPool, path: str, body: bytes, headers: Mapping[str, str]
) -> urllib3.BaseHTTPResponse:
    return pool.urlopen(
        "POST", path, body=body, headers=headers, redirect=False, preload_content=False
    )


def _pool(parts: SplitResult, address: str, port: int) -> urllib3.HTTPConnectionPool:
    """Connections to the very address that was judged, under the name that was asked for."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    if parts.scheme == "https":
        return urllib3.HTTPSConnectionPool(
            address,
            port=port,
            timeout=timeout,
            retries=False,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )
    return urllib3.HTTPConnectionPool(address, port=port, timeout=timeout, retries=False)


@contextlib.contextmanager
def _cut_off(pool: urllib3.HTTPConnectionPool, seconds: float) -> Iterator[threading.Event]:
    """Close the line after so many seconds, whatever the other side does meanwhile.

    Timeouts hold for each piece that comes: who sends a byte now and then could keep us for hours.
    A second handle on the same line is what can be closed from outside, also during the handshake.
    """
    twins: list[socket.socket] = []
    was_cut = threading.Event()

    class Watched(pool.ConnectionCls):  # type: ignore[name-defined,misc]
        def _new_conn(self) -> Any:
            line = super()._new_conn()
            twins.append(line.dup())
            return line

    def close() -> None:
        was_cut.set()
        for twin in twins:
            with contextlib.suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

    pool.ConnectionCls = Watched
    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()
        for twin in twins:
            twin.close()


def _beginning(response: urllib3.BaseHTTPResponse) -> str:
    """The first words of the answer; what is cut off in the middle is what came until then."""
    found = b""
    with contextlib.suppress(urllib3.exceptions.HTTPError, OSError):
        while len(found) < MOST_BYTES:
            chunk = response.read1(MOST_BYTES, decode_content=False)
            if not chunk:
                break
            found += chunk
    return found[:MOST_BYTES].decode(errors="replace")


def _why(error: Exception) -> str:
    """What went wrong on the way, in the words of somebody who has to mend it."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return "the certificate or the encryption is not accepted"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "nobody listens there"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "the line was closed without an answer"
    return type(error).__name__


def _target(url: str) -> tuple[SplitResult, str]:
    """The parts of an address, and the numeric address to connect to."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise TargetRefused(_("This is no web address."), field="url") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username:
        raise TargetRefused(
            _("The address must begin with https:// and carry no name and password."), field="url"
        )
    return parts, numeric_address(parts.hostname, port)


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64 or address.teredo:
            return False
        address = inner or address
    return address.is_global and not address.is_multicast
