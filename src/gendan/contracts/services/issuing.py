"""Issuing papers: composed and drawn before anything is locked, then kept with the file's hash."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.events import PaperIssued
from gendan.contracts.models import LIVE, Paper, PaperKind, PaperState
from gendan.contracts.papers.compose import Composed, compose
from gendan.contracts.papers.render import render
from gendan.contracts.services.clauses import install_clauses
from gendan.contracts.services.voiding import PaperRefused, void_replaced
from gendan.kernel import clock, files, journal, numbering
from gendan.kernel.errors import DomainError, NotThere, StaleRevision
from gendan.kernel.models import StoredFile, User
from gendan.kernel.service import service
from gendan.orders.models import Order, OrderState
from gendan.orders.services.reading import read_choice
from gendan.orders.services.refusals import OrderIsEmpty, locked_order


class NothingToPrint(DomainError):
    """A paper that would lack what makes it one: our own name."""


class OrderHasEnded(DomainError):
    """A paper of an order that is cancelled."""


class SamePaper(DomainError):
    """The paper in force says exactly this already."""


@service(gettext_lazy("Issue a paper"))
def issue_paper(*, order_id: int, kind: str, revision: int | None = None, by: User | None) -> Paper:
    """Make the next version of an order's proforma invoice or sales contract, as PDF.

    Drawing takes a while, so it is done before the order is locked; if anything printed has changed
    meanwhile nothing is kept. An earlier version that nobody has accepted becomes void, an accepted
    one is marked as superseded.
    """
    kind = read_choice(kind, PaperKind, field="kind")
    if not kind:
        raise PaperRefused(_("Say which paper: proforma invoice or contract."), field="kind")
    order = _found(order_id)
    order.refuse_if_stale(revision)
    _refuse_unless_printable(order)
    install_clauses()
    number, version = _next(order, kind)
    at = clock.now()
    made = compose(order, kind=kind, number=number, version=version, on=clock.date_of(at))
    _refuse_the_same(order, kind, made)
    content = render("paper", made.snapshot, images=images_of(made), at=at)

    locked_order(order_id)
    again = compose(
        _found(order_id), kind=kind, number=number, version=version, on=clock.date_of(at)
    )
    if again.snapshot != made.snapshot or _latest(order, kind) != version - 1:
        raise StaleRevision(
            _("The order was changed while the paper was being made. Please issue it again.")
        )
    void_replaced(
        Paper.objects.select_for_update(of=("self",)).filter(
            order=order, kind=kind, state__in=LIVE
        ),
        by,
    )
    Paper.objects.filter(
        order=order, kind=kind, state=PaperState.ACCEPTED, superseded_at__isnull=True
    ).update(superseded_at=at)
    file = files.keep(content, name=f"{number}.pdf")
    paper = Paper.objects.create(
        order=order,
        kind=kind,
        number=number,
        version=version,
        order_version=order.version,
        order_revision=order.revision,
        sha256=file.sha256,
        file=file,
        snapshot=made.snapshot,
        terms=made.terms.as_data(),
        total=order.total,
        currency=order.currency,
        issued_at=at,
        issued_by=by,
    )
    _record(paper, by)
    return paper


def _record(paper: Paper, by: User | None) -> None:
    fact = PaperIssued(
        order_id=paper.order_id,
        paper_id=paper.pk,
        kind=paper.kind,
        number=paper.number,
        version=paper.version,
        sha256=paper.sha256,
        total=str(paper.total),
        currency=paper.currency,
    )
    journal.record(fact, about=[paper.order, paper], by=by)


def images_of(made: Composed) -> dict[str, bytes]:
    """The logo and seal that a paper shows."""
    head = made.letterhead
    wanted: dict[str, StoredFile | None] = {}
    if head is not None:
        wanted = {"logo": head.logo, "seal": head.seal if head.seals_papers else None}
    found = {}
    for name, file in wanted.items():
        if file is not None:
            with files.open_file(file) as stream:
                found[name] = stream.read()
    return found


def _found(order_id: int) -> Order:
    order: Any = (
        Order.objects.select_related("customer", "contact")
        .prefetch_related("instalments")
        .filter(pk=order_id)
        .first()
    )
    if order is None:
        raise NotThere(_("There is no such order."))
    found: Order = order
    return found


def _refuse_unless_printable(order: Order) -> None:
    if order.state == OrderState.CANCELLED:
        raise OrderHasEnded(_("A cancelled order gets no papers."))
    if not order.lines.filter(is_cancelled=False).exists():
        raise OrderIsEmpty(_("A paper without lines would say nothing."))


def _refuse_the_same(order: Order, kind: str, made: Composed) -> None:
    name = made.snapshot["seller"]["name"]
    if not (name["en"] or name["zh"]):
        raise NothingToPrint(
            _("Write your company's name and address into the letterhead first."),
            link="/settings/letterhead/",
        )
    live = Paper.objects.filter(order=order, kind=kind, state__in=LIVE).first()
    if live is None:
        return
    fleeting = ("version", "date")
    if all(
        live.snapshot.get(part) == value
        for part, value in made.snapshot.items()
        if part not in fleeting
    ):
        raise SamePaper(
            _("%(paper)s says exactly this already; there is nothing new to issue.")
            % {"paper": str(live)}
        )


def _latest(order: Order, kind: str) -> int:
    found = Paper.objects.filter(order=order, kind=kind).aggregate(last=Max("version"))
    return found["last"] or 0


def _next(order: Order, kind: str) -> tuple[str, int]:
    """The number all versions of the paper share, and the next version."""
    earlier = Paper.objects.filter(order=order, kind=kind).order_by("-version").first()
    if earlier is not None:
        return earlier.number, earlier.version + 1
    return numbering.draw(f"paper_{kind}", customer=order.customer.code), 1
