"""The inventory room as a Django app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "gendan.inventory"
    label = "inventory"
