"""Papers that no longer count: withdrawn by us, or void because the order is another one now."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.events import PaperVoided
from gendan.contracts.models import LIVE, Paper
from gendan.kernel import clock, journal, links
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Order, OrderState
from gendan.orders.services.reading import read_text
from gendan.orders.services.refusals import locked_order


class PaperRefused(Invalid):
    """A paper that cannot be withdrawn as asked."""


def locked_paper(paper_id: int) -> Paper:
    """A paper with its order's row locked first, then its own."""
    order_id = Paper.objects.filter(pk=paper_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such paper."))
    locked_order(order_id)
    return Paper.objects.select_for_update(of=("self",)).select_related("order").get(pk=paper_id)


@service(gettext_lazy("Withdraw the paper"))
def withdraw_paper(*, paper_id: int, reason: str, by: User | None) -> Paper:
    """Take back a paper that nobody has accepted yet; its links open nothing any more."""
    paper = locked_paper(paper_id)
    paper.step("withdraw_paper")
    reason = read_text(reason, 500, field="reason")
    if not reason:
        raise PaperRefused(_("Say why the paper is withdrawn."), field="reason")
    _void([paper], "withdrawn", remark=reason, by=by)
    return paper


@service
def void_papers(*, order_id: int) -> int:
    """Void what nobody has accepted and what no longer says what the order says.

    A reaction: it compares the order with its papers, so that asking twice does nothing.
    """
    order = locked_order(order_id)
    live = Paper.objects.select_for_update(of=("self",)).filter(order=order, state__in=LIVE)
    is_cancelled = order.state == OrderState.CANCELLED
    stale = [paper for paper in live if is_cancelled or _says_another(paper, order)]
    _void(stale, "cancelled" if is_cancelled else "changed", by=None)
    return len(stale)


def _says_another(paper: Paper, order: Order) -> bool:
    # Not by the revision: it also counts what no paper prints (forecasts, deliveries), and does
    # not count terms.
    from gendan.contracts.papers.compose import compose, printed_of_order

    now = compose(order, kind=paper.kind)
    return printed_of_order(now.snapshot) != printed_of_order(paper.snapshot)


def void_replaced(papers: Iterable[Paper], by: User | None) -> None:
    """Void the versions that a newer one takes the place of."""
    _void(papers, "replaced", by=by)


def _void(papers: Iterable[Paper], reason: str, *, remark: str = "", by: User | None) -> None:
    found = list(papers)
    if not found:
        return
    for paper in found:
        if reason != "withdrawn":
            paper.step("void_papers")
        paper.voided_at, paper.void_reason, paper.void_remark = clock.now(), reason, remark
        links.void_links(
            about=paper, reason="changed" if reason in {"changed", "replaced"} else reason
        )
    Paper.objects.bulk_update(found, ["state", "voided_at", "void_reason", "void_remark"])
    journal.record_many(
        [
            (
                PaperVoided(
                    order_id=paper.order_id,
                    paper_id=paper.pk,
                    number=paper.number,
                    version=paper.version,
                    reason=reason,
                    remark=remark,
                ),
                [f"orders.order:{paper.order_id}", paper],
            )
            for paper in found
        ],
        by=by,
    )
