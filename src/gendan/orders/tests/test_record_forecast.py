"""Forecasts of many orders at once, with every former date kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import journal
from gendan.orders import invariants
from gendan.orders.models import DateChange, Order
from gendan.orders.queries import late
from gendan.orders.services import record_forecast
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_the_forecast_moves_order_and_lines_and_keeps_what_was() -> None:
    order = make.confirmed()
    moved = record_forecast(forecasts={order.pk: make.in_days(65)}, reason="cloth late")
    assert moved == [order.pk]
    order.refresh_from_db()
    assert (order.promised_on, order.forecast_on) == (make.in_days(60), make.in_days(65))
    assert order.lines.get().forecast_on == make.in_days(65)
    row = DateChange.objects.filter(order=order, line=None, kind="forecast").latest("pk")
    assert (row.was_on, row.is_on, row.reason) == (make.in_days(60), make.in_days(65), "cloth late")
    assert journal.timeline(order)[0].data["was_on"] == make.in_days(60).isoformat()
    assert list(late(Order.objects.all())) == [order]
    assert record_forecast(forecasts={order.pk: make.in_days(65)}) == []
    assert invariants.check() == []


def test_line_by_line_each_moves_by_as_many_days() -> None:
    lines = [make.line("A-1", requested_on=make.in_days(30)), make.line("B-2")]
    order = make.confirmed(lines=lines)
    record_forecast(forecasts={order.pk: make.in_days(64)})
    assert [line.forecast_on for line in order.lines.all()] == [make.in_days(34), make.in_days(64)]
    assert invariants.check() == []


def test_many_orders_cost_the_same_queries_and_drafts_are_passed_over() -> None:
    orders = [make.confirmed(customer_order_number=str(number)) for number in range(6)]
    draft = make.draft()
    with CaptureQueriesContext(connection) as few:
        record_forecast(forecasts={orders[0].pk: make.in_days(61)})
    forecasts = {order.pk: make.in_days(62) for order in [*orders, draft]}
    with CaptureQueriesContext(connection) as many:
        assert len(record_forecast(forecasts=forecasts)) == 6
    assert len(many) <= len(few)
    assert invariants.check() == []
