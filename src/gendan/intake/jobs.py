"""The job that reads a document: in a queue of its own, one slow document at a time.

Text is read by whichever slot is free. As soon as characters have to be recognised the job gives
its place up and is run again with a lock that all slow ones share: two faxes never compete for the
processor and the memory, and a spreadsheet is not stuck behind them.
"""

from django.db import connection
from procrastinate.contrib.django import app

from gendan.intake import services
from gendan.intake.models import Incoming
from gendan.kernel import reactions

QUEUE = "reading"
SLOW = "reading.slow"  # the lock of the slow ones
_PICTURES = ("image/",)


class _PutAside(Exception):
    """Somebody has put the document aside while it was being read."""


@app.task(name="read_document", queue=QUEUE, retry=reactions.RETRY)
def read_document(*, incoming_id: int, is_slow: bool = False) -> None:
    """Read one document, as a job of the worker."""
    connection.close_if_unusable_or_obsolete()
    read_now(incoming_id=incoming_id, is_slow=is_slow)


def read_now(*, incoming_id: int, is_slow: bool = True) -> None:
    """Read the document outside any transaction, then write down what came of it."""
    incoming = Incoming.objects.select_related("file").filter(pk=incoming_id).first()
    if incoming is None or not incoming.may("read_incoming"):
        return

    def on_page(page: int, pages: int) -> None:
        if not services.note_page_in_work(incoming_id=incoming_id, page=page, pages=pages):
            raise _PutAside

    try:
        reading = services.read_document_of(incoming, on_page=on_page, is_slow_allowed=is_slow)
    except _PutAside:
        return
    if reading.is_slow:
        defer(incoming_id, is_slow=True)
        return
    services.read_incoming(incoming_id=incoming_id, reading=reading)


def defer(incoming_id: int, *, is_slow: bool) -> None:
    """Have the document read after the present transaction; slow ones wait for one another."""
    if is_slow:
        read_document.configure(lock=SLOW).defer(incoming_id=incoming_id, is_slow=True)
    else:
        read_document.configure(priority=1).defer(incoming_id=incoming_id, is_slow=False)


def defer_reading_of(incoming_id: int) -> None:
    """Have a document read; a picture is known to be slow without looking."""
    found = Incoming.objects.filter(pk=incoming_id).values_list("file__media_type", flat=True)
    media_type = found.first()
    if media_type is not None:
        defer(incoming_id, is_slow=media_type.startswith(_PICTURES))


reactions.FOLLOW_UPS["read_document"] = read_now
