"""Django's admin: accounts and roles only; everything else goes through verbs."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import security
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User

# The libraries' own tables: secrets and links that are ended by the actions below.
for _model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts and the roles (groups) that say what each may do."""

    list_display = ("username", "name", "email", "is_active", "is_outside", "last_login")
    list_filter = ("is_active", "is_superuser", "is_outside", "groups")
    search_fields = ("username", "name", "email")
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("name", "email", "language", "is_outside")}),
        (gettext_lazy("Roles"), {"fields": ("is_active", "groups", "is_staff", "is_superuser")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "name",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )
    actions = ("invite", "send_reset", "unlock", "take_factors")

    @admin.action(description=gettext_lazy("Send an invitation with a link to choose a password"))
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """A new colleague chooses their own password."""
        self._each(
            request,
            queryset,
            lambda user: security.send_password_link(
                user_id=user.pk, kind="invitation", by=_acting(request)
            ),
        )

    @admin.action(description=gettext_lazy("Send a link to set a new password"))
    def send_reset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Somebody has forgotten theirs."""
        self._each(
            request,
            queryset,
            lambda user: security.send_password_link(
                user_id=user.pk, kind="reset", by=_acting(request)
            ),
        )

    @admin.action(description=gettext_lazy("End the lock of signing in"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Too many wrong passwords, and no time to wait."""
        self._each(
            request,
            queryset,
            lambda user: security.unlock_sign_in(user_id=user.pk, by=_acting(request)),
        )

    @admin.action(description=gettext_lazy("Remove authenticator app and passkeys"))
    def take_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Somebody has lost their phone and their recovery codes."""
        self._each(
            request,
            queryset,
            lambda user: security.reset_second_factors(user_id=user.pk, by=_acting(request)),
        )

    def _each(
        self, request: HttpRequest, queryset: QuerySet[User], ask: Callable[[User], Any]
    ) -> None:
        for user in queryset:
            try:
                ask(user)
            except DomainError as error:
                messages.error(request, f"{user}: {error.message}")
            else:
                messages.success(request, _("%(name)s: done.") % {"name": user})

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """In the journal as well, where those who audit look."""
        security.note_account_changed(user=obj, action="made", fields=[], by=_acting(request))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """In the journal as well, where those who audit look."""
        parts = message if isinstance(message, list) else []
        fields = [name for part in parts for name in part.get("changed", {}).get("fields", [])]
        security.note_account_changed(
            user=obj, action="changed", fields=[str(one) for one in fields], by=_acting(request)
        )
        return super().log_change(request, obj, message)


def _acting(request: HttpRequest) -> Any:
    return request.user
