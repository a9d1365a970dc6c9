"""The planning room as a Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "gendan.planning"
    label = "planning"
