"""Forms of signing in; what they say is written here and nowhere in the library's own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gendan.web.sign_in import locks

_CODE_LIFE = 180  # seconds: longer than a code of an authenticator app is taken


class SignInForm(forms.Form):
    """Name and password. Which of the two is wrong is nobody's business."""

    username = forms.CharField(max_length=150)
    password = forms.CharField(max_length=1000, strip=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: Any = None

    def clean(self) -> dict[str, Any]:
        """Ask the back ends, which count what is wrong."""
        given = super().clean() or {}
        if "username" in given and "password" in given:
            self.user = get_adapter().authenticate(
                self.request, username=given["username"], password=given["password"]
            )
            if self.user is None:
                raise forms.ValidationError(
                    _("User name and password do not fit together."), code="wrong"
                )
        return given

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in, or go on to the second factor."""
        credentials = {"username": self.cleaned_data["username"]}
        login = Login(user=self.user, redirect_url=redirect_url)
        response: HttpResponse = perform_password_login(request, credentials, login)
        return response


class _Code(forms.Form):
    """A code of an authenticator app, or one of the recovery codes."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        request = context.request
        if not locks.is_code_allowed(request, self.user):
            raise forms.ValidationError(_("Too many wrong codes. Wait a while."), code="locked")
        code: str = super().clean_code()  # type: ignore[misc]
        # The library forgets a used code sooner than it stops taking it.
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(
            f"used-code:{self.user.pk}:{''.join(code.split())}", 1, timeout=_CODE_LIFE
        ):
            locks.count_wrong_code(request, self.user)
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Code, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_Code, ReauthenticateForm):  # type: ignore[misc]
    """A code before something about the account is changed."""


@contextmanager
def _refused_if_odd() -> Iterator[None]:
    """What no browser sends is refused; the library reads parts of it unlooked."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError, InvalidSignature):
        raise get_mfa_adapter().validation_error("incorrect_code") from None


class _Proof(forms.Form):
    """What a passkey signed."""

    def clean_credential(self) -> Any:
        """The passkey it belongs to."""
        with _refused_if_odd():
            return super().clean_credential()  # type: ignore[misc]


class PasskeySignInForm(_Proof, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey in place of name and password."""


class PasskeyStepForm(_Proof, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""


class PasskeyAgainForm(_Proof, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something about the account is changed."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey with a name; all of ours can sign in alone."""

    name = forms.CharField(required=False, max_length=60)
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse what is no passkey: one without the owner's finger, face or PIN."""
        self.cleaned_data["passwordless"] = True
        with _refused_if_odd():
            given: dict[str, Any] = super().clean()
        return given


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Whose password is forgotten, by e-mail address."""

    email = forms.EmailField(max_length=254)
