"""The pages of change orders: put forward, look, carry through, acknowledge, undo; who may."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from gendan.changes.content import Content, read_content
from gendan.changes.models import ChangeOrder
from gendan.changes.services import ask_change
from gendan.orders.entry import LineData, OrderChanges
from gendan.orders.services import amend_order
from gendan.testing.cast import person
from gendan.testing.make import changes as make_changes
from gendan.testing.make import masters
from gendan.testing.make import orders as make
from tests.pages.test_orders_pages import head_of

pytestmark = pytest.mark.django_db


def form_of(order: Any, **typed: Any) -> dict[str, Any]:
    line = order.lines.first()
    return (
        head_of(order)
        | {
            f"line-{line.pk}-quantity": "120",
            f"line-{line.pk}-description": line.description,
            "reason": "customer's mail",
            "origin": "customer",
            "name": "Ms. Weber",
        }
        | typed
    )


def test_a_change_is_looked_at_put_forward_and_carried_through(browse: Any) -> None:
    order = make.confirmed()
    mei = browse("mei")
    url = reverse("propose_change", args=[order.pk])
    assert mei.get(url).status_code == 200
    looked = mei.post(url, form_of(order, do="preview")).content.decode()
    assert "What this changes" in looked
    assert "20 more of A-1 are needed" in looked
    assert ChangeOrder.objects.count() == 0
    answer = mei.post(url, form_of(order))
    change = ChangeOrder.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("change", args=[change.pk]))
    assert (change.origin, change.asked_name) == ("customer", "Ms. Weber")
    shown = mei.get(reverse("change", args=[change.pk])).content.decode()
    assert "Carry the change through" in shown
    answer = mei.post(
        reverse("accept_change", args=[change.pk]),
        {"revision": change.revision, "order_revision": order.revision},
    )
    assert answer.status_code == 303
    order.refresh_from_db()
    assert (order.version, order.lines.get().quantity) == (2, 120)
    shown = mei.get(reverse("order", args=[order.pk]) + "?tab=changes").content.decode()
    assert change.number in shown


def test_everybody_concerned_acknowledges(browse: Any) -> None:
    person("wen")
    change = make_changes.accepted(make.confirmed())
    wen = browse("wen")
    url = reverse("change", args=[change.pk])
    assert "Acknowledge the change" in wen.get(url).content.decode()
    assert wen.post(reverse("acknowledge_change", args=[change.pk])).status_code == 303
    again = wen.get(url).content.decode()
    assert "Acknowledge the change" not in again
    assert wen.post(reverse("acknowledge_change", args=[change.pk])).status_code == 422


def test_a_stale_proposal_is_put_forward_anew(browse: Any) -> None:
    order = make.confirmed()
    change = make_changes.proposed(order)
    amend_order(order_id=order.pk, changes=OrderChanges(remark="x"), by=person("mei"))
    mei = browse("mei")
    shown = mei.get(reverse("change", args=[change.pk])).content.decode()
    assert "put it forward anew" in shown.lower()
    refused = mei.post(reverse("accept_change", args=[change.pk]))
    assert refused.status_code == 409
    url = reverse("propose_change", args=[order.pk])
    assert mei.post(url, {"change": change.pk, "renew": "1"}).status_code == 303
    assert mei.post(reverse("accept_change", args=[change.pk])).status_code == 303
    shown = mei.get(f"{url}").content.decode()
    assert "What" in shown


def test_what_was_put_forward_is_in_the_form_again(browse: Any) -> None:
    order = make.confirmed()
    change = make_changes.proposed(order, 137)
    mei = browse("mei")
    url = reverse("propose_change", args=[order.pk])
    assert 'value="137"' in mei.get(f"{url}?change={change.pk}").content.decode()
    assert "waits for a decision" in mei.get(url).content.decode()
    assert mei.post(url, form_of(order)).status_code == 409
    assert mei.post(url, form_of(order, change=change.pk)).status_code == 303
    assert mei.get(f"{url}?change=999999").status_code == 404
    assert mei.get(reverse("amend_order", args=[order.pk])).status_code == 200


def test_a_new_line_that_was_asked_for_is_in_the_form_with_unit_and_code(browse: Any) -> None:
    order = make.confirmed()
    item = masters.item("B-7", name_en="Lamp shade")
    asked = LineData(
        quantity=Decimal(4),
        item_id=item.pk,
        customer_code="THEIRS-7",
        unit="doz",
        unit_price=Decimal("9.50"),
        description="Shade, white",
    )
    change = ask_change(
        order_id=order.pk, text="As in their mail", content=Content(add_lines=(asked,)), by=None
    )
    mei = browse("mei")
    html = mei.get(f"{reverse('propose_change', args=[order.pk])}?change={change.pk}").content
    fields = dict(re.findall(r'name="(lines-0-\w+)" value="([^"]*)"', html.decode()))
    assert fields["lines-0-item"] == "B-7"
    assert fields["lines-0-unit"] == "doz"
    typed = {**head_of(order), **fields, "change": str(change.pk), "reason": "mail"}
    answer = mei.post(reverse("propose_change", args=[order.pk]), typed)
    assert answer.status_code == 303
    change.refresh_from_db()
    line = read_content(change.content or {}).add_lines[0]
    assert (line.customer_code, line.unit, line.description) == ("THEIRS-7", "doz", "Shade, white")


def test_asked_rejected_undone(browse: Any) -> None:
    order = make.confirmed()
    mei = browse("mei")
    asked = mei.post(
        reverse("ask_change", args=[order.pk]), {"text": "50 more, please", "origin": "customer"}
    )
    assert asked.status_code == 303
    change = ChangeOrder.objects.get()
    assert "50 more, please" in mei.get(reverse("change", args=[change.pk])).content.decode()
    assert "50 more" in mei.get(reverse("changes")).content.decode()
    empty = mei.post(reverse("reject_change", args=[change.pk]), {"reason": ""})
    assert empty.status_code == 422
    rejected = mei.post(reverse("reject_change", args=[change.pk]), {"reason": "too late"})
    assert rejected.status_code == 303
    done = make_changes.accepted(order)
    assert mei.post(reverse("undo_change", args=[done.pk])).status_code == 303
    order.refresh_from_db()
    assert (order.version, order.lines.get().quantity) == (3, 100)


def test_who_asks_for_the_end_of_the_order_is_answered_by_cancelling_it(browse: Any) -> None:
    order = make.confirmed()
    mei = browse("mei")
    words = {"text": "We cancel the whole order", "origin": "customer"}
    mei.post(reverse("ask_change", args=[order.pk]), words)
    page = mei.get(reverse("change", args=[ChangeOrder.objects.get().pk])).content.decode()
    address = reverse("cancel_order", args=[order.pk])
    assert address in page
    assert 'value="We cancel the whole order"' in page
    assert mei.post(address, {"reason": "We cancel the whole order"}).status_code == 303
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_who_may_see_and_do_what(browse: Any) -> None:
    change = make_changes.proposed(make.confirmed())
    order_id = change.order_id
    pages = [
        reverse("changes"),
        reverse("change", args=[change.pk]),
        reverse("propose_change", args=[order_id]),
        reverse("ask_change", args=[order_id]),
    ]
    for url in pages:
        assert browse().get(url).status_code == 302
        assert browse("stranger").get(url).status_code == 404
    assert browse("bo").get(pages[2]).status_code == 403
    assert browse("bo").get(pages[1]).status_code == 200
    for verb in ("accept_change", "reject_change", "undo_change"):
        url = reverse(verb, args=[change.pk])
        assert browse("bo").post(url, {"reason": "x"}).status_code == 403
        assert browse("stranger").post(url).status_code == 404
        assert browse("mei").get(url).status_code == 405


def test_pages_ask_a_fixed_number_of_questions(
    browse: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        make_changes.proposed(make.confirmed(masters.customer(f"C-{number}")))
    change = ChangeOrder.objects.order_by("pk").last()
    assert change is not None
    mei = browse("mei")
    with django_assert_max_num_queries(20):
        mei.get(reverse("changes"))
    with django_assert_max_num_queries(50):
        mei.get(reverse("change", args=[change.pk]))
