"""The changes room as a Django app."""

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "gendan.changes"
    label = "changes"
