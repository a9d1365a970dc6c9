"""A file is brought in: a small one at once, a large one by the worker."""

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from gendan.exchange import services, sheets
from gendan.exchange.kind import Kind
from gendan.exchange.models import ImportRun
from gendan.exchange.queries import imported_before
from gendan.exchange.sheets import ImportReport
from gendan.exchange.tables import read_table
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User

LARGE_ROWS = 2000  # above, the worker takes it
LARGE_BYTES = 1_000_000  # not even opened before
# Kinds whose rows name nothing that stands: the same file again would be entered twice.
NEW_EACH_TIME = frozenset(
    {
        *("opening_stock", "expected_supplies", "orders", "purchase_requests", "purchase_orders"),
        *("rfqs", "supply_receipts", "stock_transfers", "work_orders"),
    }
)


class ImportedAlready(DomainError):
    """The very same file was brought in before, and would be entered twice."""


def bring_in(
    kind: str, data: bytes, name: str, *, by: User, keep: bool, again: bool = False
) -> ImportReport | ImportRun:
    """What came of a file, or the import that takes it. `keep` False: it is only tried.

    The same file twice is refused where its rows would be entered twice, unless it is to be
    entered `again`.
    """
    found = sheets.kind_of(kind)
    sheets.refuse_role(found, by)
    table = None if len(data) > LARGE_BYTES else read_table(data, name)
    is_once = keep and kind in NEW_EACH_TIME and not again
    with transaction.atomic():
        if is_once:  # of two presses at once the second one waits, and sees the first
            services.hold_file(kind=kind, data=data)
            _refuse_repeated(found, data)
        if table is None or len(table.rows) > LARGE_ROWS:
            run = _by_the_worker(kind, data, name, by, keep)
            if is_once:  # the worker may have ended the other one just now
                _refuse_repeated(found, data)
            return run

        def kept(report: ImportReport) -> None:
            services.record_import(report=report, data=data, name=name, asker=by)

        return sheets.run_table(found, table, by, keep=keep, then=kept)


def _by_the_worker(kind: str, data: bytes, name: str, by: User, keep: bool) -> ImportRun:
    run: ImportRun = services.import_sheet(
        kind=kind, data=data, name=name, is_trial=not keep, by=by
    )
    return run


def _refuse_repeated(kind: Kind, data: bytes) -> None:
    before = imported_before(kind.key, data)
    if before is None:
        return
    raise ImportedAlready(
        _("This very file was imported on %(day)s by %(who)s: %(made)s new. Import it again only "
          "where all of it is to be entered twice.")
        % {
            "day": formats.date_format(clock.date_of(before.asked_at)),
            "who": before.asked_by,
            "made": before.made,
        },
        field="file",
    )  # fmt: skip
