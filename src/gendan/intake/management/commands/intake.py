"""`gendan intake add FILE…`: take in documents from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gendan.intake.services import add_incoming, read_document_of, read_incoming
from gendan.intake.words import problem_words
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.orders.models import Channel


class Command(BaseCommand):
    """Take in order documents; a worker reads them, or this command itself with --wait."""

    help = "Take in order documents (e-mail, PDF, scan, DOCX, spreadsheet, CSV, EDI, XML, text)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`intake add FILE… [--wait] [--channel C] [--sender A] [--user U]`."""
        commands = parser.add_subparsers(dest="what", required=True)
        add = commands.add_parser("add", help="take in files; prints number and state of each")
        add.add_argument("files", nargs="+", type=Path, metavar="FILE")
        add.add_argument("--wait", action="store_true", help="read them at once")
        add.add_argument("--channel", choices=Channel.values, default="")
        add.add_argument("--sender", default="", help="the sender's e-mail address")
        add.add_argument("--user", default="", help="in whose name (user name)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in each file; one that is refused does not stop the others."""
        by = self._user(options["user"])
        failed = 0
        for path in options["files"]:
            try:
                self.stdout.write(self._add(path, by, options))
            except (DomainError, OSError) as refusal:
                words = getattr(refusal, "strerror", None) or str(refusal)
                self.stderr.write(f"{path.name}: {words}")
                failed += 1
        if failed:
            raise CommandError(
                _("%(failed)s of %(all)s files were not taken in.")
                % {"failed": failed, "all": len(options["files"])},
                returncode=2,
            )

    def _add(self, path: Path, by: User | None, options: dict[str, Any]) -> str:
        with path.open("rb") as content:
            incoming = add_incoming(
                content=content,
                name=path.name,
                channel=options["channel"],
                sender_address=options["sender"],
                by=by,
            )
        if options["wait"]:
            # Read before the verb begins: a long fax must not keep a transaction open.
            reading = read_document_of(incoming)
            incoming = read_incoming(incoming_id=incoming.pk, reading=reading)
        words = f"{incoming.number}  {incoming.get_state_display()}  {path.name}"
        return f"{words}: {problem_words(incoming.problem)}" if incoming.problem else words

    def _user(self, username: str) -> User | None:
        if not username:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": username})
        return user
