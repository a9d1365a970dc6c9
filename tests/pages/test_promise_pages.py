"""The page of what is possible for an order, holding it, and a rush order: by page and by API."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gendan.engine.promise import Reason
from gendan.kernel import clock
from gendan.orders.models import Line, LinePromise, Order
from gendan.orders.services import confirm_order
from gendan.planning.models import PromiseHold
from gendan.planning.possible import possible
from gendan.planning.promise_ways import MOST_OVERTIME
from gendan.planning.services import promise_order
from gendan.planning.tests.factory import MONDAY, cut_goods
from gendan.testing.cast import person
from gendan.testing.make import masters, orders
from gendan.web.planning_promise_lines import said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        cut_goods()
        yield


def draft(quantity: int = 20, code: str = "A-1", lines: int = 1, **given: Any) -> Order:
    rows = [orders.line(code, quantity, requested_on=None) for _line in range(lines)]
    return orders.draft(lines=rows, **given)


def confirmed(quantity: int) -> Order:
    order = draft(quantity)
    promise_order(order_id=order.pk, by=person("mei"))
    confirm_order(order_id=order.pk, by=person("mei"))
    return order


def page(browse: Any, order: Order, who: str = "mei", query: str = "", **kept: Any) -> str:
    answer = browse(who, **kept).get(reverse("possible_promise", args=[order.pk]) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_strangers_and_nobody_see_nothing(browse: Any) -> None:
    order = draft()
    for name in ("possible_promise", "hold_promise", "release_promise", "promise_rush"):
        url = reverse(name, args=[order.pk])
        send = "get" if name == "possible_promise" else "post"
        assert getattr(browse(), send)(url).status_code == 302
        assert getattr(browse("stranger"), send)(url).status_code == 404
        assert getattr(browse("mei"), send)(url.replace(str(order.pk), "999999")).status_code == 404


def test_who_may_not_promise_sees_no_buttons(browse: Any) -> None:
    order = draft()
    text = page(browse, order, "wen")
    assert "Promise these dates" not in text
    assert browse("wen").post(reverse("hold_promise", args=[order.pk])).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_says_what_binds_and_leads_to_it(browse: Any, language: str) -> None:
    confirmed(50)
    text = page(browse, draft(), language=language)
    assert reverse("capacity") in text
    assert "CUT" in text
    assert "03-10" in text  # after the week of the other
    assert "%(" not in text


def test_a_later_wish_does_not_hide_what_binds_the_earliest_date(browse: Any) -> None:
    confirmed(50)
    wish = MONDAY + dt.timedelta(days=60)
    order = orders.draft(lines=[orders.line("A-1", 20, requested_on=wish)])
    text = page(browse, order)
    head, binds = text.split("</h1>")[1].split("</div>")[0], text.split("data-binds")
    assert "would be promised for" in head
    assert "05-01" in head  # what the button promises, not only what would be possible
    assert "03-10" in head
    assert "What binds the earliest date" in binds[2]
    assert reverse("capacity") in binds[2].split("</p>")[0]
    assert 'id="rush"' not in text  # nobody moves for days that nobody asked for


def test_other_ways_stand_beside_it_with_date_and_cost(browse: Any) -> None:
    query = "?overtime_minutes=100&cost_per_hour=30&outside_days=1&outside_price=2"
    text = page(browse, draft(50), query=query)
    assert "Overtime at CUT, 200 minutes in all" in text
    assert "100.00" in text
    assert "A-1 from an outside factory" in text


def test_ways_name_work_centres_and_say_what_day_the_door_has_now(browse: Any) -> None:
    masters.work_center("CUT", minutes_per_day=100, name_en="Cutting", name_zh="裁剪")
    masters.lane("DE", "sea")
    masters.lane("DE", "air", transit_days=2)
    order = draft(50, delivery_method="sea", destination_country="DE")
    [air] = possible(order.pk).freight
    assert "Overtime at CUT Cutting," in page(browse, order, query="?overtime_minutes=100")
    text = page(browse, order, language="zh-hans", query="?overtime_minutes=100")
    assert "CUT 裁剪" in text
    door = text.split("data-door>")[1].split("</small>")[0]
    assert f"{air.on + dt.timedelta(days=28):%m-%d}" in door


def test_ways_name_the_items_they_are_about(browse: Any) -> None:
    masters.item("A-1", supply="make", name_en="Steel bracket")
    text = page(browse, draft(50), query="?outside_days=1&outside_price=2")
    assert "A-1 Steel bracket from an outside factory" in text


def test_the_sailing_and_its_cut_off_stand_beside_the_days(browse: Any) -> None:
    masters.lane("DE", "sea", to_port_days=1, sails_on=(2, 5), cutoff_days=2)
    order = draft(20, incoterm="FOB", delivery_method="sea", destination_country="DE")
    on_board = possible(order.pk).lines[0].promised.on_board_on
    assert on_board.weekday() in (2, 5)
    text = page(browse, order).split("data-sailing>")[1].split("</span>")[0]
    by = on_board - dt.timedelta(days=2)
    assert text == f"Sailings on Wed, Sat; at the port by {by} to sail on {on_board}."
    assert "船期为周三、周六" in page(browse, order, language="zh-hans")


def test_the_three_days_of_a_line_stand_together(browse: Any) -> None:
    masters.lane("DE", "sea")
    order = draft(20, delivery_method="sea", destination_country="DE")
    days = possible(order.pk).lines[0].promised
    three = page(browse, order).split("data-three>")[1].split("</small>")[0]
    for day in (days.ex_works_on, days.on_board_on, days.at_door_on):
        assert f"{day:%m-%d}" in three
    [line] = browse("mei").get(f"/api/v1/orders/{order.pk}/possible").json()["lines"]
    assert line["on_board_on"] == days.on_board_on.isoformat()


def test_goods_leave_on_a_working_day_wherever_it_is_said(browse: Any) -> None:
    """To be on board on a Tuesday they leave two days before: on the Friday, not on the Sunday."""
    masters.lane("DE", "sea", to_port_days=2)
    tuesday, friday = dt.date(2026, 6, 16), dt.date(2026, 6, 12)
    line = orders.line("A-1", 20, requested_on=tuesday)
    way = {"incoterm": "FOB", "delivery_method": "sea", "destination_country": "DE"}
    order = orders.draft(lines=[line], **way)
    three = page(browse, order).split("data-three>")[1].split("</small>")[0]
    assert f"{friday:%m-%d}" in three
    assert f"{tuesday:%m-%d}" in three
    promise_order(order_id=order.pk, by=person("mei"))
    kept = LinePromise.objects.get(line__order=order)
    assert kept.ex_works_on == dt.date(2026, 6, 14)  # by when they must leave
    asked = browse("mei").get(f"/api/v1/orders/{order.pk}/promise").json()
    assert [asked["ex_works_on"], asked["lines"][0]["ex_works_on"]] == [str(friday)] * 2
    tab = browse("mei").get(f"/orders/{order.pk}/?tab=promise").content.decode()
    assert f"{friday:%m-%d}" in tab
    assert "06-14" not in tab


@pytest.mark.parametrize(
    ("language", "words"), [("en", "in 50 of 100 cases"), ("zh-hans", "100 次中有 50 次")]
)
def test_the_odds_of_all_lines_together_stand_at_the_head(
    browse: Any, language: str, words: str
) -> None:
    assert words in page(browse, draft(lines=2), language=language)
    assert words not in page(browse, draft(), language=language)


def test_each_way_says_its_effect_on_other_orders(browse: Any) -> None:
    other = confirmed(50)
    text = page(browse, draft(), query="?overtime_minutes=100&cost_per_hour=30")
    table = text.split("data-ways")[1].split("</table>")[0]
    overtime, first = table.split("data-first")
    assert "<th>Effect on other orders</th>" in overtime
    assert "whether people stay longer" in overtime
    assert other.number not in overtime
    assert other.number in first
    assert "days later" in first
    assert "whether the customers who wait accept it" in first


@pytest.mark.parametrize(
    "query",
    ["?overtime_minutes=x&cost_per_hour=NaN", "?outside_days=-1", "?supplier_days=99999999"],
)
def test_nonsense_is_left_aside(browse: Any, query: str) -> None:
    assert "Nothing that was looked at" in page(browse, draft(50), query=query)


def test_an_order_without_a_date_says_why(browse: Any) -> None:
    masters.item("B-2", supply="make")
    masters.work_center("OFF", is_active=False)
    masters.routing("B-2", ("OFF", 0, 10))
    text = page(browse, draft(code="B-2"))
    assert "No date can be promised." in text
    assert "OFF has no minutes" in text
    assert "Promise these dates" not in text


def test_held_shown_and_released(browse: Any) -> None:
    order, client = draft(), browse("mei")
    hold, release = (reverse(f"{one}_promise", args=[order.pk]) for one in ("hold", "release"))
    assert "Promise dates first" in page(browse, order)
    assert client.post(hold, {"hours": "24"}).status_code == 409
    client.post(reverse("promise_order", args=[order.pk]))
    assert client.post(hold, {"hours": "24"}).status_code == 303
    assert "held until" in page(browse, order)
    assert PromiseHold.objects.get().until_at == clock.now() + dt.timedelta(hours=24)
    assert client.post(release).status_code == 303
    assert "Material and minutes are held" not in page(browse, order)
    timeline = client.get(reverse("order", args=[order.pk]) + "?tab=timeline").content.decode()
    assert "What was held for the order is free again." in timeline
    assert "What is promised is held until" in timeline


def test_a_rush_order_in_one_step(browse: Any) -> None:
    other, order, client = confirmed(50), draft(), browse("mei")
    text = page(browse, order)
    assert other.number in text
    mark = text.split('name="mark" value="')[1].split('"')[0]
    url = reverse("promise_rush", args=[order.pk])
    assert client.post(url, {"mark": "other"}).status_code == 409
    was = Order.objects.get(pk=other.pk).promised_on
    assert "Without moving anybody" in text
    answer = client.post(url, {"mark": mark}, follow=True)
    assert f"Later became: {other.number}." in answer.content.decode()
    order.refresh_from_db()
    assert order.promised_on == MONDAY + dt.timedelta(days=1)
    assert Order.objects.get(pk=other.pk).promised_on > was  # type: ignore[operator]
    timeline = client.get(reverse("order", args=[order.pk]) + "?tab=timeline").content.decode()
    assert "became later:" in timeline


def test_what_could_be_earlier_without_making_anybody_later_stands_on_top(browse: Any) -> None:
    """Another is booked as late as it can be, just where the material of this order is there."""
    masters.items({"B-1": {"supply": "make"}, "C-1": {"lead_days": 2}})
    masters.bom("B-1", {"C-1": 1})
    masters.routing("B-1", ("CUT", 0, 10))
    lines = [orders.line("A-1", 20, requested_on=MONDAY + dt.timedelta(days=4))]
    other = orders.draft(lines=lines, incoterm="EXW", incoterm_place="Ningbo")
    promise_order(order_id=other.pk, by=person("mei"))
    confirm_order(order_id=other.pk, by=person("mei"))
    text = page(browse, draft(20, "B-1"))
    top = text.split("data-free-rush>")[1].split("</div>")[0]
    assert "no other order becomes later" in top
    assert "no extra cost known" in text.split("data-first")[1].split("</tr>")[0]
    assert "data-free-rush" not in page(browse, draft(20))


def test_the_same_through_the_api(browse: Any) -> None:
    confirmed(50)
    order, client = draft(), browse("mei")
    base = f"/api/v1/orders/{order.pk}"

    def post(path: str, **given: Any) -> Any:
        return client.post(base + path, json.dumps(given), content_type="application/json")

    rush = client.get(base + "/rush").json()
    assert [one["becomes_on"] > one["was_on"] for one in rush["moved"]] == [True]
    assert post("/promise").status_code == 200
    assert post("/hold-promise", hours=24).json()["order_id"] == order.pk
    assert post("/release-promise").status_code == 200
    assert post("/rush", mark=rush["mark"]).status_code == 200
    assert client.get(base + "/rush").status_code == 404  # it stands first already
    assert browse("stranger").get(base + "/rush").status_code == 404


def test_all_of_it_through_the_api(browse: Any) -> None:
    lost = confirmed(50)
    masters.work_center("CUT", is_active=False)
    order, client = draft(), browse("mei")
    url = f"/api/v1/orders/{order.pk}/possible"
    found = client.get(url).json()
    assert found["stuck"]["code"] == "no_capacity"
    assert [one["order_id"] for one in found["unplaced"]] == [lost.pk]
    page = client.get(reverse("possible_promise", args=[order.pk])).content.decode()
    assert "data-unplaced" in page
    assert lost.number in page
    masters.work_center("CUT", is_active=True, overtime_minutes=100)
    found = client.get(url).json()
    assert found["unplaced"] == []
    assert found["bottleneck"] == "CUT"
    assert [(one["kind"], one["cost"]) for one in found["ways"]] == [("overtime", None)]
    # What is typed is looked at as on the page; money has the digits of its currency.
    found = client.get(f"{url}?overtime_minutes=50&cost_per_hour=31").json()
    assert [(one["minutes"], one["cost"]) for one in found["ways"]] == [(200, "103.33")]
    assert client.get(f"{url}?overtime_minutes={MOST_OVERTIME + 1}").status_code == 422
    assert browse("stranger").get(url).status_code == 404


def test_what_moves_is_sorted_by_what_it_contributes(browse: Any) -> None:
    masters.items({"A-1": {"supply": "make", "cost": 1}})
    first, second = confirmed(10), confirmed(20)
    Order.objects.update(currency="CNY")
    Line.objects.filter(order=first).update(amount=100)
    Line.objects.filter(order=second).update(amount=50)
    order = draft(30)
    url = reverse("possible_promise", args=[order.pk])
    client = browse("mei")

    def places(sort: str) -> list[int]:
        text = client.get(url + f"?sort={sort}").content.decode()
        table = text.split('id="rush"')[1]
        assert "Contribution per hour of CUT" in table
        return sorted((first.pk, second.pk), key=lambda pk: table.index(f"/orders/{pk}/"))

    assert places("order") == [first.pk, second.pk]
    assert places("contribution") == [second.pk, first.pk]  # 1.50 a piece against 9


def test_its_queries_do_not_grow(browse: Any) -> None:
    client = browse("mei")
    counts = []
    for number in (2, 6):  # both with somebody who would move
        for _other in range(number):
            confirmed(5)
        rows = [orders.line("A-1", 5, requested_on=None) for _line in range(number)]
        url = reverse("possible_promise", args=[orders.draft(lines=rows).pk])
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        counts.append(len(found))
    assert counts[1] <= counts[0]
    assert counts[1] <= 50


def test_the_way_to_an_item_keeps_every_character_of_its_code() -> None:
    [found] = said([Reason("material", {"item": "A&B #1", "component": "A&B #1"})], Order())
    assert found.url == reverse("search") + "?q=A%26B+%231"


def test_what_waits_for_an_approval_leads_to_where_it_is_dealt_with() -> None:
    waits = Reason("awaits_approval", {"item": "A-1", "milestone": "Sample", "on": "2026-04-01"})
    order = draft()
    [found] = said([waits], order)
    assert found.url == reverse("templates")
    promise_order(order_id=order.pk, by=person("mei"))
    order = confirm_order(order_id=order.pk, by=person("mei"))
    [found] = said([waits], order)
    assert found.url == reverse("order", args=[order.pk]) + "?tab=followup"


def test_what_moves_for_a_rush_is_summed_and_stands_by_order(browse: Any) -> None:
    """One sentence how many move, whose wish they miss; the lines of an order stand together."""
    first = draft(lines=2)
    promise_order(order_id=first.pk, by=person("mei"))
    confirm_order(order_id=first.pk, by=person("mei"))
    other, order = confirmed(50), draft(20)
    far = MONDAY + dt.timedelta(days=90)
    Line.objects.filter(order__in=[first, other]).update(requested_on=far)
    rush = page(browse, order).split('id="rush"')[1]
    told = rush.split("data-sum>")[1].split("</p>")[0]
    assert "<strong>2 orders</strong> would be promised later than they are promised now" in told
    assert "(3 lines or deliveries); all still by the day they are wished for." in told
    head = rush.split(f">{first.number}</a>")[1].split("</tr>")[0]
    assert "2 lines or deliveries" in head
    assert "up to" in head
    assert rush.count(f">{first.number}</a>") == 1
    Line.objects.filter(order=other).update(requested_on=MONDAY)
    told = page(browse, order).split("data-sum>")[1].split("</p>")[0]
    assert "1 of them after the day it is wished for, or promised where there is no wish." in told


def test_what_binds_without_overtime_written_down_is_said(browse: Any) -> None:
    masters.work_center("CUT", minutes_per_day=100, name_en="Cutting", name_zh="裁剪")
    confirmed(50)
    order = draft()
    assert "Cutting binds, and overtime there is not among the ways" in page(browse, order)
    assert "data-full" not in page(browse, order, query="?overtime_minutes=100")


def test_a_date_before_its_even_chance_is_warned_of(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = draft()
    assert "data-early" not in page(browse, order)
    found = possible(order.pk)
    [line] = found.lines
    later = replace(line, half_on=line.promised_on + dt.timedelta(days=1))
    monkeypatch.setattr(
        "gendan.web.planning_promises.possible", lambda *_given: replace(found, lines=(later,))
    )
    said = page(browse, order).split("data-early")[1].split("</div>")[0]
    assert "in half the cases they are there only on the second day" in said
    assert "A-1" in said
    # Lines with the same days are said together.
    monkeypatch.setattr(
        "gendan.web.planning_promises.possible",
        lambda *_given: replace(found, lines=(later, later)),
    )
    said = page(browse, order).split("data-early")[1].split("</div>")[0]
    assert said.count("→") == 1


def sizes(browse: Any, wishes: dict[str, dt.date | None], **kept: Any) -> str:
    """The page of a draft of these sizes of one style, each of 10 pieces, behind another order."""
    masters.items(
        {
            f"T-{one}": {"supply": "make", "style": "T", "colour": "BLUE", "size": one}
            for one in wishes
        }
        | {"FAB": {"lead_days": 3}}
    )
    for one in wishes:
        masters.bom(f"T-{one}", {"FAB": 2})
        masters.routing(f"T-{one}", ("CUT", 0, 1))
    rows = [orders.line(f"T-{one}", 10, requested_on=wish) for one, wish in wishes.items()]
    return page(browse, orders.draft(lines=rows, incoterm="EXW", incoterm_place="Ningbo"), **kept)


def test_what_binds_several_sizes_is_said_once(browse: Any) -> None:
    text = sizes(browse, dict.fromkeys(("S", "M", "L", "XL")))
    assert "The same binds S, M, L, XL." in text
    assert text.count("data-binds") == 1
    assert "80 FAB bought in 3 working days" in text.split("data-binds")[1].split("</p>")[0]
    assert text.count("data-three") == 1
    # Opened, each line has its own reasons.
    assert text.split("All reasons")[1].split("</details>")[0].count("20 FAB bought") == 4


def test_lines_that_something_else_binds_stand_apart(browse: Any) -> None:
    late = MONDAY + dt.timedelta(days=60)
    text = sizes(browse, {"S": None, "M": late, "L": None, "XL": late})
    assert "The same binds S, L." in text
    assert "The same binds M, XL." in text
    assert text.index("T-L") < text.index("T-M<")  # what is said of lines stands right below them


def test_sizes_that_wait_for_the_same_centre_have_the_words_of_the_last(browse: Any) -> None:
    masters.items({f"T-{one}": {"supply": "make", "style": "T", "size": one} for one in ("S", "M")})
    for one in ("S", "M"):
        masters.routing(f"T-{one}", ("CUT", 0, 10))
    confirmed(50)
    rows = [orders.line(f"T-{one}", 20, requested_on=None) for one in ("S", "M")]
    text = page(browse, orders.draft(lines=rows, incoterm="EXW", incoterm_place="Ningbo"))
    shown = text.split("data-same")[1].split("All reasons")[0]
    assert "The same binds S, M. These are the words of M, the last to be there:" in shown
    assert "T-M waits" in shown
    assert "T-S waits" not in shown


def test_the_price_of_a_rush_is_what_others_lose_or_not_known(browse: Any) -> None:
    confirmed(50)
    row = page(browse, draft()).split("data-first")[1].split("</tr>")[0]
    assert "nothing" not in row
    assert "no price; others wait" in row
    assert "moves 1 line or delivery of 1 order later" in row
