"""The command `gendan` reads well, needs a database only where it must, and refuses in words."""

import gc
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gendan import cli
from gendan.config import supervisor


def gendan(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    # Nothing listens there: whoever needs the database fails.
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    return subprocess.run(
        [sys.executable, "-m", "gendan.cli", *arguments],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "gendan.config.settings"}
        | nowhere
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_of_ours() -> None:
    said = cli.help_text()
    assert [name for name in cli.COMMANDS if f"\n  {name} " not in said] == []
    assert max(len(line) for line in said.splitlines()) <= 90


def test_each_command_explains_itself_without_a_database() -> None:
    for name in ("up", "serve", "work", "read", "plan", "schedule", "backup", "restore", "words"):
        done = gendan(name, "--help")
        assert done.returncode == 0, done.stderr
        assert f"usage: gendan {name}" in done.stdout


def test_read_needs_neither_database_nor_settings(tmp_path: Path) -> None:
    order = tmp_path / "order.txt"
    order.write_text("Purchase order PO-7\n10 pcs GB45-555 at 2.00 USD\n")
    done = gendan("read", str(order), GENDAN_VAR=str(tmp_path / "no-such-folder"))
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout)["documents"], list)
    assert not (tmp_path / "no-such-folder").exists()


def test_planning_workload_files_needs_neither_database_nor_django(tmp_path: Path) -> None:
    tables = {
        "items": "item,kind,lead_time_days,lot_size,safety_stock,on_hand\nA,buy,2,5,0,1\n",
        "bom": "parent,component,qty_per,scrap_pct\n",
        "receipts": "item,quantity,due_date\n",
        "order_lines": "order_no,line_no,item,quantity,due_date\nS1,1,A,4,2026-01-20\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "planned.csv"
    nowhere = {"DJANGO_SETTINGS_MODULE": "settings.that.are.not.there"}
    done = gendan("plan", "--from", str(tmp_path), "--out", str(out), **nowhere)
    assert done.returncode == 0, done.stderr
    assert out.read_text(encoding="utf-8").splitlines() == [
        "item,kind,quantity,release_date,due_date",
        "A,buy,5,2026-01-18,2026-01-20",
    ]
    done = gendan("schedule", "--from", str(tmp_path), "--out", str(tmp_path), **nowhere)
    assert (done.returncode, done.stderr) == (
        1,
        f"work_centers.csv is missing in {tmp_path.name!r}.\n",
    )


def test_read_refuses_what_is_not_there(tmp_path: Path) -> None:
    done = gendan("read", str(tmp_path / "missing.eml"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_that_cannot_be_reached_is_a_sentence() -> None:
    done = gendan("migrate")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Connection refused" in done.stderr


def test_an_unknown_command_is_refused() -> None:
    done = gendan("dance")
    assert done.returncode != 0
    assert "dance" in done.stderr


def test_a_taken_port_is_told_before_anything_is_started() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = gendan("up", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr


@pytest.mark.parametrize(
    ("host", "port", "word"),
    [("127.0.0.1", 70_000, "no port"), ("no-such-host.invalid", 8000, "no address")],
)
def test_impossible_addresses_are_told(host: str, port: int, word: str) -> None:
    assert word in supervisor._cannot_listen(host, port)


def _failing() -> None:
    raise SystemExit(3)


def test_a_step_in_a_process_of_its_own_that_fails_ends_the_start() -> None:
    with pytest.raises(SystemExit, match="failing ended with exit code 3"):
        supervisor._apart(_failing)


def test_while_tables_are_made_garbage_is_seldom_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual, seen = gc.get_threshold(), []
    monkeypatch.setattr(
        "django.core.management.call_command",
        lambda *_args, **_named: seen.append(gc.get_threshold()),
    )
    supervisor._migrate()
    assert seen == [supervisor.SELDOM]
    assert gc.get_threshold() == usual
