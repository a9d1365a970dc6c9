"""The notices room as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "gendan.notices"
    label = "notices"
