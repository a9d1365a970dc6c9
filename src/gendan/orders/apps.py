"""The orders room as a Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "gendan.orders"
    label = "orders"
