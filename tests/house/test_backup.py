"""A backup brings back exactly what was there, and refuses whatever could destroy something."""

import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from gendan.config import backup
from gendan.kernel import files
from gendan.kernel.models import Entry, StoredFile, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_else(transactional_db: None) -> None:
    """Servers of browser tests in this process may have left connections behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A backup of one user and one file."""
    User.objects.create(username="mei", name="王美")
    files.keep("订单 PO-1".encode(), name="order.txt")
    target = tmp_path / "gendan.tar"
    backup.make(target)
    return target


def changed(source: Path, **members: bytes) -> Path:
    """A copy of a backup with other contents in it (`manifest_json=` for manifest.json)."""
    target = source.with_name("changed.tar")
    replaced = {name.replace("_", "."): content for name, content in members.items()}
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = replaced.get(member.name)
            opened = old.extractfile(member)
            assert opened is not None
            data = opened.read() if content is None else content
            member.size = len(data)
            new.addfile(member, BytesIO(data))
    return target


def manifest_of(source: Path) -> dict[str, object]:
    with tarfile.open(source) as archive:
        content = archive.extractfile("manifest.json")
        assert content is not None
        found: dict[str, object] = json.load(content)
    return found


def test_it_brings_back_rows_and_files(made: Path) -> None:
    stored = StoredFile.objects.get()
    default_storage.delete(stored.path)
    User.objects.create(username="later")
    said = backup.restore(made, replace=True)
    assert "1 files" in said
    assert list(User.objects.values_list("username", "name")) == [("mei", "王美")]
    with default_storage.open(StoredFile.objects.get().path) as content:
        assert content.read().decode() == "订单 PO-1"


def test_what_is_restored_works_on(made: Path) -> None:
    backup.restore(made, replace=True)
    assert User.objects.create(username="next").pk > User.objects.get(username="mei").pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        assert cursor.fetchone()[0] > 0  # the journal is still protected


def test_a_database_that_holds_something_is_not_overwritten(made: Path) -> None:
    with pytest.raises(backup.BackupError, match="not empty"):
        backup.restore(made)
    assert User.objects.count() == 1


def test_it_restores_into_an_empty_database(made: Path) -> None:
    StoredFile.objects.all().delete()
    User.objects.all().delete()
    assert not Entry.objects.exists()
    backup.restore(made)
    assert User.objects.get().username == "mei"


def test_a_damaged_database_changes_nothing(made: Path) -> None:
    broken = changed(made, database_dump=b"PGDMP not really")
    with pytest.raises(backup.BackupError, match="damaged"):
        backup.restore(broken, replace=True)
    assert User.objects.get().username == "mei"


def test_a_dump_that_fails_half_way_changes_nothing(made: Path) -> None:
    import hashlib

    with tarfile.open(made) as archive:
        content = archive.extractfile("database.dump")
        assert content is not None
        half = content.read()[: content.tell() // 2]
    told = manifest_of(made) | {"database_sha256": hashlib.sha256(half).hexdigest()}
    broken = changed(made, database_dump=half, manifest_json=json.dumps(told).encode())
    with pytest.raises(backup.BackupError, match="failed"):
        backup.restore(broken, replace=True)
    assert User.objects.get().username == "mei"


def test_a_backup_of_a_newer_version_is_refused(made: Path) -> None:
    told = manifest_of(made)
    migrations = told["migrations"]
    assert isinstance(migrations, list)
    told["migrations"] = [*migrations, "orders.9999_from_the_future"]
    newer = changed(made, manifest_json=json.dumps(told).encode())
    with pytest.raises(backup.BackupError, match="9999_from_the_future"):
        backup.restore(newer, replace=True)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sirs")
    with pytest.raises(backup.BackupError, match="not a backup"):
        backup.restore(other, replace=True)


def test_it_does_not_write_over_another_file(made: Path) -> None:
    with pytest.raises(backup.BackupError, match="exists already"):
        backup.make(made)


def test_nobody_else_can_read_a_backup(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
