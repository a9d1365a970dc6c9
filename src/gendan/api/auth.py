"""Who asks: a program with a token (Bearer gd_…), or a page's own script with the session."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from gendan.kernel import clock, queries, security
from gendan.kernel.errors import NotAllowed
from gendan.kernel.services import LANGUAGES, token_digest, touch_token

_LONGEST = 200
# Set at sign-in (web/sign_in/watching.py): the role needs a second factor that is not there yet.
MUST_SET_UP = "gendan_must_set_up"


class CsrfMissing(NotAllowed):
    """A request with a session but without the page's own proof."""


class SecondFactorMissing(NotAllowed):
    """The session of somebody who must set up a second factor before anything else."""


class Token(HttpBearer):
    """Authorization: Bearer gd_…; the program acts as the token's user, with their role."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The user of a living token, or None."""
        if not token.startswith("gd_") or len(token) > _LONGEST:
            return None
        found = queries.token_by_digest(token_digest(token))
        if found is None:
            return None
        touch_token(found, clock.now())
        request.user = found.user
        # Refusals in the language asked for, else in the user's own.
        if not request.headers.get("Accept-Language") and found.user.language in LANGUAGES:
            translation.activate(found.user.language)
        return found.user


class Session(APIKeyCookie):
    """The session of somebody signed in; what changes something needs the CSRF token too."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The signed-in user, or None."""
        user: Any = request.user
        if not user.is_authenticated:
            return None
        if request.method not in {"GET", "HEAD", "OPTIONS"} and check_csrf(request):
            raise CsrfMissing(_("The CSRF token is missing; programs use a token instead."))
        if request.session.get(MUST_SET_UP) and security.must_set_up(user):
            raise SecondFactorMissing(
                _("Your role needs a second factor: set it up under My settings, Security.")
            )
        return user


WAYS_IN = [Token(), Session()]


def user_of(request: HttpRequest) -> Any:
    """Who asks, found once per request; None for nobody."""
    known = getattr(request, "gendan_user", None)
    if known is None:
        known = next((user for way in WAYS_IN if (user := way(request)) is not None), None)
        request.gendan_user = known  # type: ignore[attr-defined]
    return known


class SignedIn(HttpBearer):
    """Either way in; described to programs as the token."""

    def __call__(self, request: HttpRequest) -> Any:
        return user_of(request)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never asked: both ways in are asked by __call__."""
        raise NotImplementedError
