"""What may be changed of a request after it was sent: whom we ask, and until when."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotThere
from gendan.kernel.models import Entry, Mail
from gendan.purchasing import invariants_quotations, services
from gendan.purchasing.comparing import compare
from gendan.purchasing.models import Invitation, RequestForQuotation
from gendan.purchasing.services import AwardRow, InviteRow
from gendan.purchasing.tests import quoting
from gendan.purchasing.tests.quoting import in_days, quote
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def invited(rfq: RequestForQuotation, *codes: str) -> list[Invitation]:
    rows = [InviteRow(code) for code in codes]
    return services.invite_suppliers(rfq_id=rfq.pk, suppliers=rows, by=person("bo"))


def withdrawn(rfq: RequestForQuotation, code: str, reason: str = "too dear") -> Invitation:
    return services.withdraw_invitation(
        rfq_id=rfq.pk, supplier=code, reason=reason, by=person("bo")
    )


def moved(rfq: RequestForQuotation, days: int) -> RequestForQuotation:
    return services.extend_rfq(rfq_id=rfq.pk, answer_by_on=in_days(days), by=person("bo"))


def fourth() -> None:
    masters.supplier("MILL-D", currency="CNY", country="CN", name="MILL-D Ltd")
    masters.contact("MILL-D", "Reader D", email="mill-d@mill.example", is_main=True)


def test_a_supplier_added_later_gets_its_own_link_and_may_win() -> None:
    rfq, tokens = quoting.sent()
    fourth()
    before = Mail.objects.count()
    [one] = invited(rfq, "MILL-D")
    assert (one.state, one.sent_at) == ("waiting", clock.now())
    assert [mail.to for mail in Mail.objects.order_by("pk")[before:]] == [["mill-d@mill.example"]]
    assert Entry.objects.get(fact="RfqSuppliersInvited").data["suppliers"] == ["MILL-D"]
    services.quote_by_link(token=quoting.tokens()["MILL-D"], quote=quote("1"))
    services.quote_by_link(token=tokens["MILL-A"], quote=quote("2"))
    orders = services.award_rfq(rfq_id=rfq.pk, rows=[AwardRow(1, "MILL-D")], by=person("bo"))
    assert orders[0].supplier.code == "MILL-D"
    assert invariants_quotations.check() == []


def test_who_cannot_be_added_is_told_why() -> None:
    rfq, _tokens = quoting.sent()
    masters.supplier("MUTE")
    for code, words in (
        ("MILL-A", "asked already"),
        ("NOBODY", "no supplier called"),
        ("MUTE", "No e-mail address"),
    ):
        with pytest.raises(Invalid, match=words):
            invited(rfq, code)
    with pytest.raises(Invalid, match="between 1 and"):
        invited(rfq)
    fourth()
    with clock.at(clock.moment_on(in_days(8))), pytest.raises(Invalid, match="change it first"):
        invited(rfq, "MILL-D")
    services.close_rfq(rfq_id=rfq.pk, by=person("bo"))
    with pytest.raises(IllegalStep):
        invited(rfq, "MILL-D")
    assert rfq.invitations.count() == 3


def test_whoever_is_no_longer_asked_is_told_and_its_link_takes_nothing_more() -> None:
    rfq, tokens = quoting.sent()
    services.quote_by_link(token=tokens["MILL-A"], quote=quote("1"))
    services.quote_by_link(token=tokens["MILL-B"], quote=quote("2"))
    before = Mail.objects.count()
    with pytest.raises(Invalid, match="Say why"):
        withdrawn(rfq, "MILL-A", " ")
    withdrawn(rfq, "MILL-A")
    [mail] = Mail.objects.order_by("pk")[before:]
    assert (mail.to, "no longer need" in mail.text) == (["mill-a@mill.example"], True)
    assert "too dear" not in mail.text
    with pytest.raises(services.QuotingIsOver, match="no longer asked"):
        services.quote_by_link(token=tokens["MILL-A"], quote=quote("1"))
    with pytest.raises(IllegalStep):
        withdrawn(rfq, "MILL-A")
    with pytest.raises(IllegalStep):
        services.record_quote(rfq_id=rfq.pk, supplier="MILL-A", quote=quote("1"), by=person("bo"))
    with pytest.raises(NotThere):
        withdrawn(rfq, "X")
    assert [one.invitation.supplier.code for one in compare(rfq).wholes] == ["MILL-B", "MILL-C"]
    with pytest.raises(Invalid, match="no quote that holds"):
        services.award_rfq(rfq_id=rfq.pk, rows=[AwardRow(1, "MILL-A")], by=person("bo"))
    withdrawn(rfq, "MILL-C")
    with pytest.raises(services.NobodyIsLeft):
        withdrawn(rfq, "MILL-B")
    [again] = invited(rfq, "MILL-A")
    assert (again.state, again.withdraw_reason) == ("waiting", "")
    services.quote_by_link(token=quoting.tokens()["MILL-A"], quote=quote("3"))
    assert invariants_quotations.check() == []


def test_another_last_day_is_told_and_opens_a_closed_request_again() -> None:
    rfq, tokens = quoting.sent()
    services.decline_by_link(token=tokens["MILL-C"], reason="full")
    with pytest.raises(services.DayIsTheSame):
        moved(rfq, 7)
    with pytest.raises(Invalid, match="has passed"):
        moved(rfq, -1)
    with pytest.raises(Invalid, match="more than a year"):
        moved(rfq, 400)
    with clock.at(clock.moment_on(in_days(8))):
        services.follow_rfqs()
        with pytest.raises(services.QuotingIsOver):
            services.quote_by_link(token=tokens["MILL-A"], quote=quote("1"))
        before = Mail.objects.count()
        assert moved(rfq, 6).state == "sent"
        mails = Mail.objects.order_by("pk")[before:]
        assert [one.to for one in mails] == [["mill-a@mill.example"], ["mill-b@mill.example"]]
        assert all("2026-06-24" in one.text and "2026-06-17" in one.text for one in mails)
        services.quote_by_link(token=tokens["MILL-A"], quote=quote("1"))
        services.quote_by_link(token=quoting.tokens()["MILL-B"], quote=quote("2"))
        fact = Entry.objects.get(fact="RfqDayChanged").data
        assert (fact["before_on"], fact["answer_by_on"]) == ("2026-06-17", "2026-06-24")
        services.award_rfq(rfq_id=rfq.pk, rows=[AwardRow(1, "MILL-A")], by=person("bo"))
        with pytest.raises(IllegalStep):
            moved(rfq, 9)
    assert invariants_quotations.check() == []


def test_an_earlier_day_is_a_day_too_and_reminds_anew() -> None:
    rfq, _tokens = quoting.sent()
    with clock.at(clock.moment_on(in_days(5))):
        services.follow_rfqs()
        moved(rfq, 10)
        assert not rfq.invitations.exclude(reminded_at=None).exists()
        moved(rfq, 2)
    rfq.refresh_from_db()
    assert rfq.answer_by_on == in_days(7)


def test_the_rules_find_what_does_not_hold() -> None:
    rfq, tokens = quoting.sent()
    services.quote_by_link(token=tokens["MILL-A"], quote=quote("1"))
    Invitation.objects.filter(rfq=rfq, supplier__code="MILL-B").update(link=None)
    RequestForQuotation.objects.filter(pk=rfq.pk).update(state="closed")
    Invitation.objects.filter(rfq=rfq, supplier__code="MILL-C").update(state="submitted")
    told = invariants_quotations.check()
    assert len(told) == 2
    assert any("no link" in one for one in told)
    assert any("quoted nothing" in one for one in told)
    RequestForQuotation.objects.filter(pk=rfq.pk).update(state="awarded")
    assert any("awarded to nobody" in one for one in invariants_quotations.check())
