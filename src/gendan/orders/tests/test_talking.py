"""Comments with @mentions, files, followers."""

import pytest
from django.contrib.auth.models import Group

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, NotThere
from gendan.kernel.files import attachments_of
from gendan.kernel.models import User
from gendan.orders.models import TeamMember
from gendan.orders.services import (
    attach_to_order,
    comment_on_order,
    follow_order,
    unfollow_order,
)
from gendan.partners.models import OutsideAccess
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@bo where is it?", ["bo"]),
        ("@王美 and @BO，请看", ["mei", "bo"]),
        ("＠陈波看一下", ["bo"]),
        ("@Bo 陈波: late", ["bo"]),
        ("@bo @bo twice", ["bo"]),
        ("write to me@boss.com", []),
        ("@nobody @", []),
        ("<b>@mei</b>", ["mei"]),
    ],
)
def test_people_are_named_with_at(text: str, named: list[str]) -> None:
    people = {name: person(name).pk for name in ("mei", "bo", "jun")}
    entry = comment_on_order(order_id=make.draft().pk, text=text, by=person("jun"))
    assert entry.data["mentioned"] == [people[name] for name in named]
    assert entry.data["text"] == text


def test_an_empty_or_endless_comment_is_refused() -> None:
    order = make.draft()
    for text, match in (("  ", "Write something"), ("x" * 5000, "5000 characters")):
        with pytest.raises(DomainError, match=match):
            comment_on_order(order_id=order.pk, text=text, by=person("mei"))


def test_a_file_is_kept_with_the_order() -> None:
    order = make.draft()
    attach_to_order(order_id=order.pk, content=b"%PDF-1.7 x", name="c.pdf", by=person("bo"))
    assert [one.name for one in attachments_of(order)] == ["c.pdf"]
    assert journal.timeline(order)[0].data["file_name"] == "c.pdf"
    with pytest.raises(DomainError, match="empty"):
        attach_to_order(order_id=order.pk, content=b"", name="x", by=person("bo"))


def test_following_and_no_longer() -> None:
    order = make.draft()
    follow_order(order_id=order.pk, by=person("bo"))
    with pytest.raises(IllegalStep, match="already"):
        follow_order(order_id=order.pk, by=person("bo"))
    follow_order(order_id=order.pk, user_id=person("qiu").pk, by=person("bo"))
    assert TeamMember.objects.filter(order=order).count() == 2
    unfollow_order(order_id=order.pk, by=person("bo"))
    with pytest.raises(NotThere):
        unfollow_order(order_id=order.pk, by=person("bo"))
    with pytest.raises(DomainError, match="no such person"):
        follow_order(order_id=order.pk, user_id=0, by=person("bo"))


def test_outsiders_talk_about_their_own_orders_only() -> None:
    mine, other = make.confirmed(), make.confirmed(masters.customer("C-2"))
    anna = User.objects.create(username="anna", is_outside=True)
    anna.groups.add(Group.objects.get(name="customer"))
    OutsideAccess.objects.create(user=anna, partner=mine.customer)
    comment_on_order(order_id=mine.pk, text="when?", by=anna)
    with pytest.raises(NotThere):
        comment_on_order(order_id=other.pk, text="when?", by=anna)
