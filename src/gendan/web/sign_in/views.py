"""Pages of signing in, and of what secures an account."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, re_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from gendan.kernel import company as company_values
from gendan.kernel import mail, security
from gendan.kernel.people import role_codes
from gendan.web.middleware import LANGUAGE_COOKIE, remember_language
from gendan.web.shell import ask, page, render_page
from gendan.web.sign_in import company, oidc, watching
from gendan.web.sign_in.forms import SignInForm
from gendan.web.sign_in.places import device_words


class SignIn(account.LoginView):  # type: ignore[misc]
    """Name and password; or a passkey; or the company's own service."""

    template_name = "front/sign_in.html"
    form_class = SignInForm

    def get_form_class(self) -> type[SignInForm]:
        """Ours, with the names browsers keep passwords under."""
        return SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which other ways there are."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["next"] = self.request.POST.get("next") or self.request.GET.get("next") or ""
        if settings.OIDC:
            context |= {"company": True, "company_name": company.service_name()}
        return context


def sign_in_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the sign-in page, before anybody is known."""
    language = request.GET.get("language", "")
    response = HttpResponseRedirect(reverse("login"))
    if language in {"zh-hans", "en"}:
        remember_language(response, language, secure=request.is_secure())
    else:
        response.delete_cookie(LANGUAGE_COOKIE)
    return response


class ForgottenPassword(account.PasswordResetView):  # type: ignore[misc]
    """Ask for a link by mail; without a mail server the page says whom to ask."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether mails can be sent."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"has_mail": mail.is_set_up()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is promised that cannot be kept."""
        if not mail.is_set_up():
            return self.get(request, *args, **kwargs)  # type: ignore[no-any-return]
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]


class ChangePassword(account.PasswordChangeView):  # type: ignore[misc]
    """A new password; all other sessions of this person end."""

    template_name = "settings/password.html"


@never_cache
def account_closed(request: HttpRequest) -> HttpResponse:
    """Somebody with the right password whose account is closed."""
    return render(request, "account/account_inactive.html", status=403)


@page(section="settings", outside=True, methods=["GET", "HEAD"])
def security_page(request: HttpRequest) -> HttpResponse:
    """Password, second factor, passkeys, sessions: everything that secures one's own account."""
    user: Any = request.user
    factors = security.all_factors_of(user)
    codes = next((one.wrap() for one in factors if one.type == "recovery_codes"), None)
    context = {
        "totp": next((one for one in factors if one.type == "totp"), None),
        "passkeys": [one for one in factors if one.type == "webauthn"],
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "sessions": _sessions(request),
        "must_set_up": request.session.get(watching.MUST_SET_UP, False),
        "has_password": user.has_usable_password(),
        "company_name": company.service_name(),
    }
    return render_page(request, "settings/security.html", context)


def _sessions(request: HttpRequest) -> list[dict[str, Any]]:
    """One's own sessions, this one first, then the one seen last."""
    key = request.session.session_key
    rows = [
        {
            "row": one,
            "device": device_words(one.user_agent),
            "is_here": one.session_key == key,
        }
        for one in security.sessions_of(request.user)
    ]
    return sorted(rows, key=lambda row: not row["is_here"])


@page(section="settings", outside=True, methods=["POST"])
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one other browser out."""
    return ask(
        request,
        security.end_session,
        session_id=session_id,
        then=reverse("security"),
        said=_("That browser is signed out."),
    )


@page(section="settings", outside=True, methods=["POST"])
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""

    def words(count: int) -> str:
        if not count:
            return _("You were signed in nowhere else.")
        return ngettext(
            "%(count)s other browser is signed out.",
            "%(count)s other browsers are signed out.",
            count,
        ) % {"count": count}

    return ask(
        request,
        security.end_other_sessions,
        keep=request.session.session_key or "",
        then=reverse("security"),
        said=words,
    )


@page(section="settings", verb="save_setting", methods=["GET", "HEAD"])
def sign_in_rules(request: HttpRequest) -> HttpResponse:
    """Who must have a second factor."""
    chosen = set(company_values.value("second_factor_roles"))
    roles = [(code, code in chosen) for code in (*role_codes(), security.ADMINISTRATOR)]
    return render_page(
        request,
        "settings/sign_in.html",
        {"roles": roles, "company": settings.OIDC, "company_name": company.service_name()},
    )


def no_password(request: HttpRequest) -> HttpResponse:
    """Who signs in through the company's service only has no password to change."""
    return HttpResponseRedirect(reverse("security"))


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Pages of the library that this product does not have."""
    raise Http404


_MINE = "settings/mine/security/"
urlpatterns = [
    *(path("sign-in/", SignIn.as_view(), name=name) for name in ("account_login", "login")),
    path("sign-in/language/", sign_in_language, name="sign_in_language"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", account_closed, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-in/forgotten/", ForgottenPassword.as_view(), name="account_reset_password"),
    path(
        "sign-in/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"
    ),
    path(
        "sign-in/forgotten/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^sign-in/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sign-in/with/<slug:provider_id>/", oidc.leave, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", oidc.come_back, name="openid_connect_callback"),
    *(path("sign-out/", LogoutView.as_view(), name=name) for name in ("account_logout", "logout")),
    *(path(_MINE, security_page, name=name) for name in ("mfa_index", "mfa_list_webauthn")),
    path(_MINE, security_page, name="security"),
    path(f"{_MINE}sessions/<int:session_id>/end/", end_session, name="end_session"),
    path(f"{_MINE}sessions/end-others/", end_other_sessions, name="end_other_sessions"),
    *(
        path(f"{_MINE}password/", ChangePassword.as_view(), name=name)
        for name in ("account_change_password", "password_change")
    ),
    path(f"{_MINE}password/none/", no_password, name="account_set_password"),
    path(f"{_MINE}app/", totp.activate_totp, name="mfa_activate_totp"),
    path(f"{_MINE}app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(f"{_MINE}codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        f"{_MINE}codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        f"{_MINE}codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path(f"{_MINE}passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(f"{_MINE}passkeys/<int:pk>/rename/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(f"{_MINE}passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("settings/sign-in/", sign_in_rules, name="sign_in_rules"),
]
