"""The command `gendan`: everything that is done from a terminal, and Django's own commands."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SETTINGS = "gendan.config.settings"
DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Command:
    """One command of our own; `run` gets the arguments after its name and returns the exit code."""

    group: str
    usage: str
    summary: str
    run: Callable[[list[str]], int]
    needs_database: bool = True


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; refusals are one sentence on standard error and exit code 1."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0] in {"help", "-h", "--help"} and len(arguments) == 1):
        sys.stdout.write(help_text())
        return 0
    if arguments[0] == "--version":
        from gendan import __version__

        sys.stdout.write(f"Gendan {__version__}\n")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    name, rest = arguments[0], arguments[1:]
    command = COMMANDS.get(name)
    asks_for_help = any(word in {"-h", "--help"} for word in rest)
    needs_database = command.needs_database if command else name not in WITHOUT_DATABASE
    try:
        signal.signal(signal.SIGTERM, _end)
        with _database() if needs_database and not asks_for_help else contextlib.nullcontext():
            return command.run(rest) if command else _django(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _is_refusal(error):
            raise
        sys.stderr.write(f"{error}\n")
        return 1


def help_text() -> str:
    """What `gendan --help` prints: our commands by purpose, then how to see Django's."""
    lines = [
        "Gendan 跟单: order follow-up from the e-mail it arrives in to the money in the bank.",
        "",
        "Usage: gendan COMMAND [options]      gendan COMMAND --help tells more",
    ]
    for group in dict.fromkeys(command.group for command in COMMANDS.values()):
        lines += ["", f"{group}:"]
        lines += [
            f"  {command.usage:<26} {command.summary}"
            for command in COMMANDS.values()
            if command.group == group
        ]
    lines += [
        "",
        "Every command of Django works as well, for instance:",
        "  createsuperuser            make an administrator's account",
        "  changepassword NAME        set somebody's password",
        "  migrate                    bring the tables up to date",
        "  shell, dbshell, check      and more: gendan django-help",
        "",
        "Without DATABASE_URL the embedded PostgreSQL (data in var/) is started when needed.",
        "",
    ]
    return "\n".join(lines)


def _end(signum: int, frame: object) -> NoReturn:
    raise SystemExit(128 + signum)


def _is_refusal(error: Exception) -> bool:
    """Whether the error is a sentence for people; anything else is a bug and surfaces as one."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError

    from gendan.config.backup import BackupError
    from gendan.config.embedded_postgres import EmbeddedPostgresError
    from gendan.kernel.errors import DomainError

    refusals = (
        *(BackupError, DomainError, EmbeddedPostgresError),
        *(ImproperlyConfigured, OperationalError),
    )
    return isinstance(error, refusals)


def _database() -> contextlib.AbstractContextManager[object]:
    """The embedded server for as long as the command runs, unless DATABASE_URL names another."""
    if os.environ.get("DATABASE_URL"):
        return contextlib.nullcontext()
    from gendan.config import embedded_postgres
    from gendan.config.settings import VAR_DIR

    return embedded_postgres.using(VAR_DIR)


def _set_up_django() -> None:
    import django

    django.setup()


def _django(arguments: list[str]) -> int:
    from django.core.management import ManagementUtility

    if arguments[0] == "django-help":
        arguments = ["help", *arguments[1:]]
    ManagementUtility(["gendan", *arguments]).execute()
    return 0


def _parser(name: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"gendan {name}", description=COMMANDS[name].summary + ".")


def _address_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: reachable from elsewhere")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}")


# --- running ---


def _up(arguments: list[str]) -> int:
    parser = _parser("up")
    _address_options(parser)
    parser.add_argument("--no-demo", action="store_true", help="begin with an empty company")
    parser.add_argument("--setup-only", action="store_true", help="prepare the database, then exit")
    options = parser.parse_args(arguments)
    from gendan.config import supervisor

    return supervisor.run(
        host=options.host,
        port=options.port,
        with_demo=not options.no_demo,
        setup_only=options.setup_only,
        demo_logins=_demo_logins,
    )


def _demo_logins() -> str:
    """One person per role of the demo company, if this is it and its password was not changed."""
    from gendan.kernel.models import User
    from gendan.testing.management.commands.demo import PASSWORD
    from gendan.testing.world.company import PEOPLE

    people = {role: username for username, _name, role, *_rest in reversed(PEOPLE) if username}
    known = {user.username: user for user in User.objects.filter(username__in=people.values())}
    if len(known) < len(people) or not known[people["merchandiser"]].check_password(PASSWORD):
        return ""
    logins = "".join(f"\n  {username:<6} {role}" for role, username in reversed(people.items()))
    return f"Demo company: sign in as one of these with the password {PASSWORD}{logins}"


def _serve(arguments: list[str]) -> int:
    parser = _parser("serve")
    _address_options(parser)
    parser.add_argument("--workers", type=int, default=2, help="processes; default: 2")
    parser.add_argument("--threads", type=int, default=4, help="threads of each; default: 4")
    options = parser.parse_args(arguments)
    from gendan.config import processes

    processes.serve(
        host=options.host, port=options.port, workers=options.workers, threads=options.threads
    )
    return 0


def _work(arguments: list[str]) -> int:
    parser = _parser("work")
    parser.add_argument("--concurrency", type=int, default=2, help="jobs at once; default: 2")
    parser.add_argument(
        "--queue",
        action="append",
        choices=("reactions", "reading", "planning", "outside"),
        help="only this queue (repeatable); default: all. “outside” sends mails and webhooks",
    )
    options = parser.parse_args(arguments)
    _set_up_django()
    from gendan.config import processes

    processes.work(concurrency=options.concurrency, queues=options.queue or ())
    return 0


# --- documents ---


def _read(arguments: list[str]) -> int:
    from gendan.engine.reading.cli import main as read

    return read(arguments)


# --- planning ---


def _plan(arguments: list[str]) -> int:
    if arguments:  # workload files, or --help
        from gendan.engine.netting.cli import main as plan

        return plan(arguments)
    with _database():
        return _django(["plan"])


def _schedule(arguments: list[str]) -> int:
    if any(one.split("=")[0] in ("--from", "-h", "--help") for one in arguments):
        from gendan.engine.schedule.cli import main as schedule

        return schedule(arguments)
    with _database():
        return _django(["schedule", *arguments])


# --- data ---


def _backup(arguments: list[str]) -> int:
    parser = _parser("backup")
    parser.add_argument("file", type=Path, help="the backup to write, such as gendan.tar")
    options = parser.parse_args(arguments)
    _set_up_django()
    from gendan.config import backup

    sys.stdout.write(backup.make(options.file) + "\n")
    return 0


def _restore(arguments: list[str]) -> int:
    parser = _parser("restore")
    parser.add_argument("file", type=Path, help="a backup made by `gendan backup`")
    parser.add_argument(
        "--replace", action="store_true", help="throw away what the database holds now"
    )
    options = parser.parse_args(arguments)
    _set_up_django()
    from gendan.config import backup

    sys.stdout.write(backup.restore(options.file, replace=options.replace) + "\n")
    return 0


# --- development ---


def _words(arguments: list[str]) -> int:
    parser = _parser("words")
    parser.add_argument(
        "action",
        choices=["update", "check", "compile"],
        help="update: collect new texts; check: fail on what is missing; compile: make .mo files",
    )
    options = parser.parse_args(arguments)
    from gendan.config import words

    return words.main(options.action)


def _assets(arguments: list[str]) -> int:
    _parser("assets").parse_args(arguments)
    from gendan.web import build_assets

    return build_assets.main()


COMMANDS = {
    "up": Command(
        "Running", "up", "Start web server and worker together, as ./start does", _up, False
    ),
    "serve": Command("Running", "serve", "Serve the pages and the API", _serve),
    "work": Command(
        "Running", "work", "Run reactions and nightly work; any number of these", _work
    ),
    "read": Command(
        "Documents", "read FILE", "Print what an order document says, as JSON", _read, False
    ),
    "intake": Command(
        "Documents",
        "intake add FILE…",
        "Put documents into the Intake list",
        lambda rest: _django(["intake", *rest]),
    ),
    "plan": Command(
        "Planning",
        "plan [--from DIR --out FILE]",
        "Plan the company, or workload files without a database",
        _plan,
        False,
    ),
    "schedule": Command(
        "Planning",
        "schedule [--from DIR] [--out DIR]",
        "Plan them with capacity as well, without a database",
        _schedule,
        False,
    ),
    "demo": Command(
        "Company",
        "demo",
        "Load the demo company into an empty database",
        lambda rest: _django(["demo", *rest]),
    ),
    "audit": Command(
        "Company",
        "audit",
        "Check that everything that must be true is true",
        lambda rest: _django(["audit", *rest]),
    ),
    "backup": Command(
        "Data", "backup FILE", "Write database and attachments into one file", _backup
    ),
    "restore": Command("Data", "restore FILE", "Read them back into an empty database", _restore),
    "words": Command(
        "Development", "words ACTION", "Collect, check or compile the translations", _words, False
    ),
    "assets": Command(
        "Development", "assets", "Build the front-end assets from node_modules", _assets, False
    ),
}
WITHOUT_DATABASE = {
    *("check", "collectstatic", "diffsettings", "django-help", "findstatic", "help"),
    *("makemessages", "compilemessages", "startapp", "version"),
}

if __name__ == "__main__":
    sys.exit(main())
