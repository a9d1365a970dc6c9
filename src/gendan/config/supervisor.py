"""`gendan up`: database, web server and worker of one machine, started and stopped together."""

import contextlib
import functools
import gc
import hashlib
import http.client
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

from gendan.config import addresses, embedded_postgres, processes

PAUSE_SECONDS = 3
# A target that hangs keeps one of these until it is cut off; the others go on (kernel/sending.py).
MESSENGER_SLOTS = 6
STOP_SECONDS = 20
FIRST_PAGE_SECONDS = 60
SELDOM = (100_000, 20, 20)  # of the garbage collector, while tables are made


def run(
    *, host: str, port: int, with_demo: bool, setup_only: bool, demo_logins: Callable[[], str]
) -> int:
    """Prepare the database, then run until Ctrl-C or SIGTERM; returns the exit code.

    `demo_logins` tells who can sign in to the demo company, or nothing where there is another one.
    """
    if not setup_only and (refusal := _cannot_listen(host, port)):
        sys.stderr.write(refusal + "\n")
        return 1
    # Links in mails lead here unless a public address is set; read when the settings are.
    os.environ.setdefault("GENDAN_URL", f"http://{addresses.seen_from_outside(host)}:{port}")
    with _database():
        _prepare(with_demo=with_demo)
        if setup_only:
            _say("Ready. ./start starts Gendan; .venv/bin/gendan runs every command.")
            return 0
        return _watch(host, port, _who_can_sign_in(demo_logins))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _cannot_listen(host: str, port: int) -> str:
    """Why the address cannot be had, as a sentence, or nothing."""
    if not 0 < port < 65536:
        return f"There is no port {port}; choose one between 1 and 65535."
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        return f"This user may not open port {port}; choose one above 1023 with --port."
    except OSError as error:
        if isinstance(error, socket.gaierror):
            return f"This machine has no address called {host}."
        return f"Port {port} on {host} is taken (by Gendan already?); choose another with --port."
    return ""


@contextlib.contextmanager
def _database() -> Iterator[None]:
    with contextlib.ExitStack() as server:
        if not os.environ.get("DATABASE_URL"):
            with _step("PostgreSQL"):
                server.enter_context(_held_database())
        yield


@contextlib.contextmanager
def _step(title: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    _say(f"  {title}: done in {time.monotonic() - began:.1f} s")


def _prepare(*, with_demo: bool) -> None:
    """Words, tables, static files and (once) the demo company; what is current is left alone.

    Static files need no tables: they are collected beside, on another core.
    """
    import django

    from gendan.config import words

    words.compile_all()
    django.setup()
    static = _forked(_collect_static)
    static.start()
    try:
        with _step("Tables"):
            _migrate()
        if with_demo:
            _load_demo_once()
    finally:
        static.join()
    _refuse_failed(static, _collect_static)


def _migrate() -> None:
    """Bring the tables up to date.

    Django draws up the state of all models for each change of a table, objects by the million that
    lead to each other: what of them may be freed is looked for less often than usual.
    """
    from django.core.management import call_command

    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _collect_static() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            found = os.stat(storage.path(name))
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = settings.VAR_DIR / "static.stamp"
    current = stamp.read_text() if stamp.exists() and settings.STATIC_ROOT.exists() else ""
    if current == digest.hexdigest():
        return
    with _step("Static files"):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(digest.hexdigest())


def _load_demo_once() -> None:
    from django.conf import settings

    from gendan.kernel.models import User

    unfinished: Path = settings.VAR_DIR / "demo.unfinished"
    if User.objects.exists() and not unfinished.exists():
        return
    if unfinished.exists():
        _say("  The demo company was not loaded to its end the last time: beginning anew.")
        _empty_database()
    unfinished.touch()
    _say("  Demo company: founding it and letting it live until today …")
    with _step("Demo company"):
        _apart(_live_demo)
    unfinished.unlink()


def _live_demo() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        # Nothing is lost by a power cut that cannot be lived again; the disk is not waited for.
        cursor.execute("SET synchronous_commit = off")
    call_command("demo")


def _apart(run: Callable[[], None]) -> None:
    """Run something in a process of its own, until it is done; SystemExit if it fails.

    What is forked later inherits neither its memory nor locks of threads that are not there.
    """
    process = _forked(run)
    process.start()
    process.join()
    _refuse_failed(process, run)


def _refuse_failed(process: BaseProcess, run: Callable[[], None]) -> None:
    if process.exitcode:
        raise SystemExit(f"{run.__name__.strip('_')} ended with exit code {process.exitcode}.")


def _forked(run: Callable[..., None], *arguments: object) -> BaseProcess:
    """A process that shares what is loaded already, where the system can fork."""
    from django.db import connections

    connections.close_all()  # a connection cannot be shared
    if sys.platform == "linux":
        return multiprocessing.get_context("fork").Process(target=run, args=arguments)
    return multiprocessing.get_context("spawn").Process(target=run, args=arguments)


def _empty_database() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    _migrate()


class _Child:
    """A process of ours that is started again when it ends by itself.

    Where the system can fork it shares the code that is loaded already: seconds at each start, and
    a third of the memory.
    """

    def __init__(self, title: str, run: Callable[[], None]) -> None:
        self.title = title
        self.run = run
        self.restart_at = 0.0
        self.process = self._start()

    def _start(self) -> BaseProcess:
        process = _forked(_live, self.run)
        process.start()
        return process

    def look(self) -> None:
        if self.process.is_alive():
            return
        if not self.restart_at:
            code = self.process.exitcode
            _say(f"The {self.title} stopped (exit code {code}); starting it again.")
            self.restart_at = time.monotonic() + PAUSE_SECONDS
        elif time.monotonic() >= self.restart_at:
            self.restart_at = 0.0
            self.process = self._start()

    def stop(self) -> None:
        if self.process.is_alive():
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        self.process.join(max(0.1, deadline - time.monotonic()))
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class _Server:
    """The embedded PostgreSQL, started again when it was killed; another one is not ours."""

    def __init__(self) -> None:
        self.is_ours = not os.environ.get("DATABASE_URL")
        self.look_at = 0.0

    def look(self) -> None:
        """Start it again if it does not answer; looked at once in PAUSE_SECONDS."""
        from gendan.config.settings import VAR_DIR

        if not self.is_ours or time.monotonic() < self.look_at:
            return
        self.look_at = time.monotonic() + PAUSE_SECONDS
        if embedded_postgres.is_running(VAR_DIR):
            return
        _say("PostgreSQL stopped; starting it again.")
        try:
            embedded_postgres.start(VAR_DIR)
        except embedded_postgres.EmbeddedPostgresError as error:
            _say(f"{error}")  # perhaps its processes are still ending: the next look tries again


def _live(run: Callable[[], None]) -> None:
    """The life of a child: its own session, its own hold on the database, no longer than ours."""
    os.setsid()  # Ctrl-C is for the parent
    for signum in (signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(128 + signum))
    parent = multiprocessing.parent_process()

    def stop_with_parent() -> None:
        if parent is not None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop_with_parent, daemon=True).start()
    with _held_database():
        run()


def _held_database() -> contextlib.AbstractContextManager[object]:
    if os.environ.get("DATABASE_URL"):
        return contextlib.nullcontext()
    from gendan.config.settings import VAR_DIR

    return embedded_postgres.using(VAR_DIR)


def _work(queue: str, concurrency: int) -> None:
    import django

    django.setup()  # nothing to do where this process is a fork
    processes.work(concurrency=concurrency, queues=[queue])


def _watch(host: str, port: int, logins: str) -> int:
    """Run web server and worker until a signal comes."""
    stopping: list[int] = []

    def stop(signum: int, frame: object) -> None:
        stopping.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)
    children = [
        _Child("web server", functools.partial(processes.serve, host=host, port=port)),
        _Child("worker", functools.partial(_work, "reactions", 2)),
        # A fax of thirty pages takes minutes: reading documents holds up no reaction.
        _Child("reader", functools.partial(_work, "reading", 2)),
        # A plan keeps a processor busy for seconds: facts and documents do not wait for it.
        _Child("planner", functools.partial(_work, "planning", 1)),
        # What leaves the house waits for other machines: reactions do not wait with it.
        _Child("messenger", functools.partial(_work, "outside", MESSENGER_SLOTS)),
    ]

    database = _Server()

    def look() -> None:
        database.look()
        for child in children:
            child.look()

    try:
        if _first_page(host, port, look, stopping):
            _say(f"\nGendan is at http://{_shown(host)}:{port}\n{logins}Ctrl-C stops everything.\n")
        while not stopping:
            look()
            time.sleep(0.3)
        _say("\nStopping …")
    finally:
        for child in children:
            child.stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.wait(deadline)
    return 0


def _shown(host: str) -> str:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104
    return f"[{shown}]" if ":" in shown else shown


def _first_page(host: str, port: int, look: Callable[[], None], stopping: list[int]) -> bool:
    """Wait until the web server answers, whatever it says; tells whether it did."""
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    while time.monotonic() < deadline and not stopping:
        look()
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return True
        finally:
            connection.close()
    return False


def _who_can_sign_in(demo_logins: Callable[[], str]) -> str:
    """Asked before anything is started: later the database may just be away."""
    from gendan.kernel.models import User

    if logins := demo_logins():
        return f"{logins}\n"
    if User.objects.exists():
        return ""
    return "Nobody can sign in yet; .venv/bin/gendan createsuperuser makes the first account.\n"
