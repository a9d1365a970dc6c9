"""Servers on this machine that behave as badly as mail servers can."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, threading.Event], None]


def hang(line: socket.socket, over: threading.Event) -> None:
    """Says nothing at all."""
    over.wait(30)


def drip(line: socket.socket, over: threading.Event) -> None:
    """A byte now and then: no single wait is long."""
    line.sendall(b"* OK ")
    while not over.wait(0.05):
        line.sendall(b"x")


def flood(line: socket.socket, over: threading.Event) -> None:
    """A line that never ends."""
    line.sendall(b"* OK ")
    while not over.is_set():
        line.sendall(b"x" * 65536)


def web(line: socket.socket, over: threading.Event) -> None:
    """Another language."""
    line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def close(line: socket.socket, over: threading.Event) -> None:
    """Takes the call and hangs up."""


def boast(line: socket.socket, over: threading.Event) -> None:
    """An IMAP server that announces a mail of four gigabytes and says it is small."""
    line.sendall(b"* OK ready\r\n")
    with suppress(OSError):
        for words in line.makefile("rb"):
            tag, _blank, command = words.partition(b" ")
            name = command.upper()
            if name.startswith(b"CAPABILITY"):
                line.sendall(b"* CAPABILITY IMAP4rev1\r\n")
            elif name.startswith((b"SELECT", b"EXAMINE")):
                line.sendall(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n")
            elif name.startswith(b"UID SEARCH"):
                line.sendall(b"* SEARCH 1\r\n")
            elif b"RFC822.SIZE" in name:
                line.sendall(b"* 1 FETCH (UID 1 RFC822.SIZE 100)\r\n")
            elif name.startswith(b"UID FETCH"):
                line.sendall(b"* 1 FETCH (UID 1 BODY[] {4294967296}\r\n")
                line.recv(1)
                return
            line.sendall(tag + b" OK done\r\n")


def chatter(line: socket.socket, over: threading.Event) -> None:
    """An IMAP server that answers a command with mails nobody asked for, without an end."""
    line.sendall(b"* OK ready\r\n")
    mail = b"* 1 FETCH (UID 1 BODY[] {1000000}\r\n" + b"x" * 1_000_000 + b")\r\n"
    with suppress(OSError):
        line.recv(4096)
        while not over.is_set():
            line.sendall(mail)


@contextmanager
def server(behaviour: Behaviour) -> Iterator[int]:
    """A running server; its port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):
                    line, _address = listening.accept()
                    with line, suppress(OSError):
                        behaviour(line, over)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            over.set()
            thread.join()
