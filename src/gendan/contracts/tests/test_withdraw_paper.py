"""Withdrawing a paper, and papers that become void because the order is another one now."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.contracts import services
from gendan.contracts.models import Paper
from gendan.contracts.services.voiding import PaperRefused
from gendan.kernel import clock, links, reactions
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere
from gendan.orders.entry import OrderChanges
from gendan.orders.services import cancel_order, edit_order
from gendan.testing.cast import person
from gendan.testing.make import contracts, orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Paper:
    return contracts.paper(orders.draft())


def test_a_withdrawn_paper_opens_no_link_any_more(paper: Paper) -> None:
    link, _token = links.make_link(
        purpose="accept_paper", about=paper, valid_until=clock.now() + dt.timedelta(days=3)
    )
    services.withdraw_paper(paper_id=paper.pk, reason="price is wrong", by=person("mei"))
    paper.refresh_from_db()
    link.refresh_from_db()
    assert (paper.state, paper.void_reason, paper.void_remark) == (
        "void",
        "withdrawn",
        "price is wrong",
    )
    assert link.void_reason == "withdrawn"


def test_it_refuses_twice_without_reason_and_by_others(paper: Paper) -> None:
    for reason in ("", "   "):
        with pytest.raises(PaperRefused):
            services.withdraw_paper(paper_id=paper.pk, reason=reason, by=person("mei"))
    with pytest.raises(NotAllowed):
        services.withdraw_paper(paper_id=paper.pk, reason="x", by=person("wen"))
    with pytest.raises(NotThere):
        services.withdraw_paper(paper_id=0, reason="x", by=person("mei"))
    services.withdraw_paper(paper_id=paper.pk, reason="x", by=person("mei"))
    with pytest.raises(IllegalStep):
        services.withdraw_paper(paper_id=paper.pk, reason="x", by=person("mei"))


def test_a_change_of_the_order_voids_its_paper_and_the_links(paper: Paper) -> None:
    link, _token = links.make_link(
        purpose="accept_paper", about=paper, valid_until=clock.now() + dt.timedelta(days=3)
    )
    edit_order(order_id=paper.order_id, changes=OrderChanges(packing="pallets"), by=person("mei"))
    reactions.run_due()
    paper.refresh_from_db()
    link.refresh_from_db()
    assert (paper.state, paper.void_reason) == ("void", "changed")
    assert link.void_reason == "changed"
    assert services.void_papers(order_id=paper.order_id) == 0


def test_what_the_paper_does_not_print_leaves_it_alone(paper: Paper) -> None:
    edit_order(order_id=paper.order_id, changes=OrderChanges(remark="ours"), by=person("mei"))
    reactions.run_due()
    paper.refresh_from_db()
    assert paper.state == "issued"


def test_other_terms_void_it_too(paper: Paper) -> None:
    services.save_terms(
        order_id=paper.order_id,
        terms=services.TermsData(loading_port="Shanghai", penalty_most=Decimal(5)),
        by=person("mei"),
    )
    reactions.run_due()
    paper.refresh_from_db()
    assert paper.state == "void"


def test_a_cancelled_order_has_no_papers(paper: Paper) -> None:
    cancel_order(order_id=paper.order_id, reason="no", by=person("mei"))
    reactions.run_due()
    paper.refresh_from_db()
    assert (paper.state, paper.void_reason) == ("void", "cancelled")


def test_an_accepted_paper_stays_until_a_newer_one_is_issued(paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(state="accepted")
    edit_order(order_id=paper.order_id, changes=OrderChanges(packing="pallets"), by=person("mei"))
    reactions.run_due()
    paper.refresh_from_db()
    assert (paper.state, paper.superseded_at) == ("accepted", None)
    services.issue_paper(order_id=paper.order_id, kind="proforma", by=person("mei"))
    paper.refresh_from_db()
    assert paper.state == "accepted"
    assert paper.superseded_at is not None
