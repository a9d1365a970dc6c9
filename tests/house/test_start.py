"""`./start` on a fresh copy prepares, serves the first page, and stops leaving nothing behind."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of what is in version control, in a folder with a space in its name."""
    place = tmp_path_factory.mktemp("a fresh clone")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    yield place
    shutil.rmtree(place)


def environment() -> dict[str, str]:
    """Ours without what the tests have set."""
    names = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH")
    return {
        name: value
        for name, value in os.environ.items()
        if name not in names and not name.startswith(("GENDAN_", "COV_"))
    }


def left_behind(place: Path) -> list[str]:
    """Command lines of processes that still belong to the copy."""
    found = []
    for process in psutil.process_iter(["cwd", "cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(place) in words or (process.info["cwd"] or "").startswith(str(place)):
            found.append(words)
    return found


def test_setup_only_prepares_and_exits(clone: Path) -> None:
    done = subprocess.run(
        ["./start", "--setup-only", "--no-demo"],
        cwd=clone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = subprocess.run(
        [clone / ".venv" / "bin" / "gendan", "audit"],
        cwd="/",
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert left_behind(clone) == []


@contextmanager
def running(clone: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The product, started as a newcomer would; its process and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (clone / "start.log").open("w") as log:
        started = subprocess.Popen(
            ["./start", "--no-demo", "--port", str(port)],
            cwd=clone,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield started, port
    finally:
        if started.poll() is None:
            started.terminate()
        started.wait(30)


def answer(started: subprocess.Popen[bytes], port: int, seconds: float) -> int:
    """The status once the API can look up a key (an unknown one: 401); 0 when it never can."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and started.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/api/v1/me", headers={"Authorization": "Bearer gd_nobody"})
            if (status := connection.getresponse().status) < 500:
                return status
        except OSError:
            pass
        time.sleep(0.2)
    return 0


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_serves_and_stops_cleanly(clone: Path, signum: signal.Signals) -> None:
    with running(clone) as (started, port):
        status = answer(started, port, 120)
        started.send_signal(signum)
        started.wait(30)
    assert status == 401, (clone / "start.log").read_text()
    deadline = time.monotonic() + 20
    while (left := left_behind(clone)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []


def test_a_killed_database_is_started_again(clone: Path) -> None:
    with running(clone) as (started, port):
        assert answer(started, port, 120) == 401
        servers = [
            process
            for process in psutil.process_iter(["name", "cwd"])
            if process.info["name"].startswith("postgres")
            and (process.info["cwd"] or "").startswith(str(clone))
        ]
        assert servers, "the embedded server was not found"
        for process in servers:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        assert answer(started, port, 60) == 401, (clone / "start.log").read_text()
    assert "starting it again" in (clone / "start.log").read_text()


def test_a_copy_that_was_moved_prepares_itself_anew(clone: Path) -> None:
    question = [sys.executable, "-c", "import prepare; print(prepare._environment_works())"]
    elsewhere = clone.parent / "moved"
    clone.rename(elsewhere)
    try:
        told = subprocess.run(
            question, cwd=elsewhere / "scripts", capture_output=True, text=True, check=True
        )
    finally:
        elsewhere.rename(clone)
    assert told.stdout.strip() == "False"
