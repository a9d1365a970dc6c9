"""What the verbs of requests for quotation share: rows locked, facts, letters and links."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gendan.contracts.services.accepting import sender_of
from gendan.kernel import clock, company, links, mail
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Link, StoredFile, User
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.purchasing.letters import Letter, Reader
from gendan.purchasing.models import Invitation, QuotationLine, RequestForQuotation

PURPOSE = "quote_rfq"
READABLE_DAYS = 60  # a supplier may read what it quoted so long after the last day


def locked_rfq(rfq_id: int) -> RequestForQuotation:
    """The request, its row locked: whoever has it owns its lines and quotes. Raises NotThere."""
    found = RequestForQuotation.objects.select_for_update(of=("self",)).filter(pk=rfq_id).first()
    if found is None:
        raise NotThere(_("There is no such request for quotation."))
    return found


def lines_of_rfq(rfq: RequestForQuotation) -> list[QuotationLine]:
    """Its lines with their items: 1 query."""
    rows = QuotationLine.objects.filter(rfq=rfq).select_related("item__unit")
    return list(rows.order_by("position"))


def said_of_rfq(rfq: RequestForQuotation, lines: Iterable[QuotationLine]) -> dict[str, Any]:
    """What every fact about a request says."""
    return {
        "rfq_id": rfq.pk,
        "number": rfq.number,
        "buyer_id": rfq.made_by_id,
        "demands": _demands(lines)[:MOST_NAMED],
    }


def about_rfq(
    rfq: RequestForQuotation, lines: Iterable[QuotationLine], *suppliers: int
) -> list[Any]:
    """Where facts about a request are shown: it, suppliers who spoke, the lines it is for."""
    demands = _demands(lines)
    named = demands if len(demands) <= MOST_REFERRED else []
    return [rfq, "purchasing", *[f"partners.partner:{pk}" for pk in suppliers], *named]


def new_quote_link(
    rfq: RequestForQuotation, invitation: Invitation, by: User | None
) -> tuple[Link, str]:
    """Another address of the page on which this supplier, and nobody else, quotes."""
    until = rfq.answer_by_on + dt.timedelta(days=READABLE_DAYS)
    return links.make_link(
        purpose=PURPOSE,
        about=invitation,
        valid_until=clock.moment_on(until, 23, 59),
        language=invitation.language,
        name=invitation.to_name,
        email=invitation.to_email,
        by=by,
    )


def invitation_of(link: Link) -> int:
    """Which invitation a link is for. Raises LinkRefused for a link of another purpose."""
    kind, _sep, pk = link.about.partition(":")
    if link.purpose != PURPOSE or kind != Invitation._meta.label_lower or not pk.isdigit():
        raise LinkRefused(
            _("This link does not lead anywhere. Please check that it is complete."), why="unknown"
        )
    return int(pk)


def end_links(rfq: RequestForQuotation, reason: str) -> None:
    """No link to this request opens anything any more."""
    for one in Invitation.objects.filter(rfq=rfq):
        links.void_links(about=one, purpose=PURPOSE, reason=reason)


def reader_for(invitation: Invitation, by: User | None, token: str = "") -> Reader:
    """Whoever gets a letter, with the address of the link."""
    return Reader(
        name=invitation.to_name,
        language=invitation.language,
        sender=sender_of(by, invitation.language),
        url=company.public_url(f"/l/{token}/") if token else "",
    )


def write_quote_letter(
    rfq: RequestForQuotation,
    invitation: Invitation,
    letter: Letter,
    by: User | None,
    attached: Sequence[tuple[StoredFile, str]] = (),
) -> None:
    """Put a letter on its way to one supplier; one without an address is told by nobody."""
    if not invitation.to_email:
        return
    mail.write_mail(
        to=[invitation.to_email],
        subject=letter.subject,
        text=letter.text,
        about=rfq,
        attached=attached,
        kind="quotation",
        by=by,
    )


def refuse_without_address(asked: Iterable[Invitation]) -> None:
    """Raise Invalid for a supplier nobody can write to."""
    for one in asked:
        if not one.to_email:
            raise Invalid(
                _("No e-mail address of %(supplier)s is known; give one.")
                % {"supplier": one.supplier},
                field="suppliers",
            )


def _demands(lines: Iterable[QuotationLine]) -> list[str]:
    return sorted({demand for line in lines for demand in line.demands})
