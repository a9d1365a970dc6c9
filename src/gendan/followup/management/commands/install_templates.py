"""Write down the kinds of journey that come with Gendan, those that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from gendan.followup.services import install_templates


class Command(BaseCommand):
    """`gendan install_templates`: apparel, hardgoods, electronics and trading."""

    help = "Write down the kinds of journey that come with Gendan, those that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Install them and name them."""
        made = install_templates(by=None)
        self.stdout.write(", ".join(template.code for template in made) or "-")
