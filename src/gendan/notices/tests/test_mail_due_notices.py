"""Mails about notices: once, in the reader's language, by order, and not of what was read."""

import datetime as dt
from typing import Any

import pytest

from gendan.followup.models import Template
from gendan.kernel import clock, journal, sending
from gendan.kernel.models import Mail, User
from gendan.notices import words
from gendan.notices.models import Notice
from gendan.notices.services import acknowledge_notices, mail_due_notices
from gendan.orders.events import OrderFollowed
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(small: Template) -> Order:
    order = make.followed().order
    Notice.objects.update(mail_at=None)
    return order


def reader(username: str = "bo", language: str = "en") -> User:
    user = person(username)
    user.email, user.language = f"{username}@example.com", language
    user.save()
    return user


def due(user: User, order: Order | None, **more: Any) -> Notice:
    """A notice whose mail goes now."""
    about = order or user
    fact = OrderFollowed(order_id=order.pk if order else 0, user_id=user.pk)
    entry = journal.record(fact, about=about, by=person("mei"))
    values = {"at": clock.now(), "mail_at": clock.now(), "fact": entry.fact}
    return Notice.objects.create(user=user, entry=entry, order=order, **(values | more))


def test_one_notice_is_one_mail_about_its_order(order: Order, mailbox: Any) -> None:
    bo = reader()
    notice = due(bo, order)
    assert mail_due_notices() == 1
    assert mail_due_notices() == 0
    mail = Mail.objects.get(kind="notice")
    assert (mail.to, mail.about) == (["bo@example.com"], f"orders.order:{order.pk}")
    assert mail.subject.startswith(f"{order.number}: ")
    assert f"/orders/{order.pk}/" in mail.text
    notice.refresh_from_db()
    assert notice.mail_at is None
    assert notice.mailed_at is not None
    sending.send_waiting()
    mail.refresh_from_db()
    assert mail.state == "sent"


def test_what_was_collected_is_one_mail_by_order(order: Order, mailbox: Any) -> None:
    bo, other = reader(), make.followed().order
    Notice.objects.update(mail_at=None)
    due(bo, order)
    due(bo, other)
    due(bo, order, must_act=True)
    due(bo, None)
    assert mail_due_notices() == 1
    mail = Mail.objects.get(kind="notice")
    assert "4 notices, 1 of them to act on" in mail.subject
    assert mail.text.count(order.number) == 1 + mail.text.count(f"{order.number},")
    first = mail.text.index(order.number)
    assert first < mail.text.index("To do: ") < mail.text.index(other.number)
    assert mail.about == f"kernel.user:{bo.pk}"


def test_each_in_their_language(order: Order, mailbox: Any) -> None:
    english = due(reader("bo", "en"), order)
    chinese = due(reader("wen", "zh-hans"), order)
    assert mail_due_notices() == 2
    texts = {one.to[0]: one.text for one in Mail.objects.filter(kind="notice")}
    assert words.plain(english.entry, "en") in texts["bo@example.com"]
    assert words.plain(chinese.entry, "zh-hans") in texts["wen@example.com"]
    assert words.plain(chinese.entry, "zh-hans") != words.plain(chinese.entry, "en")


def test_what_was_read_meanwhile_is_not_mailed(order: Order, mailbox: Any) -> None:
    bo = reader()
    due(bo, order, mail_at=clock.now() + dt.timedelta(hours=1))
    acknowledge_notices(by=bo)
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        assert mail_due_notices() == 0
    assert not Mail.objects.filter(kind="notice").exists()


def test_who_cannot_be_mailed_holds_nobody_up(order: Order, mailbox: Any) -> None:
    nobody, gone, wrong = reader("wen"), reader("qiu"), reader("su")
    User.objects.filter(pk=nobody.pk).update(email="")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=wrong.pk).update(email="no address")
    for user in (nobody, gone, wrong, reader("bo")):
        due(user, order)
    assert mail_due_notices() == 1
    assert not Notice.objects.filter(mail_at__isnull=False).exists()
    assert Notice.objects.filter(mailed_at__isnull=False).count() == 1


def test_without_a_mail_server_nothing_is_written(order: Order, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    due(reader(), order)
    assert mail_due_notices() == 0
    assert not Mail.objects.filter(kind="notice").exists()


def test_nothing_due_costs_one_query(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):  # with the savepoint of the verb
        assert mail_due_notices() == 0


def test_a_hundred_people_cost_few_queries_each(
    order: Order, mailbox: Any, django_assert_max_num_queries: Any
) -> None:
    bo = reader()
    for _turn in range(80):
        due(bo, order)
    with django_assert_max_num_queries(12):
        mail_due_notices()
    assert "… and 20 more." in Mail.objects.get(kind="notice").text
