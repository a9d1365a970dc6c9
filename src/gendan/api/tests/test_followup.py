"""The follow-up for programs: the whole loop of Today, and what strangers get."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from gendan.followup.models import Journey
from gendan.kernel import clock, reactions
from gendan.kernel.models import User
from gendan.kernel.services import make_api_token
from gendan.partners.models import OutsideAccess
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


class Program:
    """A program with a user's token."""

    def __init__(self, user: User) -> None:
        _token, secret = make_api_token(name="test", by=user)
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", data, content_type="application/json")


@pytest.fixture
def journey(db: None) -> Iterator[Journey]:
    """A late order, on Monday, 2 March 2026."""
    with clock.at(clock.moment_on(dt.date(2026, 3, 2))):
        make.template()
        yield make.followed(days=30, number="PO-7")


def test_today_is_worked_off(journey: Journey) -> None:
    mei = Program(person("mei"))
    row = mei.get("today").json()[0]
    assert (row["action"], row["reason"], row["party"]) == ("chase_milestone", "late", "customer")
    assert "PO-7" in row["message"]
    assert row["why"].startswith("The order's date already moves")
    step = f"milestones/{row['milestone_id']}"
    assert mei.post(f"{step}/chase", message=row["message"]).status_code == 200
    assert mei.get("today").json() == []
    answer = mei.post(f"{step}/expect", expected_on="2026-03-20").json()
    assert (answer["expected_on"], answer["forecast_on"]) == ("2026-03-20", "2026-03-20")
    assert mei.get("today/slips", since="2026-03-01T00:00:00Z").json()[0]["days"] > 0
    answer = mei.post(f"{step}/revise", revised_on="2026-03-20", reason="payment", party="customer")
    assert answer.json()["state"] == "proposed"
    boss = Program(person("zhao"))
    assert boss.get("today").json()[0]["revision_id"] == answer.json()["id"]
    decided = boss.post(f"revisions/{answer.json()['id']}/approve", remark="ok")
    assert decided.json()["state"] == "agreed"
    assert mei.post(f"{step}/wait-for", party="finance", note="check").json()["waiting_for"] == (
        "finance"
    )
    assert mei.post(f"{step}/reach", note="paid").json()["state"] == "reached"
    found = mei.get(f"journeys/{journey.order_id}").json()
    assert found["milestones"][0]["milestone"]["state"] == "reached"
    assert found["milestones"][1]["before"] == [found["milestones"][0]["milestone"]["id"]]
    assert found["journey"]["forecast_on"] == str(make.milestone(journey, "ex_works").forecast_on)


def test_the_board_pages(journey: Journey) -> None:
    make.followed(days=90)
    mei = Program(person("mei"))
    first = mei.get("board", sort="impact", limit=1).json()
    assert first["items"][0]["order_id"] == journey.order_id
    assert first["items"][0]["cells"]["contract"]["colour"] == "late"
    second = mei.get("board", sort="impact", limit=1, cursor=first["next"]).json()
    assert second["next"] is None
    assert second["items"][0]["order_id"] != journey.order_id
    for wrong in ({"sort": "colour"}, {"cursor": "x~y"}, {"limit": 0}):
        assert mei.get("board", **wrong).status_code == 422


def test_photos_come_along(journey: Journey) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    mei = Program(person("mei"))
    deposit = make.milestone(journey, "deposit")
    answer = mei.client.post(
        f"/api/v1/milestones/{deposit.pk}/reach-with-photos",
        {"note": "receipt", "photos": [SimpleUploadedFile("a.png", PNG)]},
    )
    assert answer.json()["state"] == "reached", answer.json()


def test_refusals_are_sentences(journey: Journey) -> None:
    deposit = make.milestone(journey, "deposit")
    answer = Program(person("wen")).post(f"milestones/{deposit.pk}/reach")
    assert answer.status_code == 403
    mei = Program(person("mei"))
    held = mei.post(f"milestones/{make.milestone(journey, 'material').pk}/reach")
    assert (held.status_code, held.json()["code"]) == (409, "order_is_held")
    late = mei.post(f"milestones/{deposit.pk}/reach", reached_on="2026-03-03")
    assert (late.status_code, late.json()["code"]) == (422, "date_refused")
    template = mei.post("templates", code="x", kind="hardgoods", name_en="X", steps=[])
    assert template.status_code == 403


def test_templates_are_written_and_retired(journey: Journey) -> None:
    boss = Program(person("zhao"))
    step = {"code": "ex_works", "name_en": "Ex works", "stage": "shipping", "anchor": "ex_works",
            "owner_role": "logistics", "waits_for": "logistics", "duration_days": 20}  # fmt: skip
    made = boss.post("templates", code="toys", kind="trading", name_en="Toys", steps=[step])
    assert made.status_code == 201, made.json()
    assert {one["code"] for one in boss.get("templates").json()} == {"small", "toys"}
    retired = boss.post(f"templates/{made.json()['id']}/retire").json()
    assert not retired["is_active"]


def test_notices_are_acknowledged(journey: Journey) -> None:
    from gendan.orders.services import comment_on_order

    bo = Program(person("bo"))
    comment_on_order(order_id=journey.order_id, text="@bo buttons?", by=person("mei"))
    reactions.run_due()
    notice = bo.get("notices").json()["items"][0]
    assert (notice["fact"], notice["data"]["text"]) == ("CommentWritten", "@bo buttons?")
    assert bo.get("today/counts").json()["notices"] == 1
    assert bo.post("notices/acknowledge", notice_ids=[notice["id"]]).json() == {"acknowledged": 1}
    assert bo.get("notices").json()["items"] == []


def test_strangers_and_outsiders_get_nothing(journey: Journey) -> None:
    deposit = make.milestone(journey, "deposit").pk
    theirs = _outsider("theirs", journey.order.customer_id)
    others = _outsider("others", masters.customer("C-2").pk)
    for user in (theirs, others):
        program = Program(user)
        assert program.get(f"journeys/{journey.order_id}").status_code == 404
        assert program.post(f"milestones/{deposit}/reach").status_code == 404
        assert program.get("today").json() == []
        assert program.get("board").json()["items"] == []
    assert Client().get("/api/v1/today").status_code == 401


def _outsider(name: str, customer_id: int) -> User:
    user = User.objects.create(username=name, is_outside=True)
    user.groups.add(Group.objects.get(name="customer"))
    OutsideAccess.objects.create(user=user, partner_id=customer_id)
    return user
