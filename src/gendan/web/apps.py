"""The web room as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "gendan.web"
    label = "web"

    def ready(self) -> None:
        """Listen to what the libraries tell about signing in."""
        from gendan.web.sign_in import watching

        watching.connect()
