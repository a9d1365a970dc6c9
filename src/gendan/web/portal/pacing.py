"""How often the pages behind links may be asked: for each address, and for each link."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

# Several people of one company often share an address; one link is read by few.
_RATES = {"address": "300/m/ip", "asked": "120/m/key", "written": "30/m/key"}


def is_too_fast(request: HttpRequest, token: str = "") -> bool:
    """Count this request; whether there were too many in the last minute.

    Without `token` the address is counted, whatever it asked for: guessing has an end to it.
    """
    if not token:
        return not _counted(request, "address")
    if not _counted(request, "asked", token):
        return True
    return request.method == "POST" and not _counted(request, "written", token)


def _counted(request: HttpRequest, action: str, key: str | None = None) -> bool:
    found = ratelimit.consume(
        request, app="gendan_link", action=action, config=_RATES, key=key, limit_get=True
    )
    return found is not None
