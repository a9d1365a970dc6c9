"""Where the library that signs people in asks us: words, mails, secrets, who may come in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import secrets, security
from gendan.web.middleware import remember_language
from gendan.web.sign_in import company, watching
from gendan.web.sign_in.places import address_of

WORDS = {
    "account_inactive": gettext_lazy("This account is closed."),
    "enter_current_password": gettext_lazy("This is not your present password."),
    "incorrect_code": gettext_lazy("This code is not right, or it was used already."),
    "incorrect_password": gettext_lazy("This is not your password."),
    "invalid_password_reset": gettext_lazy("This link no longer works. Ask for a new one."),
    "too_many_login_attempts": gettext_lazy("Too many attempts. Wait a while."),
    "rate_limited": gettext_lazy("Too many attempts. Wait a while."),
    "same_as_current": gettext_lazy("The new value is the same as the present one."),
    "cannot_generate_recovery_codes": gettext_lazy(
        "Recovery codes need an authenticator app or a passkey first."
    ),
    "cannot_delete_authenticator": gettext_lazy(
        "Your role needs a second factor: add a passkey first, then the app can be switched off."
    ),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the company; mails go out like all others."""

    error_messages = DefaultAccountAdapter.error_messages | WORDS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account by themselves."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """One notion of the address for locks, limits, sessions and the journal."""
        return address_of(request)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Signed in: recorded, with the person's language, led to what their role still needs."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language, secure=request.is_secure())
        return response

    def send_password_reset_mail(self, user: Any, email: str, context: Any) -> None:
        """The link is made when the mail is sent and kept nowhere."""
        security.send_password_link(user_id=user.pk, kind="reset")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page the password stands on."""
        return reverse("security")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The library's ways to prove oneself again, in our words."""
        words = {
            "reauthenticate": _("Use my password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are kept encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | WORDS

    def encrypt(self, text: str) -> str:
        """As it is kept in the table."""
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it is used."""
        return secrets.unseal(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app shows beside the code."""
        return str(user.get_username())

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return "Gendan"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        """A name for a passkey nobody has named."""
        count = sum(one.type == type for one in security.all_factors_of(user))
        return _("Passkey %(number)s") % {"number": count + 1}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last factor of somebody whose role needs one."""
        user = authenticator.user
        others = security.factors_of(user).exclude(pk=authenticator.pk)
        return others.exists() or not security.needs_second_factor(user)


class CompanyAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The company's own sign-in service: who of its people comes in here."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account, or refuse with a sentence."""
        try:
            user = company.find_user(sociallogin)
        except company.RefusedHere as error:
            watching.refused_by_company(request, error)
            raise ImmediateHttpResponse(company.refused_page(request, str(error))) from None
        if user is None:
            return  # a new person, whom settings allow to be made
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
        company.follow_roles(user, sociallogin)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Only where the settings say so."""
        return bool(settings.OIDC.get("create"))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """A new account for somebody the company's service knows."""
        user = super().save_user(request, sociallogin, form)
        company.follow_roles(user, sociallogin)
        return user

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """The name as the company writes it."""
        user = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "")[:80]
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """The service refused, or somebody tampered with its answer: recorded, said plainly."""
        watching.refused_by_company(request, exception)
        raise ImmediateHttpResponse(company.failed_page(request, error, exception))
