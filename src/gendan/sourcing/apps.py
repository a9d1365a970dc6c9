"""The sourcing room as a Django app."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    name = "gendan.sourcing"
    label = "sourcing"
