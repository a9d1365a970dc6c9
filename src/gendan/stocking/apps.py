"""The stocking room as a Django app."""

from django.apps import AppConfig


class StockingConfig(AppConfig):
    name = "gendan.stocking"
    label = "stocking"
