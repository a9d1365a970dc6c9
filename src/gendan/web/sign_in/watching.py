"""Listens to what the libraries tell about signing in, and has it recorded."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.helpers import get_failure_limit
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.http import HttpRequest

from gendan.kernel import clock, security
from gendan.kernel.events import (
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    RecoveryCodesMade,
    SignedIn,
    SignedOut,
    TotpSwitchedOff,
    TotpSwitchedOn,
)
from gendan.web.sign_in import locks
from gendan.web.sign_in.places import address_of, device_of

# In the session: the role needs a second factor that is not there yet; when it was last seen.
MUST_SET_UP = "gendan_must_set_up"
SEEN_AT = "gendan_seen_at"
_NOTED = {"failed": "20/m/ip"}


def connect() -> None:
    """Begin to listen (called once, when the app is ready)."""
    for signal, receiver in (
        (user_logged_in, on_signed_in),
        (user_logged_out, on_signed_out),
        (user_login_failed, on_failed),
        (user_locked_out, on_locked),
        (password_changed, on_password_changed),
        (password_reset, on_password_reset),
        (authenticator_added, on_added),
        (authenticator_removed, on_removed),
        (authenticator_reset, on_reset),
        (authentication_failed, on_wrong_code),
    ):
        signal.connect(receiver, dispatch_uid=receiver.__name__)


def way_of(request: HttpRequest, user: Any) -> str:
    """How somebody has signed in: "password", "password+totp", "passkey", "oidc" …"""
    steps: list[str] = []
    for record in get_authentication_records(request, user):
        if record.get("method") == "mfa":
            is_alone = record.get("passwordless")
            kind = "passkey" if record.get("type") == "webauthn" else str(record.get("type"))
            steps = ["passkey"] if is_alone else [*steps, kind]
        elif record.get("method") == "socialaccount":
            steps = ["oidc"]
        elif record.get("method") == "password":
            steps = ["password"]
    return "+".join(steps) or "password"


def on_signed_in(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Somebody is in."""
    way = way_of(request, user)
    fact = SignedIn(
        user_id=user.pk, way=way, address=address_of(request), device=device_of(request)
    )
    security.note_security(fact=fact, user=user)
    request.session[SEEN_AT] = clock.now().timestamp()
    mark_session(request, user, way)


def mark_session(request: HttpRequest, user: Any, way: str = "") -> None:
    """Say in the session whether this person must set up a second factor before anything else.

    The company's own service asks for its second factor itself.
    """
    way = way or way_of(request, user)
    if way != "oidc" and security.must_set_up(user):
        request.session[MUST_SET_UP] = True
    else:
        request.session.pop(MUST_SET_UP, None)


def on_signed_out(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Somebody went."""
    if user is not None and user.is_authenticated:
        security.note_security(fact=SignedOut(user_id=user.pk), user=user)


def on_failed(sender: Any, credentials: Any, request: Any = None, **_kwargs: Any) -> None:
    """A name and a password, or a code, that were wrong."""
    if request is None or getattr(request, "axes_locked_out", False):
        return  # the lock is recorded by itself, once
    name = str(credentials.get("username") or "")
    way = "code" if name.endswith(locks.CODE_MARK) else "password"
    _note_failure(request, name.removesuffix(locks.CODE_MARK), way)


def refused_by_company(request: HttpRequest, error: Exception | None) -> None:
    """The company's service, or we, refused somebody it sent."""
    _note_failure(request, "", "oidc")


def _note_failure(request: HttpRequest, name: str, way: str) -> None:
    # Who asks for thousands of names must not fill the journal, which nobody can shorten.
    if ratelimit.consume(request, app="gendan", action="failed", config=_NOTED):
        security.note_failed_sign_in(name=name, way=way, address=address_of(request))


def on_locked(sender: Any, request: HttpRequest, username: str, **_kwargs: Any) -> None:
    """The limit is reached: told once, not for each try that follows."""
    failures = getattr(request, "axes_failures_since_start", None)
    if failures is None or failures > get_failure_limit(request, {"username": username}):
        return
    name = username.removesuffix(locks.CODE_MARK)
    minutes = round(locks.remaining(username, address_of(request)).total_seconds() / 60)
    security.lock_sign_in(name=name, address=address_of(request), minutes=minutes)


def on_wrong_code(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """A wrong code of the app."""
    locks.count_wrong_code(request, user)


def on_password_changed(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Its owner has a new password; the other sessions have ended with the old one."""
    security.note_security(fact=PasswordChanged(user_id=user.pk, way="changed"), user=user)


def on_password_reset(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """A new password by a link from a mail: who owns the mailbox is no longer locked out."""
    security.note_security(fact=PasswordChanged(user_id=user.pk, way="reset"), user=user)
    security.forget_failures(user_id=user.pk)


def on_added(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_kwargs: Any
) -> None:
    """An app, a passkey or the first recovery codes."""
    if authenticator.type == Authenticator.Type.TOTP:
        security.note_security(fact=TotpSwitchedOn(user_id=user.pk), user=user)
    elif authenticator.type == Authenticator.Type.WEBAUTHN:
        fact = PasskeyAdded(user_id=user.pk, key_name=authenticator.wrap().name[:60])
        security.note_security(fact=fact, user=user)
    else:
        security.note_security(fact=RecoveryCodesMade(user_id=user.pk), user=user)
    mark_session(request, user)


def on_removed(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_kwargs: Any
) -> None:
    """An app or a passkey is gone (recovery codes go with the last of them)."""
    if authenticator.type == Authenticator.Type.TOTP:
        security.note_security(fact=TotpSwitchedOff(user_id=user.pk), user=user)
    elif authenticator.type == Authenticator.Type.WEBAUTHN:
        fact = PasskeyRemoved(user_id=user.pk, key_name=authenticator.wrap().name[:60])
        security.note_security(fact=fact, user=user)
    mark_session(request, user)


def on_reset(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """New recovery codes."""
    security.note_security(fact=RecoveryCodesMade(user_id=user.pk), user=user)
