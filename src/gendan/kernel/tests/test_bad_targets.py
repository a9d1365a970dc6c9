"""Targets that hang, fail for a day, redirect inside, drip, or never end: none holds others up."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from gendan.kernel import clock, journal, outside, reactions, sending
from gendan.kernel.events import TokenMade
from gendan.kernel.journal import DayStarted
from gendan.kernel.models import Entry, Webhook, WebhookAttempt, WebhookDelivery
from gendan.kernel.outside import NoAnswer
from gendan.kernel.tests.targets import Target
from gendan.kernel.webhooks import relaying

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Webhook, str]]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(outside, "WHOLE_SECONDS", 1)


def told(count: int = 1) -> list[WebhookDelivery]:
    for number in range(count):
        journal.record(TokenMade(token_id=number, token_name="x"), about="company")
    reactions.run_due()
    return list(WebhookDelivery.objects.order_by("pk"))


@pytest.mark.parametrize("behaviour", ["hang", "drip_head", "close", "noise"])
def test_what_is_no_answer_ends_in_time(webhook: Make, target: Target, behaviour: str) -> None:
    webhook("TokenMade")
    target.behaviour = behaviour
    [delivery] = told()
    began = time.monotonic()
    sending.send_waiting()
    assert time.monotonic() - began < 3
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", 1, None)
    assert delivery.next_try_at is not None
    assert WebhookAttempt.objects.get().error


@pytest.mark.parametrize("behaviour", ["drip", "huge"])
def test_of_an_endless_answer_the_beginning_is_kept(
    webhook: Make, target: Target, behaviour: str
) -> None:
    webhook("TokenMade")
    target.behaviour = behaviour
    told()
    began = time.monotonic()
    sending.send_waiting()
    assert time.monotonic() - began < 3
    attempt = WebhookAttempt.objects.get()
    assert attempt.status == 200
    assert 0 < len(attempt.answer) <= relaying.ANSWER_KEPT
    assert "\x00" not in attempt.answer


def test_a_redirect_inside_is_not_followed(webhook: Make, target: Target) -> None:
    webhook("TokenMade")
    target.behaviour = 302
    [delivery] = told()
    sending.send_waiting()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("waiting", 302)
    assert "redirect" in delivery.last_error
    assert len(target.asked) == 1


def test_a_name_that_moved_inside_is_refused_at_sending(
    webhook: Make, target: Target, settings: Any
) -> None:
    webhook("TokenMade")
    [delivery] = told()
    settings.PRIVATE_TARGETS = frozenset()
    sending.send_waiting()
    delivery.refresh_from_db()
    assert not target.asked
    assert "private network" in delivery.last_error


def test_500_for_a_day_parks_it_and_then_it_can_go(webhook: Make, target: Target) -> None:
    webhook("TokenMade")
    target.behaviour = 500
    [delivery] = told()
    moment, count = clock.now(), 0
    while delivery.state == "waiting":
        with clock.at(moment):
            sending.enqueue_due()
            sending.send_waiting()
        delivery.refresh_from_db()
        moment = (delivery.next_try_at or moment) + dt.timedelta(seconds=1)
        count += 1
    assert (delivery.state, delivery.attempts, len(target.asked)) == ("parked", 8, 8)
    assert dt.timedelta(hours=20) < moment - delivery.made_at < dt.timedelta(hours=30)
    assert len({headers["webhook-id"] for headers, _body in target.asked}) == 1
    target.behaviour = 204
    sending.again(delivery)
    sending.send_waiting()
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert Webhook.objects.get().failing_since is None


def test_a_target_that_hangs_is_asked_by_one_and_then_left_alone(
    webhook: Make, target: Target
) -> None:
    webhook("TokenMade")
    target.behaviour = "hang"
    told(count=20)
    began = time.monotonic()
    sending.send_waiting()
    assert time.monotonic() - began < 3
    assert len(target.asked) == 1
    attempts = list(WebhookDelivery.objects.order_by("pk").values_list("attempts", flat=True))
    assert attempts == [1] + [0] * 19
    target.behaviour = 200
    with clock.at(clock.now() + dt.timedelta(minutes=2)):
        sending.enqueue_due()
        sending.send_waiting()
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"sent"}


def test_410_switches_it_off_and_gives_up_what_waits(webhook: Make, target: Target) -> None:
    made, _secret = webhook("TokenMade")
    target.behaviour = 410
    told(count=3)
    sending.send_waiting()
    made.refresh_from_db()
    assert (made.is_active, made.off_reason, len(target.asked)) == (False, "gone", 1)
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"dropped"}
    entry = Entry.objects.get(fact="WebhookSwitchedOff")
    assert entry.data["reason"] == "gone"
    assert f"kernel.user:{made.made_by_id}" in entry.about
    told()
    assert WebhookDelivery.objects.count() == 3


def test_only_failures_for_days_switch_it_off(webhook: Make, target: Target) -> None:
    made, _secret = webhook("TokenMade")
    target.behaviour = 500
    told()
    sending.send_waiting()
    with clock.at(clock.now() + dt.timedelta(days=relaying.DAYS_UNTIL_OFF, minutes=1)):
        told()
        sending.send_waiting()
    made.refresh_from_db()
    assert (made.is_active, made.off_reason) == (False, "failing")


def test_success_in_between_keeps_it_on(webhook: Make, target: Target) -> None:
    made, _secret = webhook("TokenMade")
    for day, answer in enumerate([500, 200, 500, 500]):
        target.behaviour = answer
        with clock.at(clock.now() + dt.timedelta(days=2 * day)):
            told()
            sending.send_waiting()
    made.refresh_from_db()
    assert made.is_active


def test_lanes_are_beside_each_other(webhook: Make, mailbox: Any) -> None:
    """Jobs of one webhook carry its lock; mails and other webhooks carry others."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from gendan.kernel import mail

    one, _secret = webhook("TokenMade")
    two, _secret = webhook("TokenMade", name="B")
    told(count=2)
    sent = mail.write_mail(to=["a@b.example"], subject="x", text="x", about="company")
    locks = list(
        ProcrastinateJob.objects.filter(task_name="send")
        .order_by("id")
        .values_list("lock", flat=True)
    )
    assert locks.count(f"webhook:{one.pk}") == locks.count(f"webhook:{two.pk}") == 2
    assert locks.count(sent.lane) == 1


def test_deliveries_are_forgotten_after_two_months(webhook: Make, target: Target) -> None:
    webhook("TokenMade")
    told(count=2)
    first, second = WebhookDelivery.objects.order_by("pk")
    sending.attempt("kernel.webhookdelivery", first.pk)
    with clock.at(clock.now() + dt.timedelta(days=relaying.KEPT_DAYS + 1)):
        journal.record(DayStarted(day=clock.today().isoformat()), about="day:x")
        reactions.run_due(without=frozenset({"kernel.handlers.audit_nightly"}))
    assert list(WebhookDelivery.objects.all()) == [second]


@pytest.mark.parametrize("behaviour", ["hang", "drip_head"])
def test_asking_leaves_no_thread_behind(target: Target, behaviour: str) -> None:
    target.behaviour = behaviour
    before = {one for one in threading.enumerate() if isinstance(one, threading.Timer)}
    with pytest.raises(NoAnswer, match="in time"):
        outside.post(target.url, body=b"{}", headers={})
    after = {one for one in threading.enumerate() if isinstance(one, threading.Timer)}
    time.sleep(0.1)
    assert not {one for one in after - before if one.is_alive()}
