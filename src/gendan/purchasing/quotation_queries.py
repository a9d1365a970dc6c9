"""Questions about requests for quotation."""

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from gendan.kernel import clock, files
from gendan.kernel.models import Attachment, User
from gendan.purchasing.models import (
    Invitation,
    PurchaseRequest,
    QuotationAward,
    QuotationLine,
    QuotedLine,
    RequestForQuotation,
)
from gendan.purchasing.services.quoting import FILES
from gendan.purchasing.services.quoting_awards import losers
from gendan.sourcing.queries import may_buy_from_many, sources_of


def rfqs_for(user: User) -> "QuerySet[RequestForQuotation]":
    """The requests somebody sees, each with how many were asked, quoted and declined."""
    rows = RequestForQuotation.objects.visible_to(user).select_related("made_by")
    return rows.annotate(
        line_count=Count("lines", distinct=True),
        asked_count=Count(
            "invitations", filter=~Q(invitations__state=Invitation.State.WITHDRAWN), distinct=True
        ),
        quoted_count=Count(
            "invitations", filter=Q(invitations__state=Invitation.State.SUBMITTED), distinct=True
        ),
        declined_count=Count(
            "invitations", filter=Q(invitations__state=Invitation.State.DECLINED), distinct=True
        ),
    )


def ids_asked_of(code: str) -> "QuerySet[Any]":
    """The requests a supplier (by its code) was asked for, as a subquery."""
    return Invitation.objects.filter(supplier__code__iexact=code).values("rfq_id")


def ids_about(text: str) -> "QuerySet[Any]":
    """The requests with a line about an item or words like these, as a subquery."""
    about = Q(item__code__icontains=text) | Q(description__icontains=text)
    return QuotationLine.objects.filter(about).values("rfq_id")


def lines_with_requests(rfq: RequestForQuotation) -> list[QuotationLine]:
    """The lines with items, the purchase requests they stand for, and who was awarded."""
    rows = QuotationLine.objects.filter(rfq=rfq).select_related("item__unit")
    awards = QuotationAward.objects.select_related("invitation__supplier", "order_line__order")
    return list(rows.prefetch_related("requests", Prefetch("awards", awards)).order_by("position"))


def invitations_of(rfq: RequestForQuotation) -> list[Invitation]:
    """The suppliers who were asked, with their links, and the lines of what was submitted."""
    rows = Invitation.objects.filter(rfq=rfq).select_related("supplier", "link")
    return list(rows.order_by("pk"))


def invitation_behind(invitation_id: int) -> Invitation | None:
    """The invitation a link is about, with its request: what its supplier may see, no more."""
    rows = Invitation.objects.select_related("rfq", "supplier").filter(pk=invitation_id)
    return rows.first()


def own_quote(invitation: Invitation) -> dict[int, QuotedLine]:
    """What this supplier has kept or submitted, by line."""
    return {one.line_id: one for one in QuotedLine.objects.filter(invitation=invitation)}


def submitted_quote(rfq: RequestForQuotation, supplier: str) -> tuple[Any, dict[int, QuotedLine]]:
    """A supplier's invitation and what it has submitted, for the buyer to write over."""
    rows = Invitation.objects.filter(rfq=rfq, supplier__code=supplier).select_related("supplier")
    found = rows.first()
    is_shown = found is not None and found.state == Invitation.State.SUBMITTED
    return found, own_quote(found) if found is not None and is_shown else {}


def files_to_read(rfq: RequestForQuotation) -> list[Attachment]:
    """The files suppliers are given."""
    return [one for one in files.attachments_of(rfq) if one.kind == FILES]


def files_of_quotes(rfq: RequestForQuotation) -> list[tuple[Invitation, list[Attachment]]]:
    """What suppliers sent along with what they submitted."""
    rows = [one for one in invitations_of(rfq) if one.state == Invitation.State.SUBMITTED]
    found = [(one, list(files.attachments_of(one))) for one in rows]
    return [(one, attached) for one, attached in found if attached]


def losers_of(rfq: RequestForQuotation) -> list[Invitation]:
    """Whoever quoted, was not chosen and has not been told."""
    return list(losers(rfq))


def suppliers_proposed(requests: list[PurchaseRequest]) -> list[str]:
    """Approved suppliers of all or some of these items of whom one may buy, by their rank."""
    offers = sources_of({one.item_id for one in requests}, on=clock.today())
    ranks: dict[int, tuple[int, int, str]] = {}
    for found in offers.values():
        for one in found:
            covered, rank, code = ranks.get(one.supplier_id, (0, one.rank, one.supplier_code))
            ranks[one.supplier_id] = (covered - 1, min(rank, one.rank), code)
    verdicts = may_buy_from_many(ranks, clock.today())
    usable = sorted(ranks[pk] for pk in ranks if verdicts[pk].may)
    return [code for _covered, _rank, code in usable[:10]]
