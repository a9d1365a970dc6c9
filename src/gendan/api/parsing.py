"""Reads the body and query of a request; what the database cannot keep is refused here, once."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from gendan.kernel.errors import Invalid

# NUL, and halves of characters.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class Unkeepable(Invalid):
    """A text with characters that no table can keep."""


class KeepableParser(Parser):
    """JSON and forms as ninja reads them, without unkeepable texts."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON."""
        body = super().parse_body(request)
        _refuse_unkeepable(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> Any:
        """A query or a form."""
        found = super().parse_querydict(data, list_fields, request)
        _refuse_unkeepable(found)
        return found


def _refuse_unkeepable(body: Any) -> None:
    waiting = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if _UNKEEPABLE.search(value):
                raise Unkeepable(_("The request cannot be read."))
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
