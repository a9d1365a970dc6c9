"""What the pages behind links share: our name, the reader's address, the files they send."""

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from gendan.kernel import company

MOST_TEXT = 4001  # one more than the verbs take: what is longer is refused in words, not cut


def company_name() -> str:
    """Our company's name in the reader's language, as the head of the page."""
    names: dict[str, str] = company.value("company_name")
    key = "zh" if (translation.get_language() or "").startswith("zh") else "en"
    return names.get(key) or names.get("en") or names.get("zh") or "Gendan"


def address_of(request: HttpRequest) -> str | None:
    """From which address the reader comes.

    Behind a proxy (GENDAN_TLS) the last entry of X-Forwarded-For is the one our own proxy wrote;
    what stands before it anybody could have written. Otherwise it is the connection's own.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_TLS:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        address = forwarded or address
    return address if _is_address(address) else None


def text_of(request: HttpRequest, name: str) -> str:
    """A field of the form as typed."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[:MOST_TEXT]


def files_of(request: HttpRequest, name: str) -> list[tuple[str, Any]]:
    """The files of the form; an input left empty sends none."""
    return [(one.name or "file", one) for one in request.FILES.getlist(name)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
