"""gendan openapi: write the API's description to docs/openapi.json (or standard output)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation


def description() -> str:
    """The description as it is committed: English, sorted, ending in a line break."""
    from gendan.api.root import api

    with translation.override("en"):
        schema = api.get_openapi_schema(path_prefix="/api/v1/")
    plain = json.loads(json.dumps(schema, default=str))  # numbers as keys become texts
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    """Writes the description of the API."""

    help = "Write the API's OpenAPI description to a file (docs/openapi.json), or print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="where to write; without it, print")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            Path(options["file"]).write_text(description(), encoding="utf-8")
        else:
            self.stdout.write(description())
