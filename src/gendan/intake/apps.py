"""The intake room as a Django app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "gendan.intake"
    label = "intake"
