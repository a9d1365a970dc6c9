"""The pages and operations of the machine schedule, for every role."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning import shop_jobs
from gendan.planning.models import KeptOperation, ScheduledOrder, SetupTime, ShopSequence
from gendan.planning.tests.factory import planned
from gendan.planning.tests.shop_factory import (
    WEDNESDAY,
    adopted,
    released,
    sequenced,
    step,
    workshop,
)
from gendan.production.models import WorkOrder
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(clock.moment_on(WEDNESDAY, 8)):
        workshop()
        yield


def for_an_order(item: str = "RED", quantity: int = 120, **more: Any) -> WorkOrder:
    """A work order that a customer's order is behind."""
    order = orders.confirmed(masters.customer(), [orders.line(item, quantity)], incoterm="EXW")
    line = order.lines.get()
    return released(item, quantity, demands=[f"orders.line:{line.pk}"], **more)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_from_asking_to_the_dispatch_list(browse: Browse) -> None:
    work = for_an_order()
    planner = browse("ping")
    page = text(planner.get(reverse("shop")))
    assert "No sequence is in force" in page
    assert "PRESS" in text(planner.get(reverse("sequence_shop")))
    values = {"days": 10, "seconds": 0, "stability": 60, "seed": 1, "centers": ["PRESS"]}
    answer = planner.post(reverse("sequence_shop"), values)
    sequence = ShopSequence.objects.get()
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/{sequence.pk}/")
    assert "waits to be calculated" in text(planner.get(answer["Location"]))
    shop_jobs.calculate_sequence_now(sequence.pk)
    page = text(planner.get(answer["Location"]))
    assert "RED · SO-" in page
    assert "proposal" in page
    assert "PRESS 1" in page
    answer = planner.post(reverse("adopt_sequence", args=[sequence.pk]))
    assert answer["Location"] == reverse("dispatch_list")
    page = text(planner.get(answer["Location"]))
    assert "PRESS 1" in page
    assert "08:00" in page
    assert work.number in page
    assert "SO-" in page
    assert "in force" in text(planner.get(reverse("shop")))


def test_a_stale_proposal_is_refused_on_the_page(browse: Browse) -> None:
    work = released("RED", 50)
    sequence = sequenced()
    browse("gang").post(reverse("begin_step", args=[step(work).pk]), {"machine": 1})
    answer = browse("ping").post(reverse("adopt_sequence", args=[sequence.pk]))
    assert answer.status_code == 409
    assert work.number in answer.content.decode()
    assert not ShopSequence.objects.filter(is_in_force=True).exists()


def test_what_is_late_and_what_is_left_out_say_why(browse: Browse) -> None:
    for_an_order(quantity=3000, due=WEDNESDAY)
    masters.items({"BARE": {"supply": "make"}})
    released("BARE", 5)
    page = text(browse("ping").get(reverse("shop_sequence", args=[sequenced().pk])))
    assert "it began too late" in page
    assert "Not in sequence" in page
    assert "had no routing" in page
    assert "机台排程" in text(browse("ping", "zh-hans").get(reverse("shop")))


def test_the_dispatch_list_of_a_machine_and_a_day(browse: Browse) -> None:
    for_an_order("RED", 700)
    for_an_order("BLUE", 60)
    adopted()
    worker = browse("gang")
    page = text(worker.get(reverse("dispatch_list"), {"machine": "PRESS 2"}))
    assert "PRESS 2" in page
    assert page.count("sq-machine") == 1
    thursday = (WEDNESDAY + dt.timedelta(days=1)).isoformat()
    assert "PRESS" in text(worker.get(reverse("dispatch_list"), {"day": thursday}))
    assert "Nothing runs" in text(worker.get(reverse("dispatch_list"), {"day": "2026-07-01"}))
    for odd in ({"day": "x"}, {"machine": "NO 99999999999999999999"}, {"machine": "²"}):
        assert worker.get(reverse("dispatch_list"), odd).status_code == 200


def test_the_dispatch_list_as_a_file(browse: Browse) -> None:
    work = for_an_order("RED", 60)
    adopted()
    answer: Any = browse("gang").get(reverse("dispatch_list"), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(lines)))
    assert rows[0][0] == "Machine"
    assert [row[0] for row in rows[1:]] == ["PAINT 1", "PRESS 1"]
    assert rows[2][1] == "2026-06-10 08:00"
    assert work.number in rows[2]
    answer = browse("gang").get(reverse("dispatch_list"), {"export": "xlsx"})
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_each_link_of_the_dispatch_list_leads_where_it_says(browse: Browse) -> None:
    for_an_order("RED", 60)
    adopted()
    worker, here = browse("gang"), reverse("dispatch_list")
    page = text(worker.get(here, {"day": "2026-06-10", "machine": "PRESS 1"}))
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(\?[^"]*)"', page)]
    assert not [one for one in links if one.startswith("??")]
    [file] = [one for one in links if "export=csv" in one]
    answer: Any = worker.get(here + file)
    assert answer["Content-Type"].startswith("text/csv")
    [following] = [one for one in links if "day=2026-06-11" in one]
    assert "machine=PRESS+1" in following
    assert 'value="2026-06-11"' in text(worker.get(here + following))


def test_a_day_without_work_leads_to_the_next_with_some(browse: Browse) -> None:
    for_an_order("RED", 60)
    adopted()
    worker, here = browse("gang"), reverse("dispatch_list")
    before = text(worker.get(here, {"day": "2026-06-07"}))
    assert "Nothing runs" in before
    assert "day=2026-06-10" in before
    assert "The next day with work" not in text(worker.get(here, {"day": "2026-07-01"}))
    assert "06-10 08:00" in text(worker.get(here))  # each end with its own date


def test_a_sequence_says_why_it_was_not_searched(browse: Browse) -> None:
    for_an_order("RED", 60)
    sequence = adopted()
    planner, here = browse("ping"), reverse("shop_sequence", args=[sequence.pk])
    sequence.figures |= {"is_optimal": False, "is_searched": False}
    sequence.save()
    assert "no search was asked for" in text(planner.get(here))
    ShopSequence.objects.filter(pk=sequence.pk).update(seconds=20)
    assert "the optimiser is not installed" in text(planner.get(here))
    sequence.figures["is_searched"] = True
    ShopSequence.objects.filter(pk=sequence.pk).update(figures=sequence.figures)
    assert "Searched for 20 seconds" in text(planner.get(here))
    ShopSequence.objects.filter(pk=sequence.pk).update(is_stop_asked=True)
    assert "The search was stopped" in text(planner.get(here))


def test_a_sequence_says_where_the_plan_has_another_day(browse: Browse) -> None:
    work = for_an_order("RED", 60)
    planned()
    day = WEDNESDAY + dt.timedelta(days=5)
    found = ScheduledOrder.objects.filter(run__is_live=True, work_order=work)
    assert found.update(ends_on=day) == 1
    here = reverse("shop_sequence", args=[sequenced().pk])
    page = text(browse("ping").get(here))
    assert "Ready on another day than by the plan" in page
    assert day.isoformat() in page
    found.update(ends_on=WEDNESDAY)
    assert "Ready on another day" not in text(browse("ping").get(here))


def test_the_file_names_the_orders_of_rows_the_page_does_not_show(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = for_an_order("RED", 60)
    adopted()
    monkeypatch.setattr("gendan.web.planning_shop_floor.MOST_ROWS", -1)  # the page shows none
    answer: Any = browse("ping").get(reverse("dispatch_list"), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(lines)))
    number = Order.objects.get().number
    assert [(one["Work order"], one["For orders"]) for one in rows] == [(work.number, number)] * 2


def test_the_workshop_says_what_it_does(browse: Browse) -> None:
    work = released("RED", 60)
    adopted()
    worker = browse("gang")
    pk = step(work).pk
    here = reverse("dispatch_list") + "?machine=PRESS+1"
    answer = worker.post(reverse("begin_step", args=[pk]), {"machine": "1", "next": here})
    assert answer["Location"] == here
    page = text(worker.get(here))
    assert reverse("finish_step", args=[pk]) in page
    assert reverse("reopen_step", args=[pk]) in page
    worker.post(reverse("reopen_step", args=[pk]))
    worker.post(reverse("finish_step", args=[pk]))
    assert step(work).state == "done"
    assert "Nothing runs" in text(worker.get(here))
    assert worker.post(reverse("finish_step", args=[10**9])).status_code == 404


def test_an_operation_is_kept_and_let_go(browse: Browse) -> None:
    work = released("RED", 60)
    adopted()
    planner, pk = browse("ping"), step(work).pk
    assert 'value="2026-06-10T08:00"' in text(planner.get(reverse("keep_operation", args=[pk])))
    values = {"machine": "2", "starts_at": "2026-06-11T14:00"}
    assert planner.post(reverse("keep_operation", args=[pk]), values).status_code == 303
    kept = KeptOperation.objects.get()
    assert (kept.machine, kept.starts_at) == (2, clock.moment_on(dt.date(2026, 6, 11), 14))
    assert "A planner keeps it" in text(planner.get(reverse("keep_operation", args=[pk])))
    odd = planner.post(reverse("keep_operation", args=[pk]), values | {"machine": "9"})
    assert "has 2 machines" in odd.content.decode()
    assert planner.post(reverse("let_operation_go", args=[pk])).status_code == 303
    assert not KeptOperation.objects.exists()


def test_who_may_what(browse: Browse) -> None:
    released("RED", 60)
    sequence = sequenced()
    for name in ("shop", "dispatch_list", "sequence_shop", "setup_times"):
        assert browse().get(reverse(name)).status_code == 302
        assert browse("stranger").get(reverse(name)).status_code == 404
    assert browse("mei").get(reverse("sequence_shop")).status_code == 403
    assert browse("mei").get(reverse("shop_sequence", args=[sequence.pk])).status_code == 200
    assert browse("gang").post(reverse("adopt_sequence", args=[sequence.pk])).status_code == 403
    assert browse("ping").post(reverse("stop_sequence", args=[sequence.pk])).status_code == 409
    assert browse("ping").get(reverse("shop_sequence", args=[10**9])).status_code == 404


def test_pages_take_as_many_queries_for_many_operations(
    browse: Browse, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        for_an_order("RED" if number % 2 else "BLUE", 40)
    sequence = adopted()
    planner = browse("ping")
    with django_assert_max_num_queries(30):
        planner.get(reverse("dispatch_list"))
    with django_assert_max_num_queries(30):
        planner.get(reverse("shop_sequence", args=[sequence.pk]))
    with django_assert_max_num_queries(33):
        planner.get(reverse("shop"))


def test_set_up_times_on_a_page(browse: Browse) -> None:
    planner = browse("ping")
    assert "60" in text(planner.get(reverse("setup_times")))
    center = SetupTime.objects.first()
    assert center is not None
    values = {"work_center": "PRESS", "from_family": "", "to_family": "steel", "minutes": "15"}
    assert planner.post(reverse("save_setup_times"), values).status_code == 303
    assert SetupTime.objects.filter(to_family="steel", minutes=15).exists()


def test_programs_do_the_same(browse: Browse) -> None:
    work = released("RED", 60)
    planner = browse("ping")

    def post(path: str, **values: Any) -> Any:
        return planner.post(f"/api/v1{path}", json.dumps(values), content_type="application/json")

    answer = post("/sequences", days=5, seconds=0, centers=["PRESS"])
    assert answer.status_code == 202
    pk = answer.json()["id"]
    assert post("/sequences", days=5).status_code == 409
    shop_jobs.calculate_sequence_now(pk)
    found = planner.get(f"/api/v1/sequences/{pk}").json()
    assert [one["work_center"] for one in found["operations"]] == ["PAINT", "PRESS"]
    assert post(f"/sequences/{pk}/adopt").json()["is_in_force"]
    assert post(f"/sequences/{pk}/stop").status_code == 409
    [painted, pressed] = planner.get("/api/v1/dispatch-list").json()
    assert pressed["starts_at"].startswith("2026-06-10T")
    assert pressed["machine"] == 1
    place = {"machine": 2, "starts_at": "2026-06-11T14:00:00+08:00"}
    assert post(f"/operations/{pressed['step_id']}/keep", **place).status_code == 204
    assert post(f"/operations/{pressed['step_id']}/let-go").status_code == 204
    assert post(f"/operations/{pressed['step_id']}/begin", machine=2).json()["machine"] == 2
    assert post(f"/operations/{pressed['step_id']}/finish").json()["state"] == "done"
    assert post(f"/operations/{pressed['step_id']}/reopen").json()["state"] == "todo"
    row = {"work_center": "PRESS", "to_family": "steel", "minutes": 15}
    assert post("/setup-times", rows=[row]).status_code == 200
    assert len(planner.get("/api/v1/setup-times").json()["items"]) == 3
    assert planner.get("/api/v1/sequences").json()["items"][0]["number"] == found["number"]
    assert painted["work_order"] == work.number
    for odd in ({"days": "x"}, {"days": 0}, {"centers": ["NOWHERE"]}, {"seconds": 10**6}):
        assert post("/sequences", **odd).status_code == 422
