"""Requests for quotation: asked, quoted by link or by hand, compared, awarded, ended."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import DomainError, IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.links import LinkRefused, make_link
from gendan.kernel.models import Entry, Mail
from gendan.purchasing import services
from gendan.purchasing.comparing import compare
from gendan.purchasing.models import (
    Invitation,
    PurchaseOrder,
    QuotationAward,
    QuotedLine,
    RequestForQuotation,
)
from gendan.purchasing.services import AwardRow, InviteRow, Quote, QuoteRow, RfqLineRow
from gendan.purchasing.supplier_facts import supplier_facts
from gendan.purchasing.tests import quoting
from gendan.purchasing.tests.quoting import in_days, quote
from gendan.sourcing.models import SourcePrice
from gendan.sourcing.services import SourceRow, save_sources
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def of(rfq: RequestForQuotation, code: str) -> Invitation:
    return Invitation.objects.get(rfq=rfq, supplier__code=code)


def given(token: str, offer: Quote, **values: Any) -> Invitation:
    return services.quote_by_link(token=token, quote=offer, **values)


def awarded(rfq: RequestForQuotation, *rows: AwardRow, **values: Any) -> list[PurchaseOrder]:
    return services.award_rfq(rfq_id=rfq.pk, rows=rows, by=person("bo"), **values)


def test_a_draft_from_requests_asks_for_what_is_still_to_order() -> None:
    request = quoting.requested(quantity=80)
    rfq = quoting.drafted(RfqLineRow(request_ids=[request.pk]))
    line = rfq.lines.get()
    assert (line.words, line.quantity, line.needed_on) == ("CLOTH", 80, in_days(30))
    assert list(line.requests.all()) == [request]
    assert rfq.number.startswith("RQ-2026-")
    assert not Mail.objects.exists()
    services.edit_rfq(
        rfq_id=rfq.pk,
        lines=[RfqLineRow(description="Labels", unit="roll", quantity="5", needed_on=in_days(9))],
        suppliers=[InviteRow("MILL-A")],
        answer_by_on=in_days(3),
        by=person("bo"),
    )
    assert [(one.words, one.unit) for one in rfq.lines.all()] == [("Labels", "roll")]
    assert [one.supplier.code for one in rfq.invitations.all()] == ["MILL-A"]


REFUSED_REQUESTS: list[tuple[dict[str, Any], str]] = [
    ({"answer_by_on": TODAY - dt.timedelta(days=1)}, "has passed"),
    ({"answer_by_on": None}, "by when"),
    ({"answer_by_on": "soon"}, "not a date"),
    ({"suppliers": []}, "between 1 and"),
    ({"suppliers": [InviteRow("MILL-A"), InviteRow("MILL-A")]}, "asked once"),
    ({"suppliers": [InviteRow("NOBODY")]}, "no supplier called"),
    ({"suppliers": [InviteRow("MILL-A", email="no")]}, "no e-mail address"),
    ({"lines": []}, "between 1 and"),
    ({"lines": [RfqLineRow(item="CLOTH", quantity="0", needed_on=TODAY)]}, "more than zero"),
    ({"lines": [RfqLineRow(item="CLOTH", quantity="5")]}, "by when it is needed"),
    ({"lines": [RfqLineRow(item="?", quantity="5", needed_on=TODAY)]}, "no item called"),
    ({"lines": [RfqLineRow(quantity="5", needed_on=TODAY)]}, "Name an item"),
    ({"lines": [RfqLineRow(request_ids=[99])]}, "no such purchase request"),
    ({"currency": "XX"}, "no currency"),
]


def test_what_cannot_be_asked_is_refused_in_words() -> None:
    for values, words in REFUSED_REQUESTS:
        with pytest.raises(DomainError, match=words):
            quoting.drafted(**values)
    assert not RequestForQuotation.objects.exists()


def test_blocked_suppliers_are_not_asked() -> None:
    masters.item("CLOTH")
    quoting.mills()
    save_sources(rows=[SourceRow("MILL-B", "CLOTH", status="blocked")], by=person("bo"))
    with pytest.raises(Invalid, match="blocked for CLOTH"):
        quoting.drafted()
    with pytest.raises(NotAllowed):
        services.send_rfq(rfq_id=1, by=person("mei"))


def test_each_supplier_has_its_own_link_in_its_language() -> None:
    rfq, tokens = quoting.sent()
    assert rfq.state == "sent"
    assert len(set(tokens.values())) == 3
    mails = {one.to[0]: one for one in Mail.objects.all()}
    assert "please quote" in mails["mill-a@mill.example"].text
    assert "请您于" in mails["mill-c@mill.example"].text
    with pytest.raises(IllegalStep):
        services.send_rfq(rfq_id=rfq.pk, by=person("bo"))
    with pytest.raises(IllegalStep):
        services.edit_rfq(rfq_id=rfq.pk, lines=[], suppliers=[], answer_by_on=TODAY, by=None)


def test_a_quote_is_kept_submitted_and_changed_until_the_day() -> None:
    rfq, tokens = quoting.sent()
    token = tokens["MILL-A"]
    given(token, Quote([QuoteRow(1, [("", "2.5")])], is_final=False), seen=0)
    kept = of(rfq, "MILL-A")
    assert (kept.state, kept.answered_at) == ("waiting", None)
    assert compare(rfq).rows[0].cells[0].problem == "missing"  # nobody of ours reads a draft
    offer = Quote([QuoteRow(1, [("", "2.5"), ("200", "2.2")], 12)], valid_until_on=in_days(40))
    given(token, offer, seen=1)
    given(token, offer, seen=1)  # a phone that did not hear us sends the same again
    assert of(rfq, "MILL-A").answers == 2
    for other in (quote("2.5"), Quote(offer.rows, valid_until_on=in_days(41))):
        with pytest.raises(services.AnsweredMeanwhile):
            given(token, other, seen=1)
    given(token, quote("2.4"), name="Li Wei")
    found = of(rfq, "MILL-A")
    assert (found.state, found.person, found.way) == ("submitted", "Li Wei", "link")
    assert found.quoted.get().price_for(Decimal(100)) == Decimal("2.4")
    with pytest.raises(Invalid, match="submit it again"):
        given(token, quote("2.4", is_final=False))
    with clock.at(clock.moment_on(in_days(8))), pytest.raises(services.QuotingIsOver):
        given(token, quote("2.3"))
    assert Entry.objects.filter(fact="SupplierQuoted").count() == 2


REFUSED_QUOTES: list[tuple[QuoteRow, str]] = [
    (QuoteRow(1, [("", "-1")], 5), "less than zero"),
    (QuoteRow(1, [("", "0")], 5), "more than zero"),
    (QuoteRow(1, [("", "cheap")], 5), "not a number"),
    (QuoteRow(1, [("-3", "1")], 5), "less than zero"),
    (QuoteRow(1, [("5", "")], 5), "price is missing"),
    (QuoteRow(1, [("", "1"), ("0", "2")], 5), "two prices"),
    (QuoteRow(1, [("", "1")]), "when you can deliver"),
    (QuoteRow(1, [("", "1")], arrives_on=TODAY - dt.timedelta(days=1)), "has passed"),
    (QuoteRow(1, [("", "1")], "1.5"), "between 0 and 720"),
    (QuoteRow(1, [("", "1")], 5, minimum="-1"), "less than zero"),
    (QuoteRow(1, [], 5), "give a price"),
    (QuoteRow(7, [("", "1")], 5), "no such line"),
    (QuoteRow(1), "at least one line"),
]


def test_what_cannot_be_quoted_is_refused_in_words() -> None:
    rfq, tokens = quoting.sent()
    for row, words in REFUSED_QUOTES:
        with pytest.raises(DomainError, match=words):
            given(tokens["MILL-A"], Quote([row]))
    assert not QuotedLine.objects.exists()
    assert of(rfq, "MILL-A").state == "waiting"


def test_links_that_open_nothing() -> None:
    rfq, tokens = quoting.sent()
    token = tokens["MILL-A"]
    _link, other = make_link(
        purpose="accept_paper", about=rfq, valid_until=clock.moment_on(in_days(9))
    )
    for wrong in (token[:-2] + "xx", "1-guess", "", other):
        with pytest.raises(LinkRefused):
            given(wrong, quote("1"))
    with clock.at(clock.moment_on(in_days(99))), pytest.raises(LinkRefused, match="expired"):
        given(token, quote("1"))
    services.close_rfq(rfq_id=rfq.pk, by=person("bo"))
    with pytest.raises(services.QuotingIsOver, match="closed"):
        given(token, quote("1"))
    services.cancel_rfq(rfq_id=rfq.pk, reason="not needed", by=person("bo"))
    assert "取消" in Mail.objects.filter(to=["mill-c@mill.example"]).latest("pk").subject
    with pytest.raises(LinkRefused, match="withdrawn"):
        given(token, quote("1"))


def test_declined_with_a_reason_and_written_down_by_the_buyer() -> None:
    rfq, tokens = quoting.sent()
    with pytest.raises(Invalid, match="why"):
        services.decline_by_link(token=tokens["MILL-A"], reason="")
    services.decline_by_link(token=tokens["MILL-A"], reason="no capacity")
    assert of(rfq, "MILL-A").decline_reason == "no capacity"
    services.decline_by_link(token=tokens["MILL-A"], reason="no capacity", seen=0)  # not heard
    with pytest.raises(services.AnsweredMeanwhile):
        services.decline_by_link(token=tokens["MILL-A"], reason="too dear", seen=0)
    services.record_quote(
        rfq_id=rfq.pk, supplier="MILL-B", quote=quote("3"), person="Ms Wu", by=person("bo")
    )
    services.record_quote(rfq_id=rfq.pk, supplier="MILL-C", decline_reason="no", by=person("bo"))
    assert [(one.state, one.way) for one in rfq.invitations.all()] == [
        ("declined", "link"),
        ("submitted", "hand"),
        ("declined", "hand"),
    ]
    given(tokens["MILL-A"], quote("2"))  # thought better of it, in time
    assert of(rfq, "MILL-A").state == "submitted"
    with pytest.raises(NotThere):
        services.record_quote(rfq_id=rfq.pk, supplier="X", quote=quote("3"), by=person("bo"))


def test_total_cost_date_and_weights_decide_the_rank() -> None:
    masters.rate("USD", "7")
    line = RfqLineRow(item="CLOTH", quantity="100", needed_on=in_days(30))
    rfq, tokens = quoting.sent(line, RfqLineRow(item="CLOTH", quantity="10", needed_on=in_days(30)))
    given(tokens["MILL-A"], quote("2", "2", days=60))  # the cheapest price, but late
    given(tokens["MILL-B"], quote("0.30", "0.30", currency="USD"))  # 2.10 in our currency
    given(tokens["MILL-C"], quote("1", None))  # incomplete
    found = compare(rfq)
    a, b, c = found.wholes
    assert (c.problem, c.rank, c.score) == ("incomplete", None, None)
    assert b.rank == 1
    assert a.late_by > 0
    first = found.rows[0].cells
    assert first[1].unit_price == pytest.approx(2.1)
    assert first[2].rank == 1  # for this line its quote is whole
    assert "price" in first[2].best
    services.weigh_rfq(rfq_id=rfq.pk, weights={"cost": 0, "date": 100}, by=person("bo"))
    rfq.refresh_from_db()
    assert compare(rfq).wholes[0].rank == 2
    for wrong in ({"cost": 101}, {"cost": 0}, {"luck": 5}):
        with pytest.raises(Invalid):
            services.weigh_rfq(rfq_id=rfq.pk, weights=wrong, by=person("bo"))


def test_a_minimum_makes_a_price_dear_and_what_has_ended_has_no_rank() -> None:
    rfq, tokens = quoting.sent()
    given(tokens["MILL-A"], Quote([QuoteRow(1, [("", "1.5")], 10, minimum="200")]))
    given(tokens["MILL-B"], quote("2"))
    given(tokens["MILL-C"], quote("1", valid_until_on=in_days(2)))
    services.record_quote(
        rfq_id=rfq.pk, supplier="MILL-A", quote=quote("1", currency="EUR"), by=person("bo")
    )
    assert compare(rfq).wholes[0].problem == "rate"
    given(tokens["MILL-A"], Quote([QuoteRow(1, [("", "1.5")], 10, minimum="200")]))
    with clock.at(clock.moment_on(in_days(3))):
        a, b, c = compare(rfq).rows[0].cells
        assert (b.rank, a.rank, c.rank, c.problem) == (1, 2, None, "expired")
        assert a.per_unit is not None
        assert a.per_unit > 2.9
        with pytest.raises(Invalid, match="no quote that holds"):
            awarded(rfq, AwardRow(1, "MILL-C"))
        with pytest.raises(Invalid, match="200 at least"):
            awarded(rfq, AwardRow(1, "MILL-A"), reason="x")


def test_a_split_award_makes_orders_for_the_request_and_prices_if_wanted() -> None:
    request = quoting.requested(quantity=100)
    rfq, tokens = quoting.sent(RfqLineRow(request_ids=[request.pk]))
    save_sources(rows=[SourceRow(code, "CLOTH") for code in ("MILL-A", "MILL-B")], by=None)
    given(tokens["MILL-A"], quote("2"))
    given(tokens["MILL-B"], quote("3"))
    split = (AwardRow(1, "MILL-A", "60"), AwardRow(1, "MILL-B", "40"))
    with pytest.raises(Invalid, match="Say why"):
        awarded(rfq, *split)
    with pytest.raises(Invalid, match="more than was asked"):
        awarded(rfq, AwardRow(1, "MILL-A", "70"), AwardRow(1, "MILL-B", "40"), reason="two legs")
    with pytest.raises(Invalid, match="at least one line"):
        awarded(rfq)
    orders = awarded(rfq, *split, reason="two legs stand better", with_prices=True)
    lines = [one.lines.get() for one in orders]
    assert [(str(o.supplier.code), o.state) for o in orders] == [
        ("MILL-A", "draft"),
        ("MILL-B", "draft"),
    ]
    assert [(one.quantity, one.price) for one in lines] == [(60, 2), (40, 3)]
    request.refresh_from_db()
    assert request.in_orders == 100
    assert {one.order_line_id for one in QuotationAward.objects.all()} == {one.pk for one in lines}
    assert sorted(SourcePrice.objects.values_list("price", flat=True)) == [2, 3]
    with pytest.raises(IllegalStep):
        awarded(rfq, *split, reason="twice")


def test_losers_are_thanked_once_in_their_language() -> None:
    rfq, tokens = quoting.sent()
    for code, price in (("MILL-A", "2"), ("MILL-B", "3"), ("MILL-C", "4")):
        given(tokens[code], quote(price))
    with pytest.raises(IllegalStep):
        services.tell_losers(rfq_id=rfq.pk, by=person("bo"))
    awarded(rfq, AwardRow(1, "MILL-A"))  # the first in rank needs no reason
    before = Mail.objects.count()
    told = services.tell_losers(rfq_id=rfq.pk, text_en="Thanks, next time.", by=person("bo"))
    assert [one.supplier.code for one in told] == ["MILL-B", "MILL-C"]
    english, chinese = Mail.objects.order_by("pk")[before:]
    assert "Thanks, next time." in english.text
    assert "感谢您" in chinese.text
    with pytest.raises(services.NobodyToTell):
        services.tell_losers(rfq_id=rfq.pk, by=person("bo"))


def test_whoever_has_not_answered_is_reminded_once_and_then_it_is_closed() -> None:
    rfq, tokens = quoting.sent()
    given(tokens["MILL-A"], quote("2"))
    services.follow_rfqs()
    assert Mail.objects.count() == 3
    with clock.at(clock.moment_on(in_days(5))):
        services.follow_rfqs()
        services.follow_rfqs()
        mails = Mail.objects.order_by("pk")[3:]
        assert [one.to for one in mails] == [["mill-b@mill.example"], ["mill-c@mill.example"]]
        given(quoting.tokens()["MILL-B"], quote("2"))
    with clock.at(clock.moment_on(in_days(8))):
        services.follow_rfqs()
    rfq.refresh_from_db()
    assert rfq.state == "closed"
    assert Entry.objects.get(fact="RfqClosed").data["quoted"] == 2
    hours = {one.supplier_id: one.hours for one in supplier_facts().answered}
    assert hours[of(rfq, "MILL-B").supplier_id] == pytest.approx(120)
