"""Verbs of the kernel: preferences, API tokens, saved views, company settings, number patterns."""

import datetime as dt
import hashlib
import re
import secrets
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, company, journal, mail, numbering, reactions
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.events import (
    NumberPatternSaved,
    ReactionRetried,
    SettingSaved,
    TokenMade,
    TokenRevoked,
)
from gendan.kernel.models import ApiToken, NumberPattern, SavedView, Setting, User
from gendan.kernel.people import role_codes
from gendan.kernel.service import service

LANGUAGES = {"zh-hans", "en"}
THEMES = {"auto", "light", "dark"}
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
TOKEN_DAYS = 365
LONGEST_TOKEN_DAYS = 3650


@service(gettext_lazy("Change my language and colours"))
def set_preferences(*, language: str | None = None, theme: str | None = None, by: User) -> User:
    """Remember in which language and colours somebody reads."""
    if language is not None and language not in LANGUAGES:
        raise Invalid(_("Gendan speaks Chinese and English only."), field="language")
    if theme is not None and theme not in THEMES:
        raise Invalid(_("Colours are light, dark or automatic."), field="theme")
    by.language = language or by.language
    by.theme = theme or by.theme
    by.save(update_fields=["language", "theme"])
    return by


@service(gettext_lazy("Make an API token"))
def make_api_token(
    *, name: str, valid_days: int | None = TOKEN_DAYS, by: User
) -> tuple[ApiToken, str]:
    """A key for programs acting as this user. The key itself is shown once and not kept.

    It ends by itself after a year, or after as many days as are given (None: never).
    """
    if not name.strip():
        raise Invalid(
            _("Give the token a name, so that you know later what uses it."), field="name"
        )
    if valid_days is not None and not 1 <= valid_days <= LONGEST_TOKEN_DAYS:
        raise Invalid(
            _("A token is valid for 1 to %(days)s days.") % {"days": LONGEST_TOKEN_DAYS},
            field="valid_days",
        )
    moment = clock.now()
    secret = f"gd_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=by,
        name=name.strip()[:80],
        digest=token_digest(secret),
        made_at=moment,
        expires_at=None if valid_days is None else moment + dt.timedelta(days=valid_days),
    )
    journal.record(TokenMade(token_id=token.pk, token_name=token.name), about=by, by=by)
    return token, secret


@service(gettext_lazy("Revoke an API token"))
def revoke_api_token(*, token_id: int, by: User) -> ApiToken:
    """The key no longer works, from this moment."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id, user=by).first()
    if token is None:
        raise NotThere(_("There is no such token of yours."))
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        journal.record(TokenRevoked(token_id=token.pk, token_name=token.name), about=by, by=by)
    return token


@service(gettext_lazy("Revoke somebody's API token"))
def withdraw_api_token(*, token_id: int, by: User | None) -> ApiToken:
    """A colleague's key no longer works: they have left, or it has leaked."""
    token = ApiToken.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise NotThere(_("There is no such token."))
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        fact = TokenRevoked(token_id=token.pk, token_name=token.name)
        journal.record(fact, about=token.user, by=by)
    return token


def token_digest(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


@service(gettext_lazy("Save this view"))
def save_view(*, page: str, name: str, query: str, by: User) -> SavedView:
    """Keep a list page's filters and columns under a name; the same name again replaces it."""
    if not name.strip():
        raise Invalid(_("A saved view needs a name."), field="name")
    if len(query) > 2000:
        raise Invalid(_("This view has too many filters to be saved."), field="query")
    view, _made = SavedView.objects.update_or_create(
        user=by, page=page[:60], name=name.strip()[:80], defaults={"query": query}
    )
    return view


@service(gettext_lazy("Forget this view"))
def forget_view(*, view_id: int, by: User) -> None:
    """Remove a saved view of one's own."""
    if not SavedView.objects.filter(pk=view_id, user=by).delete()[0]:
        raise NotThere(_("There is no such view of yours."))


@service(gettext_lazy("Change a company setting"))
def save_setting(*, key: str, value: Any, by: User | None) -> Setting:
    """Set one value of the company (kernel/company.py lists them)."""
    if key not in company.DEFAULTS:
        raise Invalid(_("There is no setting called “%(key)s”.") % {"key": key[:60]}, field="key")
    wanted = type(company.DEFAULTS[key])
    if type(value) is not wanted:
        raise Invalid(
            _("The setting “%(key)s” has another kind of value.") % {"key": key}, field="value"
        )
    if isinstance(value, int) and not 0 <= value <= 1000:
        raise Invalid(_("This number is out of range (0 to 1000)."), field="value")
    if value not in company.CHOICES.get(key, (value,)):
        raise Invalid(_("This value is none of those to choose from."), field="value")
    if key in {"work_starts", "work_ends"}:
        _refuse_odd_hours({key: value})
    if key == "order_address" and value:
        value = mail.read_address(value)
    if key == "second_factor_roles" and not set(map(str, value)) <= {
        *role_codes(),
        "administrator",
    }:
        raise Invalid(_("There is no such role."), field="value")
    setting, _made = Setting.objects.update_or_create(key=key, defaults={"value": value})
    journal.record(SettingSaved(key=key, value=value), about="company", by=by)
    return setting


def _refuse_odd_hours(given: dict[str, str]) -> None:
    """Working hours are times, and begin before they end."""
    hours = company.values("work_starts", "work_ends") | given
    if not all(_TIME.fullmatch(time) for time in hours.values()):
        raise Invalid(_("This is not a time, such as 08:30."), field="value")
    if hours["work_starts"] >= hours["work_ends"]:
        raise Invalid(_("The working day must begin before it ends."), field="value")


@service(gettext_lazy("Change a number pattern"))
def save_number_pattern(*, key: str, pattern: str, by: User | None) -> NumberPattern:
    """Set how the numbers of one kind of document look from now on."""
    if key not in numbering.DEFAULTS:
        raise Invalid(
            _("There is no number series called “%(key)s”.") % {"key": key[:60]}, field="key"
        )
    numbering.check_pattern(pattern)
    kept, _made = NumberPattern.objects.update_or_create(key=key, defaults={"pattern": pattern})
    journal.record(NumberPatternSaved(key=key, pattern=pattern), about="company", by=by)
    return kept


@service(gettext_lazy("Try a parked reaction again"))
def retry_reaction(*, job_id: int, by: User) -> None:
    """Put a reaction that failed for good back into the queue."""
    if job_id not in {row["id"] for row in reactions.parked()}:
        raise NotThere(_("There is no such parked reaction; perhaps it has run meanwhile."))
    reactions.try_again(job_id)
    journal.record(ReactionRetried(job_id=job_id), about="company", by=by)


def touch_token(token: ApiToken, moment: dt.datetime) -> None:
    """Note when a token was last used, at most once a minute."""
    if token.used_at is None or (moment - token.used_at).total_seconds() > 60:
        ApiToken.objects.filter(pk=token.pk).update(used_at=moment)
