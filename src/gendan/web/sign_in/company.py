"""The company's own sign-in service (OpenID Connect): whom it may bring in, and as what."""

import logging
from collections.abc import Iterable
from typing import Any

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gendan.kernel import security

log = logging.getLogger(__name__)


class RefusedHere(Exception):
    """The service knows this person, but they may not come in here; the message says why."""


def service_name() -> str:
    """What the company's service is called on the button."""
    return str(settings.OIDC.get("name") or "") or _("the company's account")


def find_user(sociallogin: SocialLogin) -> Any:
    """The account of who signed in there: known by their number there, else by e-mail.

    None for somebody new whom the settings allow to be made. Raises RefusedHere. Only an address
    the service itself has verified counts, else anybody could enter the address of another.
    """
    address = next((one for one in sociallogin.email_addresses if one.verified is True), None)
    if address is None:
        raise RefusedHere(_("The service has not verified your e-mail address."))
    email = address.email.lower()
    if (domains := settings.OIDC.get("domains")) and email.rpartition("@")[2] not in domains:
        raise RefusedHere(_("Addresses of this domain are not let in here."))
    if sociallogin.is_existing:
        found = sociallogin.user
    else:
        users = list(security.users_by_email(email)[:2])
        if len(users) > 1:
            raise RefusedHere(
                _("Two accounts here have your e-mail address; an administrator must change one.")
            )
        found = users[0] if users else None
    if found is None and not settings.OIDC.get("create"):
        raise RefusedHere(
            _("There is no account here for your e-mail address. An administrator can make one.")
        )
    if found is not None and not found.is_active:
        raise RefusedHere(_("This account is closed."))
    return found


def follow_roles(user: Any, sociallogin: SocialLogin) -> None:
    """Give the roles the service names, where the settings say which claim names them."""
    claim, ours = settings.OIDC.get("role_claim"), settings.OIDC.get("roles") or {}
    if not claim or not ours:
        return
    told: set[str] = set()
    for source in ("userinfo", "id_token"):
        value = (sociallogin.account.extra_data.get(source) or {}).get(claim)
        told |= {value} if isinstance(value, str) else _texts(value)
    security.follow_company_roles(
        user_id=user.pk,
        roles=sorted({ours[name] for name in told if name in ours}),
        managed=sorted(set(ours.values())),
    )


def _texts(value: Any) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, Iterable) else set()


def refused_page(request: HttpRequest, words: str, status: int = 403) -> HttpResponse:
    """Why somebody does not come in this way."""
    return render(
        request,
        "socialaccount/authentication_error.html",
        {"words": words, "name": service_name()},
        status=status,
    )


def failed_page(request: HttpRequest, error: Any, exception: Exception | None) -> HttpResponse:
    """The service refused or could not be asked; details stand in the log only."""
    if error == AuthError.CANCELLED:
        return refused_page(request, _("You did not finish signing in there."), 401)
    if exception is not None:
        log.warning("signing in through the company's service failed: %s", type(exception).__name__)
    words = _("The answer does not belong to this sign-in, or took too long. Please begin again.")
    return refused_page(request, words, 401)


def down_page(request: HttpRequest) -> HttpResponse:
    """The service cannot be reached."""
    words = _("The service cannot be reached at the moment. Try again later, or use your password.")
    return refused_page(request, words, 503)
