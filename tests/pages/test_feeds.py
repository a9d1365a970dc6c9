"""Calendar feeds: make_calendar_feed, revoke_calendar_feed, and what the address gives to whom."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from gendan.followup.models import Milestone, Template
from gendan.inventory.services import ExpectedRow, expect_supplies
from gendan.kernel import clock, feeds
from gendan.kernel.errors import NotAllowed
from gendan.kernel.models import CalendarFeed, Entry
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.make import followup, masters
from gendan.web.feeds import url_of_feed

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


def address(kind: str, username: str = "mei") -> str:
    _feed, token = feeds.make_calendar_feed(kind=kind, by=person(username))
    return url_of_feed(token).removeprefix("http://localhost:8000")


def events(path: str, **headers: str) -> list[Any]:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200, answer.content[:200]
    check_strictly(answer.content)
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def check_strictly(content: bytes) -> None:
    """RFC 5545 as strict readers take it: line ends, lengths, nesting, what must be there once."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # folding never cuts a character in two
    whole = content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert all(
        re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:[^\x00-\x08\x0a-\x1f]*", one) for one in whole
    )
    assert whole[0] == "BEGIN:VCALENDAR"
    assert whole[-1] == "END:VCALENDAR"
    for name in ("PRODID", "VERSION"):
        assert sum(one.startswith(f"{name}:") for one in whole) == 1
    event: list[str] = []
    for one in whole:
        event = [] if one == "BEGIN:VEVENT" else [*event, one.partition(":")[0].partition(";")[0]]
        if one == "END:VEVENT":
            for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
                assert event.count(name) == 1


def followed() -> Order:
    """A followed order: its first step, the deposit, is open."""
    if not Template.objects.filter(code="small").exists():
        followup.template()
    return followup.followed().order


def test_my_milestones_in_my_language() -> None:
    order = followed()
    path = address("milestones")
    opened = Milestone.objects.filter(journey__order=order, state="open")
    [event] = events(path)
    milestone = opened.get()
    assert event["summary"] == f"{milestone.name_en} · {order.number} {order.customer}"
    assert event["dtstart"].dt == milestone.forecast_on
    assert type(event["dtstart"].dt) is dt.date
    assert str(event["url"]).endswith(f"/orders/{order.pk}/")
    assert "Whose move: customer" in event["description"]
    person_ = person("mei")
    type(person_).objects.filter(pk=person_.pk).update(language="zh-hans")
    [event] = events(path)
    assert milestone.name_zh in event["summary"]
    # Finance owns the deposit, production owns nothing that is open.
    assert len(events(address("milestones", "fang"))) == 1
    assert events(address("milestones", "gang")) == []


def test_arrivals_and_shipments() -> None:
    order = followed()
    item = masters.item("M-1,\n;x")
    due = clock.today() + dt.timedelta(days=9)
    expect_supplies(
        rows=[ExpectedRow(item=item.code, quantity=5, due_on=due, reference="PO;1,\\2")],
        by=person("bo"),
    )
    [event] = events(address("arrivals"))
    assert event["dtstart"].dt == due
    assert "PO;1,\\2" in event["description"]
    [event] = events(address("shipments", "lin"))
    assert event["summary"].startswith("Ex works · ")
    assert order.number in event["summary"]


def test_events_keep_their_names_and_count_their_changes() -> None:
    order = followed()
    path = address("milestones")
    [first] = events(path)
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        [same] = events(path)
        assert same.to_ical() == first.to_ical()
        Milestone.objects.filter(journey__order=order, state="open").update(
            latest_on=clock.today() + dt.timedelta(days=99)
        )
        [moved] = events(path)
    assert moved["uid"] == first["uid"]
    assert (first["sequence"], moved["sequence"]) == (0, 1)
    assert moved["last-modified"].dt > first["last-modified"].dt


def test_who_has_it_already_is_told_so() -> None:
    followed()
    path = address("milestones")
    answer = Client().get(path)
    etag, modified = answer.headers["ETag"], answer.headers["Last-Modified"]
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 304
    assert Client().get(path, headers={"If-Modified-Since": modified}).status_code == 304
    assert Client().get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = Client().head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    assert Client().post(path).status_code in (403, 405)


def test_who_left_or_lost_the_role_or_revoked_it_gets_nothing() -> None:
    mei = person("mei")
    path = address("milestones")
    assert Client().get(path).status_code == 200
    mei.groups.clear()
    assert Client().get(path).status_code == 404
    path = address("milestones", "jun")
    type(mei).objects.filter(username="jun").update(is_active=False)
    assert Client().get(path).status_code == 404
    path = address("milestones", "lin")
    type(mei).objects.filter(username="lin").update(is_outside=True)
    assert Client().get(path).status_code == 404
    path = address("milestones", "fang")
    feeds.revoke_calendar_feed(
        feed_id=CalendarFeed.objects.get(user=person("fang")).pk, by=person("fang")
    )
    assert Client().get(path).status_code == 404


def test_a_new_address_ends_the_old_one() -> None:
    old, new = address("milestones"), address("milestones")
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("token", ["x", "cal_", "cal_" + "A" * 32, "cal_" + "A" * 5000, "cal_%00"])
def test_a_guess_finds_nothing(token: str) -> None:
    address("milestones")
    assert Client().get(f"/feeds/{token}.ics").status_code == 404


def test_the_table_and_the_journal_hold_nothing_that_opens_it() -> None:
    path = address("milestones")
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert token not in str(CalendarFeed.objects.values().get())
    assert token[4:] not in str(list(Entry.objects.values()))


def test_fetching_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    followed()
    path = address("milestones")
    events(path)
    with django_assert_max_num_queries(4):
        events(path)


def test_make_and_revoke_on_my_settings(browse: Browse) -> None:
    client = browse("mei")
    made = client.post(reverse("make_calendar_feed"), {"kind": "milestones"}, follow=True)
    [url] = re.findall(r"http://localhost:8000(/feeds/[^<]+\.ics)", made.content.decode())
    assert Client().get(url).status_code == 200
    assert b"/feeds/" not in client.get(reverse("my_settings")).content  # shown once
    feed = CalendarFeed.objects.get()
    url_off = reverse("revoke_calendar_feed", args=[feed.pk])
    assert browse("jun").post(url_off).status_code == 404
    assert client.post(url_off).status_code == 303
    assert Client().get(url).status_code == 404
    assert (
        browse("mei", htmx=True).post(reverse("make_calendar_feed"), {"kind": "all"}).status_code
        == 422
    )
    assert (
        browse("stranger").post(reverse("make_calendar_feed"), {"kind": "all"}).status_code == 404
    )


def test_outsiders_make_none() -> None:
    outsider = person("stranger")
    with pytest.raises(NotAllowed):
        feeds.make_calendar_feed(kind="milestones", by=outsider)


def test_the_api_makes_and_revokes(browse: Browse) -> None:
    client = browse("mei")

    def post(path: str, data: Any, **headers: str) -> Any:
        body = json.dumps(data)
        return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)

    made = post("/me/calendars", {"kind": "arrivals"})
    assert made.status_code == 201
    found = made.json()
    assert Client().get(found["url"].removeprefix("http://localhost:8000")).status_code == 200
    assert "url" not in client.get("/api/v1/me/calendars").json()[0]
    kept = post("/me/calendars", {"kind": "arrivals"}, **{"Idempotency-Key": "1"})
    assert kept.json()["code"] == "secret_not_kept"
    assert post(f"/me/calendars/{found['id']}/revoke", {}).status_code == 200
    assert post("/me/calendars", {"kind": "x"}).status_code == 422
