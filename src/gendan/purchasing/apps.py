"""The purchasing room as a Django app."""

from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "gendan.purchasing"
    label = "purchasing"
