"""What a customer's own people get from the API: their confirmed orders, and nothing inside."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from gendan.api.outside import OPEN
from gendan.api.root import api
from gendan.kernel.models import Attachment, User
from gendan.orders import services
from gendan.orders.models import Order
from gendan.partners.models import OutsideAccess
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def outsider(customer_id: int, *roles: str) -> tuple[User, Client]:
    user = User.objects.create(username="anna", is_outside=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    OutsideAccess.objects.create(user=user, partner_id=customer_id)
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user, client


def test_a_role_of_outsiders_alone_opens_nothing_to_who_is_not_marked_as_one() -> None:
    user = User.objects.create(username="li")
    user.groups.set(Group.objects.filter(name__in=["supplier", "customer"]))
    assert (user.roles, user.verbs) == (frozenset(), frozenset())
    assert not Order.objects.visible_to(user).exists()
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    drafted = make.draft()
    assert get(client, f"orders/{drafted.pk}").status_code in (403, 404)
    for inside in ("schedule", "capacity", "counts/accuracy", "stock-curve", "notice-rules"):
        assert get(client, inside).status_code == 404, inside


def get(client: Client, path: str, **query: Any) -> Any:
    return client.get(f"/api/v1/{path}", query)


@pytest.fixture
def order(db: None) -> Order:
    drafted = make.draft(remark="watch their payments")
    services.check_order(order_id=drafted.pk, by=None)
    return services.confirm_order(order_id=drafted.pk, by=person("mei"))


def test_every_operation_named_is_one(order: Order) -> None:
    paths = api.get_openapi_schema(path_prefix="")["paths"].values()
    assert {one["operationId"] for path in paths for one in path.values()} >= OPEN


def test_a_customer_reads_what_was_agreed_and_nothing_inside(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(forecast_on=dt.date(2026, 9, 9))
    _anna, client = outsider(order.customer_id, "customer")
    inside = Client()
    inside.force_login(person("mei"), "django.contrib.auth.backends.ModelBackend")
    ours, theirs = (get(one, f"orders/{order.pk}").json() for one in (inside, client))
    assert ours["lines"][0]["checks"]
    assert (theirs["number"], theirs["total"]) == (ours["number"], ours["total"])
    assert theirs["lines"][0]["checks"] == []
    assert theirs["lines"][0]["promised_on"] == ours["lines"][0]["promised_on"]
    assert (theirs["forecast_on"], theirs["merchandiser_id"], theirs["remark"]) == (None, None, "")
    listed = get(client, "orders").json()["items"]
    assert [(one["id"], one["forecast_on"]) for one in listed] == [(order.pk, None)]
    assert get(client, "orders", held="true").json()["items"] == []
    own = order.merchandiser_id or 0
    assert get(client, "orders", merchandiser_id=own).json()["items"] == []


@pytest.mark.parametrize("part", ["dates", "holds", "versions", "promise", "possible-dates"])
def test_what_we_note_about_an_order_is_not_there(order: Order, part: str) -> None:
    _anna, client = outsider(order.customer_id, "customer")
    assert get(client, f"orders/{order.pk}/{part}").status_code == 404


def test_credit_prices_and_keys_are_not_there(order: Order) -> None:
    _anna, client = outsider(order.customer_id, "customer")
    for path in ("partners", f"partners/{order.customer_id}", "items", "journal", "settings"):
        assert get(client, path).status_code == 404, path
    made = client.post("/api/v1/me/tokens", {"name": "x"}, content_type="application/json")
    assert made.status_code == 404


def test_a_draft_that_was_cancelled_was_never_theirs(db: None) -> None:
    draft = make.draft()
    services.cancel_order(order_id=draft.pk, reason="a mistake of ours", by=person("mei"))
    _anna, client = outsider(draft.customer_id, "customer")
    assert get(client, "orders").json()["items"] == []
    assert get(client, f"orders/{draft.pk}").status_code == 404


def test_a_role_of_ours_given_by_mistake_opens_nothing(order: Order) -> None:
    anna, client = outsider(order.customer_id, "customer", "manager")
    assert anna.roles == {"customer"}
    assert not anna.may_do("cancel_order")
    assert get(client, "journal").status_code == 404


def test_papers_of_ours_on_their_order_are_not_theirs(order: Order) -> None:
    anna, client = outsider(order.customer_id, "customer")
    ours = services.attach_to_order(
        order_id=order.pk, content=b"costs", name="costs.txt", by=person("mei")
    )
    theirs = services.attach_to_order(
        order_id=order.pk, content=b"artwork", name="artwork.txt", by=anna
    )

    def status(attachment: Attachment) -> int:
        return client.get(f"/files/{attachment.pk}/").status_code

    assert (status(ours), status(theirs)) == (404, 200)
