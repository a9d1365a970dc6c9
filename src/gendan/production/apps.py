"""The production room as a Django app."""

from django.apps import AppConfig


class ProductionConfig(AppConfig):
    name = "gendan.production"
    label = "production"

    def ready(self) -> None:
        """What was issued is read from the ledger each time: a mistake may be moved back there."""
        from gendan.inventory.services import reckon_from_ledger

        reckon_from_ledger("production.workorder")
