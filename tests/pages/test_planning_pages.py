"""Pages and operations of plans, work orders and purchase requests."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning import jobs, services
from gendan.planning.models import Assumption, PlannedOrder, PlanRun
from gendan.planning.services.capacity import CapacityChangeRow, save_capacity_changes
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.purchasing.models import PurchaseRequest
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.web import planning_runs

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
PAGES = ["planning", "planned_orders", "plan_messages", "work_orders", "purchase_requests"]


@pytest.fixture
def order() -> Iterator[Order]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.stock("LEG", 8)
        masters.expected("SEAT", 4, dt.date(2026, 3, 24), reference="PO-9")
        yield ordered(10, day=dt.date(2026, 3, 30))


def text(client: Client, name: str, *ids: int, query: str = "") -> str:
    answer = client.get(reverse(name, args=ids) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_strangers_find_nothing_and_outsiders_no_doors(browse: Browse) -> None:
    for name in [*PAGES, "make_scenario"]:
        assert browse("stranger").get(reverse(name)).status_code == 404
        assert browse().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_there_before_anything_is_planned(
    browse: Browse, name: str, language: str
) -> None:
    assert f'lang="{language}"' in text(browse("ping", language), name)


def test_no_run_that_is_kept_is_left_out_in_silence(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = browse("mei")
    for _turn in range(3):
        services.cancel_plan_run(run_id=services.run_plan(by=person("ping")).pk, by=person("ping"))
    monkeypatch.setattr(services, "RUNS_KEPT", 2)
    last, *others = PlanRun.objects.order_by("pk").values_list("number", flat=True)
    first = text(mei, "planning")
    assert all(number in first for number in others)
    assert last not in first
    after = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = mei.get(reverse("planning") + after).content.decode()
    assert last in second
    assert 'rel="next"' not in second
    assert "To the beginning" in second


def test_only_planners_ask_and_firm(browse: Browse, order: Order) -> None:
    planned()
    mei = browse("mei")
    assert "Plan now" not in text(mei, "planning")
    assert 'id="firm"' not in text(mei, "planned_orders")
    assert mei.post(reverse("run_plan")).status_code == 403
    assert mei.get(reverse("make_scenario")).status_code == 403
    assert mei.post(reverse("firm_planned_orders"), {"planned_order": 1}).status_code == 403


def test_asking_watching_stopping_and_asking_again(browse: Browse, order: Order) -> None:
    ping = browse("ping")
    assert "Nothing has been planned yet" in text(ping, "planning")
    ping.post(reverse("run_plan"))
    run = PlanRun.objects.get()
    assert "waits to be calculated" in text(ping, "planning")
    services.take_up_plan_run(run_id=run.pk)
    services.note_plan_progress(run_id=run.pk, attempt=1, stage="netting", percent=20)
    assert "20 %" in text(ping, "planning")
    assert "20 %" in text(ping, "plan_run", run.pk)
    ping.post(reverse("cancel_plan_run", args=[run.pk]))
    ping.post(reverse("run_plan"))
    jobs.calculate_now(PlanRun.objects.latest("pk").pk)
    shown = text(ping, "planning")
    assert "The live plan" in shown
    assert "cancelled" in shown


def test_planned_orders_are_filtered_and_firmed(browse: Browse, order: Order) -> None:
    run, ping = planned(), browse("ping")
    shown = text(ping, "planned_orders")
    assert all(code in shown for code in ("CHAIR", "LEG", "SEAT", "WOOD"))
    assert "CHAIR" not in text(ping, "planned_orders", query="?kind=buy")
    assert "Nothing fits" in text(ping, "planned_orders", query="?show=late")
    assert "WOOD" in text(ping, "planned_orders", query=f"?order={order.number}")
    assert "Nothing fits" in text(ping, "planned_orders", query="?order=SO-0")
    assert "LEG" not in text(ping, "planned_orders", query="?until=2026-03-12")
    ids = list(PlannedOrder.objects.filter(run=run).values_list("pk", flat=True))
    answer = ping.post(reverse("firm_planned_orders"), {"planned_order": ids})
    assert answer.status_code == 303
    assert "4 planned orders are firmed." in text(ping, "planned_orders")
    made, asked = WorkOrder.objects.first(), PurchaseRequest.objects.first()
    assert made is not None
    assert asked is not None
    assert made.number in text(ping, "work_orders")
    assert "ASSEMBLY" in text(ping, "work_order", WorkOrder.objects.get(item__code="CHAIR").pk)
    assert asked.number in text(ping, "purchase_requests")
    assert order.number in text(ping, "work_order", made.pk)
    assert order.number in text(browse("bo"), "purchase_request", asked.pk)
    assert f"reference={asked.number}" in text(browse("bo"), "purchase_request", asked.pk)
    ping.post(reverse("release_work_order", args=[made.pk]))
    ping.post(reverse("cancel_work_order", args=[made.pk]), {"reason": "not wanted"})
    assert "not wanted" in text(ping, "work_order", made.pk)
    ping.post(reverse("cancel_purchase_request", args=[asked.pk]), {"reason": "found some"})
    assert "found some" in text(ping, "purchase_request", asked.pk)
    assert (
        "newer plan"
        in ping.post(reverse("firm_planned_orders"), {"planned_order": [10**15]}).content.decode()
    )


def test_after_firming_the_list_is_filtered_as_before(browse: Browse, order: Order) -> None:
    planned()
    ping, chosen = browse("ping", htmx=True), PlannedOrder.objects.get(item__code="CHAIR")
    here = f"{reverse('planned_orders')}?order={order.number}"
    answer = ping.post(
        reverse("firm_planned_orders"),
        {"planned_order": chosen.pk},
        headers={"HX-Current-URL": f"http://testserver{here}"},
    )
    assert json.loads(answer.headers["HX-Location"])["path"] == here


def test_choosing_nothing_is_said(browse: Browse, order: Order) -> None:
    answer = browse("ping", htmx=True).post(reverse("firm_planned_orders"))
    assert answer.status_code == 422
    assert "Choose planned orders first." in answer.content.decode()
    wrong = {"planned_order": "²"}
    assert browse("ping").post(reverse("firm_planned_orders"), wrong).status_code == 404


def test_work_orders_and_requests_are_made_by_hand(browse: Browse, order: Order) -> None:
    gang, bo = browse("gang"), browse("bo")
    typed = {"item": "LEG", "quantity": "40", "starts_on": "2026-03-09", "due_on": "2026-03-11"}
    assert gang.post(reverse("firm_work_orders"), typed).status_code == 303
    wrong = gang.post(reverse("firm_work_orders"), typed | {"item": "WOOD"})
    assert "WOOD is bought, not made." in wrong.content.decode()
    wrong = gang.post(reverse("firm_work_orders"), typed | {"quantity": "many"})
    assert "is not a number" in wrong.content.decode()
    wrong = gang.post(reverse("firm_work_orders"), typed | {"quantity": "999999999999"})
    assert "So much of LEG needs more material or time" in wrong.content.decode()
    typed = {"item": "SEAT", "quantity": "3", "order_by_on": "2026-03-09"}
    page = bo.post(reverse("request_purchases"), typed)
    assert page.status_code == 200
    typed["needed_on"] = "2026-03-30"
    assert bo.post(reverse("request_purchases"), typed).status_code == 303
    assert bo.get(reverse("firm_work_orders")).status_code == 403


def test_what_to_do_says_what_it_is_for(browse: Browse, order: Order) -> None:
    masters.expected("CHAIR", 3, dt.date(2026, 2, 20), reference="PO-OLD")
    masters.expected("WOOD", 500, dt.date(2026, 3, 5), reference="PO-WOOD")
    planned()
    shown = text(browse("bo"), "plan_messages")
    assert "PO-WOOD" in shown
    assert "decrease" in shown
    everything = text(browse("bo"), "plan_messages", query="?action=new")
    assert f"for {order.number}, line 1" in everything
    assert "for CHAIR" in everything
    assert "Due in the past" in text(browse("bo"), "planning")


def test_a_late_line_names_its_reason_and_what_can_be_done(browse: Browse, order: Order) -> None:
    ordered(300, day=dt.date(2026, 3, 6))
    late = ordered(300, day=dt.date(2026, 3, 9))
    masters.stock("LEG", 2400)
    masters.stock("SEAT", 600)
    planned()
    shown = text(browse("ping"), "late_order_lines")
    assert late.number in shown
    assert "ASSEMBLY has no room for it earlier." in shown
    assert "/planning/scenarios/?kind=overtime&amp;minutes=120&amp;what=ASSEMBLY" in shown
    assert f"/orders/{late.pk}/?tab=promise" in shown
    assert "kind=overtime" not in text(browse("mei"), "late_order_lines")
    tab = text(browse("ping"), "order", late.pk, query="?tab=supply")
    assert "1 line is late by the live plan" in tab
    assert "ASSEMBLY is full from" in tab
    assert tab.count("ASSEMBLY has no room for it earlier.") == 2  # above, and in the tree
    assert "late by the live plan" not in text(
        browse("ping"), "order", order.pk, query="?tab=supply"
    )


def test_a_line_that_waits_for_a_purchase_leads_to_the_supplier(browse: Browse) -> None:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.stock("LEG", 40)
        late = ordered(10, day=dt.date(2026, 3, 6))
        planned()
        shown = text(browse("ping"), "order", late.pk, query="?tab=supply")
        assert "SEAT can only be there on" in shown
        seat = PlannedOrder.objects.get(item__code="SEAT")
        assert reverse("decide_source", args=[seat.pk]) in shown
        assert "kind=overtime" not in shown


def test_each_message_has_the_step_that_does_it(browse: Browse, order: Order) -> None:
    masters.expected("WOOD", 500, dt.date(2026, 3, 5), reference="PO-WOOD")
    run = planned()
    shown = text(browse("ping"), "plan_messages", query="?action=new")
    assert "Request the purchase" in shown
    assert "Make a work order of it" in shown
    assert "/planning/orders/firm/" not in text(browse("mei"), "plan_messages", query="?action=new")
    chosen = PlannedOrder.objects.get(run=run, item__code="CHAIR")
    here = reverse("plan_messages") + "?action=new"
    answer = browse("ping").post(
        reverse("firm_planned_orders"), {"planned_order": chosen.pk, "next": here}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    work = WorkOrder.objects.get()
    assert work.number in text(browse("ping"), "plan_messages", query="?action=new")
    # Needed earlier than it was firmed for: it is moved, on a page that is filled in.
    WorkOrder.objects.update(due_on=dt.date(2026, 4, 9))
    work.expected.due_on = dt.date(2026, 4, 9)
    work.expected.save()
    planned()
    shown = text(browse("ping"), "plan_messages")
    assert reverse("move_work_order", args=[work.pk]) + "?due_on=" in shown
    only = text(browse("ping"), "plan_messages", query="?whose=mine")
    assert reverse("move_work_order", args=[work.pk]) not in only
    order.merchandiser = person("ping")
    order.save()
    mine = text(browse("ping"), "plan_messages", query="?whose=mine")
    assert reverse("move_work_order", args=[work.pk]) in mine
    csv = browse("ping").get(reverse("plan_messages") + "?export=csv")
    assert b"Move it to" in b"".join(csv.streaming_content)  # type: ignore[attr-defined]


def test_two_plans_are_compared(browse: Browse, order: Order) -> None:
    first = planned()
    ordered(5, day=dt.date(2026, 4, 8))
    second, mei = planned(), browse("mei")
    shown = text(mei, "plan_comparison", second.pk)
    assert "1 demand differs" in shown
    assert first.number in shown
    assert "4 planned orders differ" in shown
    again = text(mei, "plan_comparison", second.pk, query=f"?with={first.pk}")
    assert "4 planned orders differ" in again
    assert "Nothing to compare with" in text(mei, "plan_comparison", first.pk)


def test_a_comparison_is_read_page_by_page(
    browse: Browse, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned()
    ordered(5, day=dt.date(2026, 4, 8))
    second, mei = planned(), browse("mei")
    monkeypatch.setattr(planning_runs, "COMPARED", 3)
    first_page = text(mei, "plan_comparison", second.pk)
    assert "page=2" in first_page
    last_page = text(mei, "plan_comparison", second.pk, query="?page=2")
    assert "4 planned orders differ" in last_page
    assert "All of them stand on the pages before." in last_page
    assert "page=3" not in last_page
    for odd in ("0", "x", "99999999999999999"):
        assert "1 demand differs" in text(mei, "plan_comparison", second.pk, query=f"?page={odd}")


def test_a_scenario_is_tried_compared_adopted_and_withdrawn(browse: Browse, order: Order) -> None:
    planned()
    ping = browse("ping")
    typed = {"title": "Big order", "0-kind": "add_demand", "0-what": "CHAIR"}
    wrong = ping.post(reverse("make_scenario"), typed | {"0-quantity": "5"})
    assert wrong.status_code == 422
    assert "Big order" in wrong.content.decode()
    ping.post(reverse("make_scenario"), typed | {"0-quantity": "5", "0-on": "2026-04-08"})
    run = PlanRun.objects.latest("pk")
    jobs.calculate_now(run.pk)
    assert "5 more of CHAIR on 2026-04-08" in text(ping, "plan_run", run.pk)
    compared = text(ping, "plan_comparison", run.pk)
    assert "not there" in compared
    assert "data-verdict" in compared
    assert reverse("adopt_scenario", args=[run.pk]) in compared
    assert reverse("adopt_scenario", args=[run.pk]) not in text(
        browse("mei"), "plan_comparison", run.pk
    )
    assert "Big order" in text(ping, "make_scenario")
    ping.post(reverse("adopt_scenario", args=[run.pk]))
    assert "5 more of CHAIR" in text(ping, "planning")
    ping.post(reverse("withdraw_assumption", args=[Assumption.objects.get().pk]))
    assert "5 more of CHAIR" not in text(ping, "planning")


def test_a_scenario_is_said_change_by_change(browse: Browse, order: Order) -> None:
    planned()
    ping, address = browse("ping"), reverse("make_scenario")
    first = text(ping, "make_scenario")
    assert "?kind=overtime" in first
    assert "0-kind" not in first  # nothing to fill in before the kind is chosen
    begun = text(ping, "make_scenario", query="?kind=lead_days&what=SEAT")
    assert "another lead time: SEAT" in begun  # a title to begin with
    assert 'name="0-days"' in begun
    assert 'name="0-on"' not in begun
    typed = {"title": "Both", "0-kind": "lead_days", "0-what": "SEAT", "0-days": "30"}
    two = ping.post(address, typed | {"more": "1", "next_kind": "breakdown"}).content.decode()
    assert 'name="0-days" value="30"' in two
    assert 'name="1-minutes"' in two
    assert 'name="1-on_days_off"' not in two
    assert not PlanRun.objects.filter(cause="scenario").exists()
    typed |= {"1-kind": "breakdown", "1-what": "SAW", "1-on": ""}
    wrong = ping.post(address, typed)
    assert wrong.status_code == 422
    assert "Say the day." in wrong.content.decode()
    one = ping.post(address, typed | {"less": "0"}).content.decode()
    assert 'name="0-kind" value="breakdown"' in one
    assert 'name="1-kind"' not in one
    made = ping.post(address, typed | {"1-on": "2026-03-10"})
    assert made.status_code == 303
    run = PlanRun.objects.get(cause="scenario")
    assert [one["kind"] for one in run.changes] == ["lead_days", "capacity"]
    odd = ping.post(address, {"more": "1", "next_kind": "nonsense", "x-kind": "y", "less": "x"})
    assert odd.status_code == 200
    assert ping.post(address, {"title": "Nothing"}).status_code == 422


def test_a_failed_run_says_why(browse: Browse, order: Order) -> None:
    run = services.run_plan(by=None)
    services.fail_plan_run(run_id=run.pk, failure="too_large", detail="WOOD")
    shown = text(browse("ping"), "plan_run", run.pk)
    assert "check its BOMs: WOOD" in shown


def test_the_supply_tab_follows_a_line_down_to_what_is_bought(browse: Browse, order: Order) -> None:
    run = planned()
    shown = text(browse("mei"), "order", order.pk, query="?tab=supply")
    assert run.number in shown
    assert "PO-9" in shown
    assert "WOOD" in shown
    assert "pl-level-2" in shown


def test_lists_ask_a_fixed_number_of_questions(
    browse: Browse, order: Order, django_assert_max_num_queries: Any
) -> None:
    for day in range(1, 20):
        ordered(1, day=dt.date(2026, 4, day))
    planned()
    ping = browse("ping")
    for name in PAGES:
        text(ping, name)
        with django_assert_max_num_queries(20):
            text(ping, name)


def test_programs_plan_firm_and_compare(browse: Browse, order: Order) -> None:
    client = browse("ping")

    def post(path: str, body: Any = None) -> Any:
        answer = client.post(f"/api/v1{path}", json.dumps(body or {}), "application/json")
        assert answer.status_code < 300, answer.content
        return answer.json()

    def get(path: str) -> Any:
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    assert client.get("/api/v1/planned-orders").status_code == 404
    first = post("/plan-runs")
    assert get(f"/plan-runs/{first['id']}")["state"] == "waiting"
    assert post(f"/plan-runs/{first['id']}/cancel")["state"] == "cancelled"
    first = post("/plan-runs")
    jobs.calculate_now(first["id"])
    trees = get(f"/orders/{order.pk}/supply")
    assert trees[0]["nodes"][0]["kind"] == "planned"
    assert {node["item"] for node in trees[0]["nodes"][0]["below"]} == {"LEG", "SEAT"}
    orders = get("/planned-orders?kind=make")["items"]
    assert {one["item"] for one in orders} == {"CHAIR", "LEG"}
    assert get("/plan-messages?action=new")["items"]
    firmed = post("/planned-orders/firm", {"planned_order_ids": [one["id"] for one in orders]})
    assert len(firmed["work_orders"]) == 2
    work = get("/work-orders?state=firm")["items"][0]
    assert get(f"/work-orders/{work['id']}")["steps"]
    assert post(f"/work-orders/{work['id']}/release")["state"] == "released"
    assert post(f"/work-orders/{work['id']}/cancel", {"reason": "x"})["state"] == "cancelled"
    row = {"item": "SEAT", "quantity": "2", "needed_on": "2026-04-01", "order_by_on": "2026-03-20"}
    asked = post("/purchase-requests", {"rows": [row]})["ids"][0]
    assert get(f"/purchase-requests/{asked}")["state"] == "open"
    assert post(f"/purchase-requests/{asked}/cancel", {"reason": "x"})["state"] == "cancelled"
    row = {"item": "LEG", "quantity": "4", "starts_on": "2026-03-20", "due_on": "2026-04-01"}
    assert post("/work-orders", {"rows": [row]})["count"] == 1
    for strange in ({"quantity": "999999999999"}, {"demands": ["x" * 90]}):
        wrong = json.dumps({"rows": [row | strange]})
        assert client.post("/api/v1/work-orders", wrong, "application/json").status_code == 422
    change = {"kind": "lead_days", "what": "SEAT", "days": 20}
    scenario = post("/scenarios", {"title": "Slow seats", "changes": [change]})
    jobs.calculate_now(scenario["id"])
    found = get(f"/plan-runs/{scenario['id']}/comparison/{first['id']}")
    assert found["order_count"]
    assert post(f"/scenarios/{scenario['id']}/adopt")["adopted_at"]
    [kept] = get("/planning-assumptions")
    assert post(f"/planning-assumptions/{kept['id']}/withdraw")["withdrawn_at"]
    assert len(get("/plan-runs")["items"]) == 4
    found = get("/plan-runs?limit=3")
    rest = get(f"/plan-runs?limit=3&cursor={found['next']}")
    ids = [one["id"] for one in (*found["items"], *rest["items"])]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest["next"]) == (4, None)
    assert browse("stranger").get("/api/v1/plan-runs").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_late_lines_stand_on_a_page_with_what_binds_them(browse: Browse, language: str) -> None:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        ping = browse("ping", language)
        assert "gd-empty" in text(ping, "late_order_lines")  # nothing was planned yet
        fine = ordered(10, day=dt.date(2026, 4, 30))
        soon = ordered(5, day=dt.date(2026, 3, 4))  # the seats take longer
        big = ordered(400, day=dt.date(2026, 3, 31))
        stop = (dt.date(2026, 3, 23), dt.date(2026, 3, 31))
        save_capacity_changes(rows=[CapacityChangeRow("ASSEMBLY", "breakdown", *stop)], by=None)
        run = planned()
        assert run.figures["late_sales_orders"] == 2
        assert reverse("late_order_lines") in text(ping, "planning")
        shown = text(ping, "late_order_lines", query=f"?run={run.pk}")
        assert fine.number not in shown
        rows = {
            number: next(one for one in shown.split("<tr>") if number in one)
            for number in (soon.number, big.number)
        }
        assert "SEAT" in rows[soon.number]  # bought, its lead time
        assert f"{reverse('gantt')}?center=ASSEMBLY" in rows[big.number]
        assert "%(" not in shown
        assert browse("stranger").get(reverse("late_order_lines")).status_code == 404
        found = ping.get("/api/v1/late-order-lines").json()
        assert {one["order_number"] for one in found} == {soon.number, big.number}
        by_order = {one["order_number"]: one for one in found}
        binding = by_order[big.number]["binding"]
        assert (binding["reason"], binding["work_center"]) == ("centre", "ASSEMBLY")
        assert all(one["days_late"] > 0 for one in found)
        assert len(ping.get("/api/v1/late-order-lines?limit=1").json()) == 1
        assert ping.get("/api/v1/late-order-lines?limit=0").status_code == 422
