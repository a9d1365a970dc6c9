"""Questions about imports."""

import hashlib
import io

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gendan.exchange.models import ImportRun
from gendan.kernel import files
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User


def imports_for(user: User) -> "QuerySet[ImportRun]":
    """The imports somebody sees, the newest first."""
    rows = ImportRun.objects.visible_to(user).select_related("asked_by", "file")
    return rows.order_by("-pk")


def import_seen(import_id: int, user: User) -> ImportRun:
    """One import. Raises NotThere."""
    found = imports_for(user).filter(pk=import_id).first() if 0 < import_id < 2**63 else None
    if found is None:
        raise NotThere(_("There is no such import."))
    return found


def imported_before(kind: str, data: bytes) -> ImportRun | None:
    """The last time that this very file was brought in as this kind: 1 query."""
    digest = hashlib.sha256(data).hexdigest()
    rows = ImportRun.objects.filter(kind=kind, file__sha256=digest, state=ImportRun.State.DONE)
    return rows.filter(is_trial=False).select_related("asked_by").order_by("-pk").first()


def content_of(run: ImportRun) -> bytes:
    """The file as it was given."""
    out = io.BytesIO()
    with files.open_file(run.file) as stream:
        while part := stream.read(2**20):
            out.write(part)
    return out.getvalue()
