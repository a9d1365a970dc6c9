"""Around every page: headers for the browser, sessions seen, and the second factor a role needs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gendan.kernel import clock, security
from gendan.web.sign_in import watching
from gendan.web.sign_in.places import address_of, device_of

Answer = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = 300  # seconds
# Everything a page of ours does not use; passkeys and copying a key are all we need.
PERMISSIONS = ", ".join(
    [
        *(
            f"{name}=()"
            for name in (
                *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
                *("fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
                *("payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
            )
        ),
        "clipboard-write=(self)",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
# Where somebody may go who must set up a second factor first: to do so, to read, and to leave.
OPEN_NAMES = frozenset(
    {
        *("security", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp", "mfa_add_webauthn"),
        *("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("logout", "account_logout", "set_preferences", "password_change", "robots"),
        *("account_change_password", "end_session", "end_other_sessions"),
    }
)


class HeadersMiddleware:
    """Headers that Django's own middleware does not set."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class SessionMiddleware:
    """What a session needs besides Django's own: when it was seen, and whether it may go on.

    Both are read from the session itself, which every page has loaded anyway: no page asks the
    database for it. Once in five minutes the sight is written and the rule looked at anew.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.session.get(watching.SEEN_AT) if request.user.is_authenticated else None
        if seen is not None and clock.now().timestamp() - seen > SEEN_EVERY:
            request.session[watching.SEEN_AT] = clock.now().timestamp()
            key = request.session.session_key or ""
            security.touch_session(key, address_of(request), device_of(request))
            watching.mark_session(request, request.user)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Lead to the second factor; programs' requests are refused in api/auth.py."""
        if not request.session.get(watching.MUST_SET_UP) or request.path.startswith("/api/"):
            return None
        match = request.resolver_match
        if match is not None and match.url_name in OPEN_NAMES:
            return None
        watching.mark_session(request, request.user)  # perhaps it was set up in another browser
        if not request.session.get(watching.MUST_SET_UP):
            return None
        if getattr(request, "htmx", False):
            return HttpResponse(status=401)  # the page reloads itself and is led as a whole
        return HttpResponseRedirect(reverse("security"))
