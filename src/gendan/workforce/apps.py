"""The workforce room as a Django app."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "gendan.workforce"
    label = "workforce"
