"""What secures accounts: sessions, second factors, locks, links for passwords, and their record."""

import datetime as dt
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from gendan.kernel import clock, company, journal, mail
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.events import (
    AccountChanged,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    PasswordLinkSent,
    RolesChanged,
    SecondFactorsReset,
    SessionsEnded,
    SignInFailed,
    SignInLocked,
    SignInUnlocked,
    TotpSwitchedOff,
)
from gendan.kernel.journal import Fact
from gendan.kernel.models import Mail, User
from gendan.kernel.sending import SendingFailed
from gendan.kernel.service import service

# Superusers, among the roles that must have a second factor.
ADMINISTRATOR = "administrator"
# No user name holds such a sign: wrong codes are counted apart from wrong passwords.
CODE_MARK = "#code"
# About these the owner gets a mail: who did not do it themselves must know at once.
_MAILED: dict[type[Fact], str] = {
    PasswordChanged: gettext_noop("The password of your Gendan account was changed."),
    TotpSwitchedOff: gettext_noop("The authenticator app of your Gendan account was switched off."),
    PasskeyAdded: gettext_noop("A passkey was added to your Gendan account."),
    PasskeyRemoved: gettext_noop("A passkey was removed from your Gendan account."),
    SecondFactorsReset: gettext_noop(
        "An administrator has removed app and passkeys of your Gendan account."
    ),
    SignInLocked: gettext_noop(
        "The password or code of your Gendan account was wrong too often, so signing in is locked "
        "for a while from where it was tried."
    ),
}


class NoMailServer(DomainError):
    """A mail that cannot be sent because there is no server or no address."""


# --- questions ---


def factors_of(user: Any) -> "QuerySet[Authenticator]":
    """What counts as somebody's second factor: authenticator app and passkeys."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk, type__in=kinds)
    return found


def all_factors_of(user: Any) -> list[Authenticator]:
    """App, passkeys and recovery codes of somebody, with one query."""
    return list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))


def needs_second_factor(user: Any) -> bool:
    """Whether the company demands a second factor of one of this user's roles."""
    wanted = set(company.value("second_factor_roles"))
    return bool(wanted & user.roles) or (user.is_superuser and ADMINISTRATOR in wanted)


def must_set_up(user: Any) -> bool:
    """Whether this user needs a second factor and has none."""
    return needs_second_factor(user) and not factors_of(user).exists()


def last_failure(name: str, address: str = "") -> dt.datetime | None:
    """When this name (from this address) was refused last, as far as it still counts."""
    attempts = AccessAttempt.objects.filter(username=name)
    if address:
        attempts = attempts.filter(ip_address=address)
    found: dt.datetime | None = (
        attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    )
    return found


def sessions_of(user: Any) -> list[UserSession]:
    """Where somebody is signed in, the one seen last first; sessions that are over are left out."""
    rows = UserSession.objects.filter(user_id=user.pk).order_by("-last_seen_at")[:100]
    found = {row.session_key: row for row in rows}
    living = Session.objects.filter(session_key__in=list(found), expire_date__gt=clock.now())
    return [
        found[one.session_key]
        for one in sorted(living, key=lambda one: list(found).index(one.session_key))
        if _owner(one.get_decoded(), user)
    ]


def _owner(data: dict[str, Any], user: Any) -> bool:
    """Whether a session is still good: of this user, and not older than their password."""
    if data.get(SESSION_KEY) != str(user.pk):
        return False
    known = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return data.get("_auth_user_hash") in known


def users_by_email(email: str) -> "QuerySet[User]":
    """Accounts with this e-mail address, whatever its capitals."""
    return User.objects.filter(email__iexact=email).order_by("pk")


# --- what is recorded ---


@service
def note_security(*, fact: Fact, user: User) -> None:
    """Record what its owner did with an account; they get a mail about what others might abuse."""
    journal.record(fact, about=user, by=user)
    _tell_owner(fact, user)


@service
def note_failed_sign_in(*, name: str, way: str, address: str) -> None:
    """Record a refused sign-in: about the account, or about nobody when there is none."""
    user = User.objects.filter(username=name).first() if name else None
    hashed = "" if user else salted_hmac("gendan.name", name, algorithm="sha256").hexdigest()[:12]
    fact = SignInFailed(
        user_id=user.pk if user else None,
        name_hash=hashed if name else "",
        way=way,
        address=address,
    )
    journal.record(fact, about=user or "sign-in")


@service
def lock_sign_in(*, name: str, address: str, minutes: int) -> None:
    """Record that signing in is locked, and tell the owner of the account."""
    user = User.objects.filter(username=name).first()
    fact = SignInLocked(user_id=user.pk if user else None, address=address, minutes=minutes)
    journal.record(fact, about=user or "sign-in")
    if user is not None:
        _tell_owner(fact, user)


@service
def note_account_changed(*, user: User, action: str, fields: Sequence[str], by: User) -> None:
    """Record what an administrator did with an account."""
    fact = AccountChanged(user_id=user.pk, action=action, fields=list(fields))
    journal.record(fact, about=user, by=by)


def _tell_owner(fact: Fact, user: User) -> None:
    words = _MAILED.get(type(fact))
    if words is None or not user.email or not mail.is_set_up():
        return
    with translation.override(user.language):
        lines = [
            _("Hello %(name)s,") % {"name": user},
            _(words),
            _("User name: %(name)s") % {"name": user.username},
            _("If this was you, nothing needs to be done. If not, tell your administrator now."),
        ]
        mail.write_mail(
            to=[user.email],
            subject=_("Gendan: security of your account"),
            text="\n\n".join(lines) + "\n",
            about=user,
            kind="security",
        )


# --- sessions ---


def touch_session(key: str, address: str, device: str) -> None:
    """Note when and from where a session was last seen."""
    UserSession.objects.filter(session_key=key).update(
        last_seen_at=clock.now(), ip=address, user_agent=device
    )


@service(gettext_lazy("Sign this browser out"))
def end_session(*, session_id: int, by: User) -> None:
    """End one session of one's own, at once."""
    found = UserSession.objects.filter(pk=session_id, user=by).first()
    if found is None:
        raise NotThere(_("There is no such session of yours; perhaps it has ended already."))
    _end([found.session_key])
    journal.record(SessionsEnded(user_id=by.pk, count=1), about=by, by=by)


@service(gettext_lazy("Sign out everywhere else"))
def end_other_sessions(*, keep: str = "", by: User) -> int:
    """End all sessions of one's own but the one with the key `keep`; returns how many."""
    keys = [
        one.session_key
        for one in Session.objects.filter(expire_date__gt=clock.now()).iterator()
        if one.session_key != keep and one.get_decoded().get(SESSION_KEY) == str(by.pk)
    ]
    _end(keys)
    UserSession.objects.filter(user=by).exclude(session_key=keep).delete()
    if keys:
        journal.record(SessionsEnded(user_id=by.pk, count=len(keys)), about=by, by=by)
    return len(keys)


def _end(keys: Sequence[str]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
    UserSession.objects.filter(session_key__in=keys).delete()


# --- what administrators do ---


@service
def send_password_link(*, user_id: int, kind: str, by: User | None = None) -> Mail:
    """Send somebody a link to set a password: because it was forgotten, or to invite them."""
    user = User.objects.get(pk=user_id)
    if kind not in {"reset", "invitation"}:
        raise Invalid(_("Such a link does not exist."), field="kind")
    if not mail.is_set_up():
        raise NoMailServer(_("No mail server is set up, so no link can be sent."))
    if not user.email or not user.is_active:
        raise NoMailServer(
            _("%(name)s has no e-mail address here, or the account is closed.") % {"name": user}
        )
    with translation.override(user.language):
        if kind == "invitation":
            subject = _("Your Gendan account")
            told = _("an account was made for you. Choose your password here:")
        else:
            subject = _("A new password for Gendan")
            told = _("somebody has asked for a new password for your account. Choose it here:")
        lines = [
            _("Hello %(name)s,") % {"name": user},
            told,
            mail.LINK_MARK,
            _("User name: %(name)s") % {"name": user.username},
            _("The link works for three days and once. If you did not expect it, do nothing."),
        ]
        journal.record(PasswordLinkSent(user_id=user.pk, kind=kind), about=user, by=by)
        return mail.write_mail(
            to=[user.email],
            subject=subject,
            text="\n\n".join(lines) + "\n",
            about=user,
            kind="password",
        )


@mail.makes_link("password")
def password_link(written: Mail) -> str:
    """The link itself, made when the mail goes out and kept nowhere."""
    user = User.objects.filter(pk=written.about.rpartition(":")[2], is_active=True).first()
    if user is None:
        raise SendingFailed("The account is closed.", is_final=True)
    token = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    names = {"uidb36": user_pk_to_url_str(user), "key": token}
    return company.public_url(reverse("account_reset_password_from_key", kwargs=names))


@service
def reset_second_factors(*, user_id: int, by: User) -> User:
    """Take away app, passkeys and recovery codes of somebody who has lost them."""
    user = User.objects.select_for_update().get(pk=user_id)
    Authenticator.objects.filter(user=user).delete()
    fact = SecondFactorsReset(user_id=user.pk)
    journal.record(fact, about=user, by=by)
    _tell_owner(fact, user)
    return user


@service
def unlock_sign_in(*, user_id: int, by: User) -> User:
    """End a lock before its time."""
    user = User.objects.get(pk=user_id)
    _forget_failures(user)
    journal.record(SignInUnlocked(user_id=user.pk), about=user, by=by)
    return user


@service
def forget_failures(*, user_id: int) -> None:
    """Who has set a new password through their mailbox begins anew."""
    _forget_failures(User.objects.get(pk=user_id))


def _forget_failures(user: User) -> None:
    AccessAttempt.objects.filter(
        username__in=[user.username, f"{user.username}{CODE_MARK}"]
    ).delete()


@service
def follow_company_roles(*, user_id: int, roles: Sequence[str], managed: Sequence[str]) -> None:
    """Give the roles the company's sign-in service names; those it does not manage stay."""
    user = User.objects.select_for_update().get(pk=user_id)
    have = set(user.groups.filter(name__in=managed).values_list("name", flat=True))
    added, removed = sorted(set(roles) - have), sorted(have - set(roles))
    if not (added or removed):
        return
    user.groups.add(*Group.objects.filter(name__in=added))
    user.groups.remove(*Group.objects.filter(name__in=removed))
    fact = RolesChanged(user_id=user.pk, added=added, removed=removed)
    journal.record(fact, about=user, by=None)
