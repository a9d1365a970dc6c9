"""The pages of orders: who sees them, what they cost, and that each action does what it says."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gendan.followup.models import Milestone
from gendan.kernel import clock, journal
from gendan.orders.models import Order, OrderState
from gendan.orders.services import comment_on_order, place_hold
from gendan.planning.models import PlanDemand, PlanRun
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders

pytestmark = pytest.mark.django_db
TABS = (
    *("lines", "followup", "promise", "checks", "supply", "money", "papers", "changes"),
    "timeline",
)
ACTIONS = (
    *("check_order", "promise_order", "confirm_order", "close_order", "cancel_order"),
    *("place_hold", "reserve_lines", "unreserve_lines"),
)


def page(browse: Any, name: str, *args: Any, who: str = "mei", query: str = "", **kept: Any) -> str:
    answer = browse(who, **kept).get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_nobody_is_asked_to_sign_in_and_strangers_see_nothing(browse: Any) -> None:
    order = orders.confirmed()
    for url in (reverse("orders"), reverse("order", args=[order.pk]), reverse("draft_order")):
        assert browse().get(url).status_code == 302
        assert browse("stranger").get(url).status_code == 404


@pytest.mark.parametrize("verb", ACTIONS)
def test_strangers_do_nothing_and_the_wrong_role_is_refused(browse: Any, verb: str) -> None:
    order = orders.draft()
    url = reverse(verb, args=[order.pk])
    assert browse("stranger").post(url).status_code == 404
    answer = browse("ou").post(url, {"reason": "x", "stage": "buy"})
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_the_list_shows_the_order_with_its_dates(browse: Any) -> None:
    journey = followup.followed(number="PO-77")
    words = page(browse, "orders")
    assert journey.order.number in words
    assert "PO-77" in words
    assert "Write down an order" in words  # Mei may
    assert "Write down an order" not in page(browse, "orders", who="ou")


def test_the_list_is_narrowed_by_state_customer_text_and_days(browse: Any) -> None:
    order = orders.confirmed()
    draft = orders.draft(masters.customer("ZZ", name="Zebra"))
    both = {order.number, draft.number}
    far = (clock.today() + dt.timedelta(days=300)).isoformat()
    for query, expected in {
        "?state=confirmed": {order.number},
        "?state=draft": {draft.number},
        "?customer=Zebra": {draft.number},
        f"?q={order.number}": {order.number},
        f"?since={far}": set(),
        "?sort=promised": both,
    }.items():
        words = page(browse, "orders", query=query)
        assert {number for number in both if number in words} == expected, query


def test_the_list_costs_the_same_for_any_number_of_orders(
    browse: Any, django_assert_max_num_queries: Any
) -> None:
    client = browse("mei")
    for _order in range(3):
        followup.followed()
    with django_assert_max_num_queries(16):
        client.get(reverse("orders"))
    for _order in range(6):
        followup.followed()
    with django_assert_max_num_queries(16):
        client.get(reverse("orders"))


def test_the_list_is_exported(browse: Any) -> None:
    order = orders.confirmed()
    answer = browse("mei").get(reverse("orders") + "?export=csv")
    assert order.number in b"".join(answer.streaming_content).decode()


def test_a_list_too_long_for_a_file_is_not_cut_in_silence(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders.confirmed()
    monkeypatch.setattr("gendan.web.exports.LARGEST", 0)
    answer = browse("mei").get(reverse("orders") + "?export=csv", headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "filter it" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_in_both_languages(browse: Any, tab: str, language: str) -> None:
    journey = followup.followed()
    for who in ("mei", "zhao", "ou"):
        words = page(
            browse, "order", journey.order_id, who=who, query=f"?tab={tab}", language=language
        )
        assert journey.order.number in words


@pytest.mark.parametrize("tab", TABS)
def test_tabs_of_drafts_open_too_and_cost_little(
    browse: Any, tab: str, django_assert_max_num_queries: Any
) -> None:
    items = [masters.item(f"A-{number}") for number in range(12)]
    order = orders.draft(lines=items)
    client = browse("mei")
    with django_assert_max_num_queries(28):
        answer = client.get(reverse("order", args=[order.pk]) + f"?tab={tab}")
    assert answer.status_code == 200


def test_an_order_is_written_down_by_hand(browse: Any) -> None:
    customer, item = masters.customer(), masters.item()
    day = orders.in_days(50).isoformat()
    data = {
        "customer": customer.code,
        "customer_order_number": "PO-5",
        "channel": "phone",
        "lines-0-item": item.code,
        "lines-0-quantity": "120",
        "lines-0-unit_price": "2.40",
        "lines-0-requested_on": day,
        "lines-0-delivery_quantity": ["70", "50"],
        "lines-0-delivery_on": [day, day],
        "plan-0-event": "contract",
        "plan-0-percent": "30",
        "plan-1-event": "bill_of_lading",
        "plan-1-percent": "70",
    }
    answer = browse("mei").post(reverse("draft_order"), data)
    order = Order.objects.get(customer_order_number="PO-5")
    assert answer.status_code == 303
    assert answer.url == reverse("order", args=[order.pk])
    line = order.lines.get()
    assert (line.quantity, line.unit_price, line.deliveries.count()) == (120, line.unit_price, 2)
    assert order.instalments.count() == 2
    again = browse("mei").post(reverse("draft_order"), data)
    assert again.status_code == 409
    assert "It really is another order" in again.content.decode()
    assert (
        browse("mei").post(reverse("draft_order"), {**data, "allow_duplicate": "1"}).status_code
        == 303
    )


def test_what_cannot_be_taken_is_said_at_its_line_and_nothing_is_lost(browse: Any) -> None:
    customer, item = masters.customer(), masters.item()
    data = {
        "customer": customer.code,
        "channel": "hand",
        "lines-0-item": item.code,
        "lines-0-quantity": "-3",
        "lines-0-unit_price": "1",
        "lines-0-description": "kept <b>words</b>",
    }
    answer = browse("mei").post(reverse("draft_order"), data)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "A quantity must be more than zero" in words
    assert "kept &lt;b&gt;words&lt;/b&gt;" in words
    assert not Order.objects.exists()
    unknown = browse("mei").post(reverse("draft_order"), {**data, "customer": "nobody"})
    assert unknown.status_code == 422
    assert "no such customer" in unknown.content.decode()


def test_rows_grow_without_losing_what_was_typed(browse: Any) -> None:
    data = {"lines-0-item": "A-1", "lines-0-quantity": "5", "more": "lines"}
    words = browse("mei").post(reverse("draft_order"), data).content.decode()
    assert 'name="lines-5-item"' in words
    assert 'value="A-1"' in words
    client = browse("mei", htmx=True)
    part = client.post(
        reverse("draft_order"),
        {**data, "more": "delivery 0"},
        headers={"HX-Target": "order-lines"},
    ).content.decode()
    assert part.lstrip().startswith("<section")
    assert "lines-0-delivery_quantity" in part


def style(code: str = "TS") -> dict[tuple[str, str], int]:
    masters.family("GM", kind="apparel", uses_matrix=True, sizes=["S", "M", "L"])
    wanted = {
        f"{code}-{colour}-{size}": {
            "family": "GM", "style": code, "colour": colour, "size": size
        }
        for colour in ("Red", "Blue")
        for size in ("S", "M", "L")
    }  # fmt: skip
    return {(item.colour, item.size): item.pk for item in masters.items(wanted)}


def test_a_style_is_entered_by_colour_and_size(browse: Any) -> None:
    items = style()
    data = {
        "style": "TS",
        "more": "matrix",
        f"cell-{items['Red', 'S']}": "10",
        f"cell-{items['Blue', 'L']}": "20",
    }
    words = browse("mei").post(reverse("draft_order"), data).content.decode()
    assert 'value="TS-Blue-L"' in words
    assert 'value="TS-Red-S"' in words
    assert 'value="TS-Red-M"' not in words


def test_pieces_left_in_the_grid_are_saved_too(browse: Any) -> None:
    items = style()
    data = {
        "customer": masters.customer("ACME").code,
        "channel": "hand",
        "requested_on": "2027-06-30",
        "style": "TS",
        "style_price": "4.50",
        f"cell-{items['Red', 'S']}": "10",
    }
    answer = browse("mei").post(reverse("draft_order"), data)
    assert answer.status_code == 303
    line = Order.objects.get().lines.get()
    assert (line.item.code, line.quantity) == ("TS-Red-S", 10)
    wrong = {**data, f"cell-{items['Red', 'S']}": "many"}
    answer = browse("mei").post(reverse("draft_order"), wrong)
    assert answer.status_code == 422
    assert Order.objects.count() == 1


def test_a_style_is_entered_by_prepacks(browse: Any) -> None:
    style()
    data = {
        "style": "TS", "more": "assortment", "colour": "Red",
        "ratio-0": "1", "ratio-1": "2", "packs": "10", "per_carton": "3",
    }  # fmt: skip
    words = browse("mei").post(reverse("draft_order"), data).content.decode()
    assert "do not fill whole cartons" in words
    words = browse("mei").post(reverse("draft_order"), {**data, "per_carton": "5"}).content.decode()
    assert 'value="TS-Red-M"' in words
    assert "5 × 3 (S:1 M:2)" in words


def test_customers_and_items_are_found_while_typing(browse: Any) -> None:
    masters.customer("ACME", name="Acme Ltd")
    masters.item("LAMP-1", name_zh="台灯")
    client = browse("mei")
    assert "ACME" in client.get(reverse("find_customers") + "?customer=acm").content.decode()
    assert "LAMP-1" in client.get(reverse("find_items") + "?lines-0-item=台灯").content.decode()
    assert browse("stranger").get(reverse("find_items")).status_code == 404


def test_a_stale_draft_shows_what_changed_meanwhile(browse: Any) -> None:
    order = orders.draft()
    first = browse("mei")
    form = first.get(reverse("edit_order", args=[order.pk])).content.decode()
    assert 'name="revision" value="1"' in form
    line = order.lines.select_related("item").get()
    data = {
        "revision": "1",
        "seen": str(journal.timeline(order).values_list("pk", flat=True).first()),
        "lines-0-line_id": str(line.pk),
        "lines-0-item": line.item.code,
        "lines-0-quantity": "130",
        "lines-0-unit_price": "2.50",
        "currency": order.currency,
    }
    url = reverse("edit_order", args=[order.pk])
    assert browse("jun").post(url, data).status_code == 303
    line.refresh_from_db()
    assert line.quantity == 130
    answer = first.post(url, {**data, "lines-0-quantity": "140"})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody has changed" in words
    assert "<ins>130</ins>" in words
    line.refresh_from_db()
    assert line.quantity == 130


def test_a_draft_goes_its_way_from_check_to_confirmation(browse: Any) -> None:
    order = orders.draft()
    client = browse("mei")
    assert client.post(reverse("check_order", args=[order.pk])).status_code == 303
    assert "No price list of this customer" in page(browse, "order", order.pk, query="?tab=checks")
    assert client.post(reverse("promise_order", args=[order.pk])).status_code == 303
    assert "The promise in force" in page(browse, "order", order.pk, query="?tab=promise")
    answer = client.post(reverse("confirm_order", args=[order.pk]), {"despite": "agreed"})
    assert answer.status_code == 303
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    assert "Version 1" in page(browse, "order", order.pk, query="?tab=changes")


def test_a_refusal_appears_where_the_action_was(browse: Any) -> None:
    order = orders.draft(lines=[])
    answer = browse("mei", htmx=True).post(reverse("confirm_order", args=[order.pk]))
    assert answer.status_code == 409
    assert answer.headers["Gendan-Refusal"] == "order_is_empty"
    assert "without lines" in answer.content.decode()
    chinese = browse("mei", "zh-hans", htmx=True).post(reverse("confirm_order", args=[order.pk]))
    assert chinese.status_code == 409


def test_holds_are_placed_shown_and_released(browse: Any) -> None:
    order = orders.confirmed()
    client = browse("mei")
    client.post(reverse("place_hold", args=[order.pk]), {"stage": "ship", "reason": "Unpaid bill"})
    hold = order.holds.get()
    assert "Unpaid bill" in page(browse, "order", order.pk)
    assert "Release the hold" not in page(browse, "order", order.pk, who="ou")
    assert browse("stranger").post(reverse("release_hold", args=[hold.pk])).status_code == 404
    assert browse("ou").post(reverse("release_hold", args=[hold.pk])).status_code == 403
    assert client.post(reverse("release_hold", args=[hold.pk])).status_code == 303
    hold.refresh_from_db()
    assert hold.released_at is not None


def test_an_order_is_amended_line_by_line(browse: Any) -> None:
    order = orders.confirmed(lines=[orders.line("A-1"), orders.line("A-2")])
    first, second = order.lines.all()
    masters.item("A-3")
    url = reverse("amend_order", args=[order.pk])
    assert browse("ou").get(url).status_code == 403
    form = browse("mei").get(url)
    assert form.status_code == 200
    assert "A-2" in form.content.decode()
    answer = browse("mei").post(
        url,
        {
            "reason": "Mail of today",
            "revision": str(order.revision),
            f"line-{first.pk}-quantity": "150",
            f"cancel-{second.pk}": "1",
            "lines-0-item": "A-3",
            "lines-0-quantity": "10",
            "lines-0-unit_price": "1.00",
            **head_of(order),
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    carry_through(browse, order)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.quantity == 150
    assert second.is_cancelled
    assert order.lines.filter(item__code="A-3").exists()
    words = page(browse, "order", order.pk, query="?tab=changes")
    assert "Mail of today" in words
    assert "<ins>150</ins>" in words
    nothing = browse("mei").post(url, {**head_of(order)})
    assert nothing.status_code == 422
    assert "Nothing would be changed" in nothing.content.decode()


def carry_through(browse: Any, order: Order) -> None:
    """What was put forward on the form is accepted on the page of the change."""
    change = order.change_orders.get(state="proposed")
    answer = browse("mei").post(reverse("accept_change", args=[change.pk]))
    assert answer.status_code == 303, answer.content.decode()


def head_of(order: Order) -> dict[str, str]:
    """The head as its form posts it unchanged."""
    order.refresh_from_db()
    return {
        "customer_order_number": order.customer_order_number,
        "ordered_on": order.ordered_on.isoformat() if order.ordered_on else "",
        "merchandiser_id": str(order.merchandiser_id or ""),
        "currency": order.currency,
        "payment_terms_id": str(order.payment_terms_id or ""),
        "incoterm": order.incoterm,
        "incoterm_place": order.incoterm_place,
        "delivery_method": order.delivery_method,
        "destination_country": order.destination_country,
        "destination": order.destination,
        "ship_policy": order.ship_policy,
        "over_percent": f"{order.over_percent.normalize():f}",
        "short_percent": f"{order.short_percent.normalize():f}",
        "shipping_marks": order.shipping_marks,
        "documents_required": "\n".join(order.documents_required),
    }


def test_a_delivery_is_recorded_and_the_order_closed(browse: Any) -> None:
    order = orders.confirmed()
    line = order.lines.get()
    url = reverse("record_delivery", args=[order.pk])
    assert browse("ou").get(url).status_code == 403
    assert 'value="100"' in browse("lin").get(url).content.decode()
    too_much = browse("lin").post(url, {f"quantity-{line.pk}": "9000", f"source-{line.pk}": "no"})
    assert too_much.status_code == 422
    assert browse("mei").post(reverse("close_order", args=[order.pk])).status_code == 409
    answer = browse("lin").post(url, {f"quantity-{line.pk}": "100", f"source-{line.pk}": "no"})
    assert answer.status_code == 303
    assert browse("mei").post(reverse("close_order", args=[order.pk])).status_code == 303
    order.refresh_from_db()
    assert order.state == OrderState.CLOSED


def test_cancelling_needs_a_reason(browse: Any) -> None:
    order = orders.confirmed()
    url = reverse("cancel_order", args=[order.pk])
    assert browse("mei").post(url, {"reason": " "}).status_code == 422
    assert browse("mei").post(url, {"reason": "Customer withdrew"}).status_code == 303
    assert "Customer withdrew" in page(browse, "order", order.pk, query="?tab=timeline")


def test_files_are_kept_and_given_back_harmlessly(browse: Any) -> None:
    order = orders.draft()
    url = reverse("attach_to_order", args=[order.pk])
    nothing = browse("mei").post(url, {})
    assert nothing.status_code == 422
    page_file = SimpleUploadedFile("x.html", b"<script>alert(1)</script>")
    assert browse("ou").post(url, {"file": page_file, "kind": "photo"}).status_code == 303
    listed = page(browse, "order", order.pk, query="?tab=papers")
    assert "x.html" in listed
    address = next(part for part in listed.split('"') if "/files/" in part)
    answer = browse("mei").get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    other = orders.draft(masters.customer("C2"))
    elsewhere = address.replace(f"/{order.pk}/", f"/{other.pk}/")
    assert browse("mei").get(elsewhere).status_code == 404
    assert browse("stranger").get(address).status_code == 404


def test_the_timeline_tells_and_is_narrowed(browse: Any) -> None:
    order = orders.confirmed()
    client = browse("ou")
    url = reverse("comment_on_order", args=[order.pk])
    assert client.post(url, {"text": "<b>Hello</b> @jun"}).status_code == 303
    words = page(browse, "order", order.pk, query="?tab=timeline&kind=comments")
    assert "&lt;b&gt;Hello&lt;/b&gt; @jun" in words
    assert "was confirmed" not in words
    assert "was confirmed" in page(browse, "order", order.pk, query="?tab=timeline&kind=changes")


def test_the_timeline_goes_on(browse: Any) -> None:
    order = orders.draft()
    for number in range(60):
        comment_on_order(order_id=order.pk, text=f"note {number:02}", by=person("mei"))
    words = page(browse, "order", order.pk, query="?tab=timeline")
    assert "note 59" in words
    assert "note 05" not in words
    before = words.split("before=")[1].split('"')[0]
    assert "note 05" in page(browse, "order", order.pk, query=f"?tab=timeline&before={before}")


def test_a_colleague_is_let_follow_and_taken_out_again(browse: Any) -> None:
    order = orders.draft()
    bo = person("bo")
    assert f'<option value="{bo.pk}">' in page(browse, "order", order.pk)
    asked = browse("mei").post(reverse("follow_order", args=[order.pk]), {"user_id": bo.pk})
    assert asked.status_code == 303
    shown = page(browse, "order", order.pk)
    assert f'<option value="{bo.pk}">' not in shown
    assert f'name="user_id" value="{bo.pk}"' in shown
    browse("mei").post(reverse("unfollow_order", args=[order.pk]), {"user_id": bo.pk})
    assert not order.team.filter(user=bo).exists()


def test_payment_plan_and_description_are_amended(browse: Any) -> None:
    order = orders.confirmed()
    line = order.lines.first()
    plan = {"plan-0-event": "contract", "plan-0-percent": "40", "plan-0-days": "0"}
    plan |= {"plan-1-event": "bill_of_lading", "plan-1-percent": "60", "plan-1-days": "7"}
    url = reverse("amend_order", args=[order.pk])
    html = page(browse, "amend_order", order.pk)
    assert "plan-0-event" in html
    said = {f"line-{line.pk}-description": "with a soft close", "reason": "agreed"}
    answer = browse("mei").post(url, {**head_of(order), **plan, **said})
    assert answer.status_code == 303, answer.content.decode()[:2000]
    carry_through(browse, order)
    kept = [(one.event, one.percent, one.days) for one in order.instalments.all()]
    assert kept == [("contract", 40, 0), ("bill_of_lading", 60, 7)]
    line.refresh_from_db()
    assert line.description == "with a soft close"


def test_everybody_follows_and_no_longer_follows(browse: Any) -> None:
    order = orders.draft()
    assert browse("ou").post(reverse("follow_order", args=[order.pk])).status_code == 303
    assert "No longer follow" in page(browse, "order", order.pk, who="ou")
    assert browse("ou").post(reverse("unfollow_order", args=[order.pk])).status_code == 303
    assert browse("ou").post(reverse("unfollow_order", args=[order.pk])).status_code == 404


def test_stock_is_kept_and_freed(browse: Any) -> None:
    item = masters.item()
    masters.stock(item.code, 500)
    order = orders.confirmed(lines=[item])
    client = browse("mei")
    assert client.post(reverse("reserve_lines", args=[order.pk])).status_code == 303
    supply = page(browse, "order", order.pk, query="?tab=supply")
    assert "500" in supply
    assert "400" in supply
    assert client.post(reverse("unreserve_lines", args=[order.pk])).status_code == 303
    assert client.post(reverse("unreserve_lines", args=[order.pk])).status_code == 422


def test_search_finds_an_order_by_either_number(browse: Any) -> None:
    order = orders.draft(customer_order_number="THEIRS-9")
    answer = browse("mei").get(reverse("search") + "?q=theirs-9")
    assert answer.status_code == 302
    assert answer.url == reverse("order", args=[order.pk])


def test_scripts_in_names_stay_words(browse: Any) -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}'; DROP TABLE"
    order = orders.draft(masters.customer(name=evil), customer_order_number=evil[:40], remark=evil)
    place_hold(order_id=order.pk, stage="buy", reason=evil, by=person("mei"))
    for tab in TABS:
        words = page(browse, "order", order.pk, query=f"?tab={tab}")
        assert "<script>alert" not in words
        assert "{{ 7|add:7 }}" in words


def test_the_head_says_both_where_plan_and_milestones_differ_in_its_unit(browse: Any) -> None:
    with clock.at(clock.moment_on(dt.date(2026, 6, 10))):
        _head_says_both(browse)


def _head_says_both(browse: Any) -> None:
    journey = followup.followed(days=250)
    order = journey.order
    leaving = Milestone.objects.get(journey=journey, anchor="ex_works")
    assert leaving.float_days > 1
    assert "data-plan-says" not in page(browse, "order", order.pk)
    assert f"{leaving.float_days} working days" in page(browse, "order", order.pk)
    run = PlanRun.objects.create(number="PL-1", state="done", is_live=True, asked_at=clock.now())
    line = order.lines.get()
    told = PlanDemand.objects.create(
        run=run,
        name=f"orders.line:{line.pk}",
        order=order,
        line=line,
        item=line.item,
        quantity=line.quantity,
        needed_on=leaving.forecast_on,
        ready_on=leaving.forecast_on + dt.timedelta(days=9),
        is_late=True,
    )
    said = page(browse, "order", order.pk).split("data-plan-says")[1].split("</div>")[0]
    assert f"the milestones expect “{leaving.name}” on" in said
    assert "?tab=supply" in said
    PlanDemand.objects.filter(pk=told.pk).update(ready_on=leaving.forecast_on)
    assert "data-plan-says" not in page(browse, "order", order.pk)
    PlanDemand.objects.filter(pk=told.pk).update(ready_on=None)
    assert "nobody can tell when it is ready" in page(browse, "order", order.pk)
    Milestone.objects.filter(pk=leaving.pk).update(travel="transit")
    assert f"{leaving.float_days} calendar days" in page(browse, "order", order.pk)
