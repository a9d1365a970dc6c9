"""gendan audit: check everything that must always be true, and say what is not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from gendan.kernel.audit import audit


class Command(BaseCommand):
    help = "Checks all invariants of all rooms. Prints what does not hold; exit code 1 if anything."

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit()
        for room, sentences in found.items():
            for sentence in sentences:
                self.stdout.write(f"{room}: {sentence}")
        if found:
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Everything that must be true is true."))
