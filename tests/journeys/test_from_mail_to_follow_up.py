"""The spine, told as a story: a mail with a sheet comes in, and a followed order comes out."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from gendan.followup import queries as followup
from gendan.followup.models import Journey, Milestone
from gendan.followup.services import expect_milestone, reach_milestone
from gendan.intake.models import Draft
from gendan.intake.queries import open_doubts
from gendan.intake.services import accept_draft, add_incoming
from gendan.kernel import clock, journal, reactions
from gendan.kernel.audit import audit
from gendan.kernel.models import User
from gendan.orders.entry import LineChange
from gendan.orders.models import Hold, LineCheck, Order
from gendan.orders.services import (
    amend_order,
    cancel_order,
    check_order,
    confirm_order,
    pass_review,
)
from gendan.orders.services.readiness import ReviewsMissing
from gendan.planning.services import promise_order
from gendan.testing.world import papers
from gendan.testing.world.found import found_company

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


def order_of_halden(number: str, quantity: int) -> papers.Paper:
    return papers.Paper(
        number=number,
        ordered_on=MONDAY,
        buyer="Halden & Sons Ltd",
        contact="Peter Halden",
        address="purchasing@halden.example",
        currency="USD",
        incoterm="FOB Ningbo",
        payment="30% deposit, balance against B/L copy",
        lines=(
            papers.PaperLine(
                code="HW-1001",
                description="Adjustable wrench 8 in",
                quantity=Decimal(quantity),
                unit="PCS",
                unit_price=Decimal("2.35"),
                due_on=dt.date(2026, 7, 10),
            ),
            papers.PaperLine(
                code="HW-1010",
                description="Screwdriver set, 12 pcs",
                quantity=Decimal(300),
                unit="SET",
                unit_price=Decimal("4.80"),
                due_on=dt.date(2026, 7, 10),
            ),
        ),
    )


def take_in(number: str, quantity: int, mei: User) -> Order:
    """The customer's mail with a sheet is dropped, read by the worker, looked at and accepted."""
    mail = papers.as_mail(
        order_of_halden(number, quantity), "sheet", sent_at=clock.now(), to="orders@us.example"
    )
    incoming = add_incoming(content=mail, name=f"{number}.eml", by=mei)
    assert incoming.state == "received"
    reactions.run_due()
    draft = Draft.objects.get(incoming=incoming)
    looked_at = [doubt.field for doubt in open_doubts(draft)]
    return accept_draft(draft_id=draft.pk, confirmed_doubts=looked_at, by=mei)


def test_a_mail_becomes_a_followed_order() -> None:
    with clock.at(clock.moment_on(MONDAY, 9)):
        found_company(on=MONDAY, rng=random.Random(1))
        mei = User.objects.get(username="mei")
        order = take_in("HS-4711", 1200, mei)

        # What the mail said is what the order says, and the original is attached.
        assert order.state == "draft"
        assert order.channel == "mail"
        assert order.customer.name == "Halden & Sons Ltd"
        assert order.customer_order_number == "HS-4711"
        lines = list(order.lines.values_list("item__code", "quantity", "unit_price"))
        assert lines == [
            ("HW-1001", Decimal(1200), Decimal("2.35")),
            ("HW-1010", Decimal(300), Decimal("4.8")),
        ]
        assert order.total == Decimal("4260")
        facts = list(journal.timeline(order).values_list("fact", flat=True))
        assert "FileAttached" in facts

        # Three checks a line, each with its reasons.
        check_order(order_id=order.pk, by=mei)
        checks = LineCheck.objects.filter(line__order=order)
        assert checks.count() == 6
        assert all(check.reasons for check in checks)

        # The promise has reasons too; confirming keeps it.
        promise_order(order_id=order.pk, by=mei)
        # It is Halden's first order: Sun looks at the price, Fang at the payment.
        with pytest.raises(ReviewsMissing):
            confirm_order(order_id=order.pk, by=mei)
        for review in order.reviews.filter(is_required=True):
            who = {"sales": "sun", "finance": "fang"}[review.role]
            pass_review(review_id=review.pk, by=User.objects.get(username=who))
        confirm_order(order_id=order.pk, by=mei)
        order.refresh_from_db()
        assert order.state == "confirmed"
        assert order.promised_on is not None
        reactions.run_due()

        journey = Journey.objects.get(order=order)
        assert journey.milestones.count() >= 20
        assert Hold.objects.filter(order=order, stage="buy", released_at=None).exists()

    signed = journey.milestones.get(code="contract_signed")
    deposit = journey.milestones.get(code="deposit")
    fang = User.objects.get(username="fang")
    # Mei took the order in; Halden's merchandiser is Jun, so it is his to follow.
    jun = User.objects.get(username="jun")
    assert order.merchandiser == jun
    with clock.at(clock.moment_on(MONDAY + dt.timedelta(days=4), 10)):
        reach_milestone(milestone_id=signed.pk, by=jun)
        reach_milestone(milestone_id=deposit.pk, by=fang)
        reactions.run_due()
        # The deposit opens the gate before buying.
        assert not Hold.objects.filter(order=order, stage="buy", released_at=None).exists()

        # The customer cannot say yes to the drawing before May: everything behind it moves.
        before = dict(journey.milestones.values_list("code", "forecast_on"))
        drawing = journey.milestones.get(code="drawing")
        expect_milestone(
            milestone_id=drawing.pk, expected_on=dt.date(2026, 5, 20), note="on holiday", by=jun
        )
        reactions.run_due()
        after = dict(journey.milestones.values_list("code", "forecast_on"))
        assert after["ex_works"] > before["ex_works"]
        assert after["final_inspection"] > before["final_inspection"]
        assert after["artwork"] == before["artwork"]
        journey.refresh_from_db()
        order.refresh_from_db()
        assert journey.health == "late"
        assert order.forecast_on == journey.forecast_on
        assert order.forecast_on is not None
        assert order.promised_on is not None
        assert order.forecast_on > order.promised_on

        # Today says so first, and whose move it is; the board shows the row red.
        rows = followup.today_for(jun, limit=10)
        row = next(row for row in rows if row.milestone_id == drawing.pk)
        assert row.party == "customer"
        assert row.health == "late"
        assert "HS-4711" in row.message or row.message == ""
        on_board = followup.board(jun).rows
        assert any(line.order_id == order.pk and line.health == "late" for line in on_board)

        # The customer agrees to a later date and orders more: everything is dated anew.
        line = order.lines.get(item__code="HW-1001")
        amend_order(
            order_id=order.pk,
            change_lines=[
                LineChange(line_id=line.pk, quantity=1500, promised_on=dt.date(2026, 9, 30)),
                LineChange(
                    line_id=order.lines.get(item__code="HW-1010").pk,
                    promised_on=dt.date(2026, 9, 30),
                ),
            ],
            reason="customer moved the date and asked for more",
            by=mei,
        )
        reactions.run_due()
        order.refresh_from_db()
        journey.refresh_from_db()
        assert order.version == 2
        assert order.promised_on == journey.target_on == dt.date(2026, 9, 30)
        assert journey.health != "late"
        assert journey.float_days > 0

        # Another order is cancelled: its journey ends, nothing of it is left on Today.
        other = take_in("HS-4712", 600, mei)
        promise_order(order_id=other.pk, by=mei)
        confirm_order(order_id=other.pk, by=mei)
        reactions.run_due()
        cancel_order(order_id=other.pk, reason="customer cancelled", by=mei)
        reactions.run_due()
        assert not Journey.objects.get(order=other).is_open
        assert not Milestone.objects.filter(journey__order=other, state="open").exists()
        assert all(row.order_id != other.pk for row in followup.today_for(jun, limit=50))
        assert audit() == {}
