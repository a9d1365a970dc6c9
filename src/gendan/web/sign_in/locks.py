"""What counts as too often, and the page that says until when signing in is locked."""

import datetime as dt
import math
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gendan.kernel import clock, security
from gendan.web.sign_in.places import address_of

CODE_MARK = security.CODE_MARK


def counted_by(asked: Any, credentials: dict[str, Any] | None = None) -> list[Any]:
    """Wrong passwords count per name and address, wrong codes per name alone.

    A stranger could lock anybody out if wrong passwords counted per name; only who knows the
    password already can enter wrong codes, and must not get further tries by changing addresses.
    """
    name = str((credentials or {}).get("username") or getattr(asked, "username", "") or "")
    return ["username"] if name.endswith(CODE_MARK) else [["username", "ip_address"]]


def code_name(user: Any) -> str:
    """Under which name wrong codes of a user are counted."""
    return f"{user.get_username()}{CODE_MARK}"


def is_code_allowed(request: HttpRequest, user: Any) -> bool:
    """Whether this user may try another code now; else the answer becomes the locked page."""
    credentials = {"username": code_name(user)}
    if AxesProxyHandler.is_allowed(request, credentials):
        return True
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return False


def count_wrong_code(request: HttpRequest, user: Any) -> None:
    """A wrong code is a failed sign-in like a wrong password."""
    user_login_failed.send(
        sender=__name__, credentials={"username": code_name(user)}, request=request
    )


def locked_page(
    request: HttpRequest, answer: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Why signing in is locked and for how long; programs and people get the same page."""
    name = str((credentials or {}).get("username") or "")
    minutes = max(1, math.ceil(remaining(name, address_of(request)).total_seconds() / 60))
    until = clock.now() + dt.timedelta(minutes=minutes)
    response = render(
        request,
        "shell/locked_out.html",
        {"minutes": minutes, "until": until.astimezone(clock.zone())},
        status=429,
    )
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def remaining(name: str, address: str) -> dt.timedelta:
    """For how long the lock of a name (at an address) still holds."""
    last = security.last_failure(name, "" if name.endswith(CODE_MARK) else address)
    whole = get_cool_off() or dt.timedelta()
    return max(last + whole - clock.now(), dt.timedelta()) if last else whole
