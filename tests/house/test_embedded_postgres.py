"""The embedded server starts wherever the folder lies and whatever happened to it before."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from gendan.config import embedded_postgres as embedded


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder with spaces and Chinese characters in its name."""
    base = Path(tempfile.mkdtemp(prefix="gendan "))
    folder = base / "数据 var"
    yield folder
    embedded.stop(folder)
    shutil.rmtree(base)


def start(var: Path) -> str:
    return embedded.start(var, durable=False)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def postmaster(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_it_keeps_its_data_and_knows_chinese(var: Path) -> None:
    url = start(var)
    assert url == embedded.url(var)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE kept AS SELECT '宁波海晟机电' AS name")
    embedded.stop(var)
    assert not embedded.is_running(var)
    assert ask(start(var), "SELECT similarity(name, '宁波海晟') FROM kept") == pytest.approx(0.5)


def test_it_does_not_listen_on_the_network(var: Path) -> None:
    assert ask(start(var), "SELECT current_setting('listen_addresses')") == ""
    assert (var / "postgres").stat().st_mode & 0o077 == 0


def test_several_copies_run_side_by_side(var: Path) -> None:
    folders = [var / "one", var / "two"]
    try:
        urls = [start(folder) for folder in folders]
        assert postmaster(folders[0]) != postmaster(folders[1])
        embedded.stop(folders[0])
        assert ask(urls[1], "SELECT 1") == 1
    finally:
        for folder in folders:
            embedded.stop(folder)


def test_two_starts_at_once_make_one_server(var: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        urls = list(pool.map(lambda _: start(var), range(2)))
    assert urls[0] == urls[1]
    assert ask(urls[0], "SELECT 1") == 1


def test_it_starts_again_after_being_killed(var: Path) -> None:
    start(var)
    os.kill(postmaster(var), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while embedded.is_running(var) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (var / "postgres" / "postmaster.pid").exists()
    assert ask(start(var), "SELECT 1") == 1


def test_a_stale_pid_that_another_program_has_now_is_no_obstacle(var: Path) -> None:
    start(var)
    pid_file = var / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded.stop(var)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert ask(start(var), "SELECT 1") == 1


def test_a_long_path_gets_a_short_way_to_the_socket(var: Path) -> None:
    deep = var / ("very-long-directory-name-" * 6) / "var"
    url = start(deep)
    try:
        assert len(url) < 100
        assert ask(url, "SELECT 1") == 1
    finally:
        embedded.stop(deep)


def test_the_last_of_several_users_stops_it(var: Path) -> None:
    with embedded.using(var, durable=False):
        with embedded.using(var, durable=False) as url:
            assert ask(url, "SELECT 1") == 1
        assert embedded.is_running(var)
    assert not embedded.is_running(var)


def test_data_of_another_version_are_refused_with_advice(var: Path) -> None:
    start(var)
    embedded.stop(var)
    version = var / "postgres" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(embedded.EmbeddedPostgresError, match="made by PostgreSQL 15"):
        start(var)
