"""Backup and restore: the database and all attachments in one tar file, checked on the way back."""

import datetime as dt
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import gendan
from gendan.config import embedded_postgres
from gendan.kernel.models import Entry, StoredFile, User

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
# The wheel's client programs are built without TLS.
NEEDS_TLS = {"require", "verify-ca", "verify-full"}
CHUNK = 1024 * 1024
PREAMBLE_LINES = 30


class BackupError(RuntimeError):
    """A backup that cannot be made or read back; the message says why."""


def make(target: Path) -> str:
    """Write a backup to `target`, whole or not at all; returns what to tell about it.

    The database is dumped first, as it is at one moment. A file is always kept before the row that
    names it and never changed, so every file the dump names is there to be copied afterwards.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; a backup is not written over another file.")
    if not target.resolve().parent.is_dir():
        raise BackupError(f"There is no folder {target.resolve().parent}.")
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".gendan-") as scratch:
        dump, unfinished = Path(scratch) / DUMP, Path(scratch) / "backup.tar"
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        kept = list(StoredFile.objects.order_by("pk").values_list("path", "sha256", "size"))
        manifest = {
            "format": FORMAT,
            "gendan": gendan.__version__,
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),  # real time: a label
            "migrations": _applied(),
            "database_sha256": _digest_of(dump),
            "files": {path: sha256 for path, sha256, _size in kept},
        }
        with tarfile.open(unfinished, "w") as archive:
            _add_text(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
            archive.add(dump, DUMP)
            for path, _sha256, size in kept:
                with default_storage.open(path, "rb") as content:
                    member = tarfile.TarInfo(FILES + path)
                    member.size = size
                    archive.addfile(member, content)
        unfinished.chmod(0o600)
        unfinished.rename(target)
    megabytes = target.stat().st_size / 1_000_000
    return f"{target}: the database and {len(kept)} files, {megabytes:.1f} MB."


def restore(source: Path, *, replace: bool = False) -> str:
    """Read a backup back; returns what to tell about it.

    Refuses a database that holds something (unless `replace`), a backup of a newer version, a
    damaged one, and while Gendan runs on this database. It changes whole or not at all.
    """
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(archive)
            _refuse_newer(manifest)
            if not replace and _holds_something():
                raise BackupError(
                    "The database is not empty; with --replace, what it holds is thrown away."
                )
            _refuse_while_in_use()
            with tempfile.TemporaryDirectory() as scratch:
                dump = Path(scratch) / DUMP
                with dump.open("wb") as output:
                    shutil.copyfileobj(_member(archive, DUMP), output, CHUNK)
                if _digest_of(dump) != manifest["database_sha256"]:
                    raise BackupError(f"{source} is damaged: the database in it has changed.")
                _restore_files(archive, manifest["files"])
                _restore_database(dump)
    except tarfile.TarError as error:
        raise BackupError(f"{source} is not a backup made by Gendan, or is damaged.") from error
    call_command("migrate", interactive=False, verbosity=0)
    return f"Restored the backup of {manifest['made_at']} with {len(manifest['files'])} files."


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.load(_member(archive, MANIFEST))
        known = manifest["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError("This file is not a backup made by Gendan.") from error
    if not known:
        raise BackupError(f"This backup was made by a newer Gendan ({manifest.get('gendan')}).")
    return manifest


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        content = archive.extractfile(name)
    except KeyError:
        content = None
    if content is None:
        raise BackupError(f"This file is not a complete backup made by Gendan: it has no {name}.")
    return content


def _applied() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations)


def _refuse_newer(manifest: dict[str, Any]) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations or ()}
    unknown = [name for name in manifest["migrations"] if name not in known]
    if unknown:
        raise BackupError(
            f"This backup was made by Gendan {manifest['gendan']}, which has tables this version "
            f"({gendan.__version__}) does not know ({unknown[0]}); restore it with that version."
        )


def _holds_something() -> bool:
    tables = connection.introspection.table_names()
    return any(
        model._meta.db_table in tables and model._default_manager.exists()
        for model in (User, Entry, StoredFile)
    )


def _refuse_while_in_use() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        (others,) = cursor.fetchone()
    connection.close()
    if others:
        raise BackupError("Others are using this database; stop Gendan before restoring.")


def _restore_files(archive: tarfile.TarFile, files: dict[str, str]) -> None:
    """Before the database: a file without a row does no harm."""
    for path, sha256 in files.items():
        content = _member(archive, FILES + path)
        if _digest(content) != sha256:
            raise BackupError(f"This backup is damaged: the file {path} has changed.")
        if not default_storage.exists(path):
            content.seek(0)
            default_storage.save(path, File(content))


def _restore_database(dump: Path) -> None:
    script = dump.with_suffix(".sql")
    with script.open("w") as output:
        output.write("SET lock_timeout = '10s';\nDROP SCHEMA public CASCADE;\n")
        output.write("CREATE SCHEMA public;\n")
    _run(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        f"--file={script}.all",
        str(dump),
        database=False,
    )
    with script.open("ab") as output, Path(f"{script}.all").open("rb") as statements:
        for line in itertools.islice(statements, PREAMBLE_LINES):
            # A setting that only PostgreSQL 17 and later know; the programs may be newer.
            if not line.startswith(b"SET transaction_timeout"):
                output.write(line)
        shutil.copyfileobj(statements, output, CHUNK)
    _run(
        *("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
        *("--output=/dev/null", f"--file={script}"),
    )


def _run(name: str, *arguments: str, database: bool = True) -> None:
    with _password_file() as password_file:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [_program(name), *arguments],
            env=_environment(password_file) if database else dict(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    if done.returncode != 0:
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise BackupError(f"{name} failed: {tail}")


def _program(name: str) -> str:
    options = settings.DATABASES["default"]["OPTIONS"]
    own = embedded_postgres.program(name)
    if own.exists() and options.get("sslmode") not in NEEDS_TLS:
        return str(own)
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is needed and not installed (PostgreSQL's client programs).")
    return found


@contextmanager
def _password_file() -> Iterator[str]:
    """The password in a file only we can read: arguments and environments can be seen by others."""
    password = str(settings.DATABASES["default"]["PASSWORD"])
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    with tempfile.NamedTemporaryFile("w") as file:  # mode 600
        file.write(f"*:*:*:*:{escaped}\n")
        file.flush()
        yield file.name


def _environment(password_file: str) -> dict[str, str]:
    database = settings.DATABASES["default"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGDATABASE": connection.settings_dict["NAME"],
        "PGPASSFILE": password_file if database["PASSWORD"] else "",
        "PGSSLMODE": database["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": database["OPTIONS"].get("sslrootcert", ""),
    }
    return environment | {name: str(value) for name, value in given.items() if value}


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    import io

    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
