"""Files on documents: read by whoever sees the document, never shown as a page of ours."""

import io
from typing import IO, Any

from django.apps import apps
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin

from gendan.kernel import queries
from gendan.kernel.files import INLINE_TYPES, clean_name, open_file
from gendan.kernel.models import StoredFile
from gendan.web.shell import page

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
# A browser's own PDF reader does not run in a sandbox; its frame may be ours only.
_PDF = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"


def serve_file(file: StoredFile, name: str, *, inline: bool = False) -> FileResponse:
    """A file to save; or to look at, for pictures and PDF only."""
    answer = _served(open_file(file), name, file.media_type, inline)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def serve_bytes(
    content: bytes, name: str, media_type: str, *, inline: bool = False
) -> FileResponse:
    """The same for a file that was made just now and is not kept."""
    answer = _served(io.BytesIO(content), name, media_type, inline)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _served(stream: IO[bytes], name: str, media_type: str, inline: bool) -> FileResponse:
    shown = inline and media_type in INLINE_TYPES
    answer = FileResponse(
        stream,
        as_attachment=not shown,
        filename=clean_name(name),
        content_type=media_type if shown else "application/octet-stream",
    )
    answer.headers["Content-Security-Policy"] = (
        _PDF if shown and media_type == "application/pdf" else _SANDBOX
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def may_read(user: Any, about: str) -> bool:
    """Whether the user sees the document that a file is on ("orders.order:12")."""
    label, _colon, key = about.partition(":")
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return False
    visible = getattr(model._default_manager, "visible_to", None)
    if visible is None or not key.isdecimal():
        return False
    return bool(visible(user).filter(pk=int(key)).exists())


@xframe_options_sameorigin
@page(outside=True, methods=["GET", "HEAD"])
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    """One file on a document; ?inline=1 to look at it where that is safe."""
    found = queries.attachment(attachment_id)
    if found is None or not may_read(request.user, found.about):
        raise Http404
    user: Any = request.user
    if user.is_outside and found.by_id != user.pk:
        raise Http404  # our own papers on their order are not theirs
    return serve_file(found.file, found.name, inline=request.GET.get("inline") == "1")


urlpatterns = [path("files/<int:attachment_id>/", attachment, name="attachment")]
