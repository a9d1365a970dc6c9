"""Between the draft and the signed contract, told as a story: nothing is agreed that not everybody
knows.

Reviews by role → a question → its answer behind a link → the contract by mail → accepted on a
phone → the customer wants something else → what that breaks → carried through → acknowledged.
"""

import datetime as dt
import itertools
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gendan.changes.content import Content
from gendan.changes.models import ChangeOrder
from gendan.changes.preview import preview_change
from gendan.changes.services import accept_change, acknowledge_change, ask_change, propose_change
from gendan.contracts.models import Acceptance, Paper
from gendan.contracts.services import issue_paper, save_letterhead, send_paper_for_acceptance
from gendan.contracts.services.letterheads import LetterheadData
from gendan.followup.models import Milestone, Question, Wait
from gendan.followup.services import ask_question
from gendan.kernel import clock, journal, reactions, sending
from gendan.kernel.audit import audit
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.notices.models import Notice
from gendan.orders.entry import LineChange
from gendan.orders.models import Order, OrderReview
from gendan.orders.services import confirm_order, install_review_rules, pass_review
from gendan.planning.services import promise_order
from gendan.testing.cast import CAST, person
from gendan.testing.make import followup, masters, orders

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"


def last_link(mailbox: Any) -> str:
    """The path of the link in the newest mail, as the customer's phone opens it."""
    sending.send_waiting()
    words = mailbox.received[-1].get_body(("plain",)).get_content()
    found = re.findall(r"/l/[^\s<>]+/", words)
    assert found, words
    return str(found[-1])


@pytest.fixture
def draft() -> Order:
    """A first order of a new customer, in a company that asks for the usual reviews."""
    followup.template()
    save_letterhead(
        letterhead=LetterheadData(
            name_en="Haichuan Trading Co., Ltd.",
            name_zh="海川贸易有限公司",
            address_en="8 Lantern Road, Ningbo",
            address_zh="宁波市灯笼路8号",
        ),
        by=person("zhao"),
    )
    install_review_rules(by=person("zhao"))
    customer = masters.customer(name="Nordlicht GmbH")
    contact = masters.contact("C-1", email="anna@nordlicht.example", is_main=True)
    return orders.draft(
        customer,
        [orders.line("A-1", 1200), orders.line("A-2", 600)],
        contact_id=contact.pk,
        customer_order_number="PO-77120",
        incoterm="FOB",
        incoterm_place="Ningbo",
    )


def review_everything(order: Order) -> None:
    """Whoever is asked looks at it; until then confirming is refused with their names."""
    reactions.run_due()
    asked = OrderReview.objects.filter(order=order, state="open")
    assert {(one.kind, one.role) for one in asked} >= {("price", "sales"), ("payment", "finance")}
    with pytest.raises(DomainError, match=r"(?i)price"):
        confirm_order(order_id=order.pk, by=person("mei"))
    with pytest.raises(DomainError):
        pass_review(review_id=asked.get(kind="payment").pk, by=person("stranger"))
    for review in asked:
        role = {"sales": "sun", "finance": "fang", "manager": "zhao"}[review.role]
        pass_review(review_id=review.pk, by=person(role))


def ask_and_be_answered(order: Order, mei: User, mailbox: Any) -> None:
    """A question makes the waiting theirs; the answer behind the link gives it back."""
    milestone = Milestone.objects.filter(journey__order=order, state="open").order_by("pk")[0]
    before = milestone.waiting_for
    ask_question(
        order_id=order.pk,
        text="Navy or royal blue?",
        due_on=clock.today() + dt.timedelta(days=3),
        milestone_id=milestone.pk,
        by=mei,
    )
    milestone.refresh_from_db()
    assert milestone.waiting_for == "customer"
    page = last_link(mailbox)
    phone = Client(headers={"user-agent": PHONE})
    assert "Navy or royal blue?" in phone.get(page).content.decode()
    answer = phone.post(page, {"text": "Navy, please.", "name": "Anna Schmidt"})
    assert answer.status_code == 200
    milestone.refresh_from_db()
    assert milestone.waiting_for == before
    assert Question.objects.get().answer == "Navy, please."
    assert phone.post(page, {"text": "No, royal!", "name": "Anna"}).status_code >= 400
    waits = Wait.objects.filter(milestone=milestone).order_by("since")
    for first, second in itertools.pairwise(waits):
        assert first.until == second.since


def sign(order: Order, mei: User, mailbox: Any) -> Paper:
    """The contract goes out by mail and is accepted on a phone; the proof names the very file."""
    contract = issue_paper(order_id=order.pk, kind="contract", by=mei)
    send_paper_for_acceptance(paper_id=contract.pk, by=mei)
    page = last_link(mailbox)
    [pdf] = list(mailbox.received[-1].iter_attachments())
    assert pdf.get_content()[:5] == b"%PDF-"
    phone = Client(headers={"user-agent": PHONE})
    assert "Nordlicht" in phone.get(page).content.decode()
    form = {"name": "Anna Schmidt", "confirmed": "on", "sha256": contract.file.sha256}
    assert phone.post(page, {**form, "sha256": "0" * 64}).status_code >= 400
    assert phone.post(page, form).status_code == 200
    proof = Acceptance.objects.get(paper=contract)
    assert (proof.name, proof.sha256) == ("Anna Schmidt", contract.file.sha256)
    reactions.run_due()
    sending.send_waiting()
    assert len(list(mailbox.received[-1].iter_attachments())) == 2  # the paper and the record
    contract.refresh_from_db()
    assert contract.state == "accepted"
    return contract


def change(order: Order, mei: User) -> ChangeOrder:
    """The customer wants more; what it does is shown first, and nothing moves until yes is said."""
    asked = ask_change(order_id=order.pk, text="We need 1,500 of A-1, two weeks earlier.", by=mei)
    line = order.lines.get(item__code="A-1")
    assert order.promised_on is not None
    sooner = order.promised_on - dt.timedelta(days=14)
    content = Content(
        change_lines=[
            LineChange(
                line_id=one.pk,
                quantity=Decimal(1500) if one == line else None,
                promised_on=sooner,
            )
            for one in order.lines.all()
        ]
    )
    count = journal.timeline(order).count()
    seen = preview_change(order_id=order.pk, content=content)
    assert journal.timeline(order).count() == count
    assert {one.key for one, _effect in seen.impact.effects} >= {"papers", "milestones"}
    proposed = propose_change(
        order_id=order.pk, change_id=asked.pk, content=content, origin="customer", by=mei
    )
    line.refresh_from_db()
    assert line.quantity == 1200
    done = accept_change(change_id=proposed.pk, revision=proposed.revision, by=person("zhao"))
    line.refresh_from_db()
    assert line.quantity == 1500
    return done


def acknowledge(done: ChangeOrder) -> None:
    """Everybody concerned says that they know: people for themselves, one for each role."""
    reactions.run_due()
    asked = done.acknowledgements.filter(at=None)
    assert asked.exists()
    told = Notice.objects.filter(fact="ChangeAccepted", must_act=True)
    assert not told.exclude(acted_at=None).exists()
    name_of = {role: name for name, (_words, role) in CAST.items()}
    while (one := asked.select_related("person").first()) is not None:
        name = one.person.username if one.person else name_of[one.role]
        acknowledge_change(change_id=done.pk, by=person(name))
    reactions.run_due()
    assert not told.filter(acted_at=None).exists()


def test_what_is_agreed_is_known_by_everybody(draft: Order, mailbox: Any) -> None:
    mei = person("mei")
    promise_order(order_id=draft.pk, by=mei)
    review_everything(draft)
    confirm_order(order_id=draft.pk, by=mei)
    reactions.run_due()
    ask_and_be_answered(draft, mei, mailbox)
    contract = sign(draft, mei, mailbox)
    draft.refresh_from_db()
    done = change(draft, mei)
    acknowledge(done)
    # What was signed stays as proof, and says that it is no longer what holds.
    contract.refresh_from_db()
    assert contract.state == "accepted"
    newer = issue_paper(order_id=draft.pk, kind="contract", by=mei)
    assert newer.version == contract.version + 1
    assert newer.sha256 != contract.sha256
    assert audit() == {}
