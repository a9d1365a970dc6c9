"""Attachments: kept once by content hash, sniffed, limited in size, never served as HTML."""

import hashlib
import io
from collections.abc import Iterator
from typing import IO, Any

import filetype
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.journal import ref
from gendan.kernel.models import Attachment, StoredFile

_CHUNK = 1024 * 1024
# The browser may show these itself; everything else is offered for saving only.
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})


class FileRefused(Invalid):
    """A file that is not kept: too large, or empty."""


def keep(content: bytes | IO[bytes], *, name: str) -> StoredFile:
    """Keep a file's content once; the same content again is the same StoredFile.

    Raises FileRefused when it is empty or above settings.FILE_SIZE_LIMIT bytes. The content is
    written before the row: a crash in between leaves a file nobody refers to, never the reverse.
    """
    stream: IO[bytes] = io.BytesIO(content) if isinstance(content, bytes) else content
    digest, size, head = _measure(stream)
    existing = StoredFile.objects.filter(sha256=digest).first()
    if existing is not None:
        return existing
    path = f"{digest[:2]}/{digest}"
    if not default_storage.exists(path):
        stream.seek(0)
        path = default_storage.save(path, File(stream))
    file, _made = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={"size": size, "media_type": sniff(head, name), "path": path},
    )
    return file


def attach(
    content: bytes | IO[bytes] | StoredFile,
    *,
    name: str,
    about: models.Model | str,
    by: Any = None,
    kind: str = "",
) -> Attachment:
    """Put a file on a document."""
    file = content if isinstance(content, StoredFile) else keep(content, name=name)
    return Attachment.objects.create(
        file=file, name=clean_name(name), about=ref(about), by=by, at=clock.now(), kind=kind
    )


def attachments_of(about: models.Model | str) -> "models.QuerySet[Attachment]":
    """The files on a document, oldest first."""
    return Attachment.objects.filter(about=ref(about)).select_related("file", "by").order_by("pk")


def open_file(file: StoredFile) -> IO[bytes]:
    """The content, for reading."""
    opened: IO[bytes] = default_storage.open(file.path, "rb")
    return opened


def sniff(head: bytes, name: str) -> str:
    """The media type by content; what only looks like text is text/plain, whatever its name."""
    guessed = filetype.guess(head)
    if guessed is not None:
        return str(guessed.mime)
    if b"\x00" not in head:
        is_mail = name.lower().endswith(".eml") and b":" in head[:200]
        return "message/rfc822" if is_mail else "text/plain"
    return "application/octet-stream"


def clean_name(name: str) -> str:
    """A file name without folders and control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[-200:] or "file"


def _measure(stream: IO[bytes]) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in _chunks(stream):
        head = head or chunk[:8192]
        size += len(chunk)
        if size > settings.FILE_SIZE_LIMIT:
            raise FileRefused(
                _("The file is larger than %(limit)s MB; it was not kept.")
                % {"limit": settings.FILE_SIZE_LIMIT // (1024 * 1024)}
            )
        digest.update(chunk)
    if size == 0:
        raise FileRefused(_("The file is empty."))
    return digest.hexdigest(), size, head


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk
