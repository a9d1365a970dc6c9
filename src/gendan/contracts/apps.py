"""The contracts room as a Django app."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "gendan.contracts"
    label = "contracts"
