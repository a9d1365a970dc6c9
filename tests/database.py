"""A database of its own for each test process, copied in a moment from one already migrated.

Migrating takes seconds, copying a template a fifth of one. The template's name carries a hash of
all migrations, so a changed migration makes a new template. Everything happens under a file lock;
several runs, and several processes of one run, may start at once.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

TEMPLATE_PREFIX = "test_template_gendan_"
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def own_database(name: str, lock: Path) -> Iterator[None]:
    """Make the database `name`, let Django use it, and drop it in the end."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_databases_of_the_dead()
        template = _template()
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    production = _use(name)
    # Roles and permissions come from today's code, which may be newer than the template.
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    try:
        yield
    finally:
        _use(production)
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use(name: str) -> str:
    """Point Django's connection to another database; returns the name of the former."""
    connection.close()
    former: str = connection.settings_dict["NAME"]
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    return former


def _administer(statement: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchall() if cursor.description else []


def _template() -> str:
    """The name of the migrated template database, made now if it does not exist."""
    name = TEMPLATE_PREFIX + _hash_of_migrations()
    found = {row[0] for row in _administer("SELECT datname FROM pg_database")}
    if name in found:
        return name
    for old in found:
        if old.startswith(TEMPLATE_PREFIX):
            _administer(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    unfinished = f"{TEMPLATE_PREFIX}unfinished"
    _administer(f'CREATE DATABASE "{unfinished}"')
    production = _use(unfinished)
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        _use(production)
    _administer(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _hash_of_migrations() -> str:
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "migrations"
        for path in sorted(folder.glob("*.py")):
            digest.update(f"{app.label}/{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _drop_databases_of_the_dead() -> None:
    """Drop what killed runs left on the embedded server (elsewhere process numbers say nothing)."""
    if os.environ.get("DATABASE_URL"):
        return
    for (name,) in _administer("SELECT datname FROM pg_database"):
        match = re.fullmatch(r"test_gendan_(\d+)(_gw\d+)?", name)
        if match and not psutil.pid_exists(int(match[1])):
            _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
