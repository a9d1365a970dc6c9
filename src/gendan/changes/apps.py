"""The changes room as a Django app; it collects what every room says about a change."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ChangesConfig(AppConfig):
    name = "gendan.changes"
    label = "changes"

    def ready(self) -> None:
        autodiscover_modules("impacts")
