"""The way to the company's service and back: authorization code, PKCE, nonce, signed id_token."""

import logging
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gendan.web.settings import next_of
from gendan.web.sign_in import company

log = logging.getLogger(__name__)


class CompanyService(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The library's client, which besides checks signature, nonce, issuer and subject itself."""

    verifier = ""

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        """Remember the secret of this very sign-in: the nonce belongs to it."""
        self.verifier = pkce_code_verifier or ""
        return super().get_access_token_data(
            request, app, client, pkce_code_verifier=pkce_code_verifier
        )

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Believe only a signed id_token made for this sign-in."""
        told = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        if not constant_time_compare(str(told.get("nonce", "")), nonce_of(self.verifier)):
            raise OAuth2Error("the nonce is another one")
        data = {"id_token": told}
        if "userinfo_endpoint" in self.openid_config:
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != told.get("sub"):
                raise OAuth2Error("userinfo is about somebody else")
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        if str(self.openid_config["issuer"]).rstrip("/") != settings.OIDC["issuer"]:
            raise OAuth2Error("the issuer calls itself otherwise")
        decoded: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return decoded


def nonce_of(verifier: str) -> str:
    """The nonce of a sign-in: bound to its PKCE secret, which never leaves the session."""
    return salted_hmac("gendan.oidc.nonce", verifier, algorithm="sha256").hexdigest()


def _service(request: HttpRequest, provider_id: str) -> CompanyService:
    if not settings.OIDC:
        raise Http404
    try:
        service = CompanyService(request, provider_id)
        service.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return service


@never_cache
@require_POST
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the company's service.

    By a page and not by a redirect: the content policy lets forms go to ourselves only, and where
    the service redirects further is not known beforehand.
    """
    service = _service(request, provider_id)
    provider = service.get_provider()
    try:
        service.openid_config  # noqa: B018 - asks the service
        challenge = generate_code_challenge()
        verifier = challenge.pop("code_verifier")
        client = service.get_client(request, provider.app)
        client.state = provider.stash_redirect_state(
            request, "login", next_of(request, "") or None, None, pkce_code_verifier=verifier
        )
        address = client.get_redirect_url(
            service.authorize_url, provider.get_scope(), {**challenge, "nonce": nonce_of(verifier)}
        )
    except (requests.RequestException, ValueError, KeyError) as error:
        log.warning("the company's sign-in service cannot be asked: %s", type(error).__name__)
        return company.down_page(request)
    if not address.startswith(("https://", "http://")):
        return company.down_page(request)
    context = {"address": address, "name": company.service_name()}
    return render(request, "socialaccount/leaving.html", context)


@never_cache
@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The company's service sends the browser back with a code."""
    service = _service(request, provider_id)
    try:
        view = OAuth2CallbackView.adapter_view(service)
        response: HttpResponse = view(request)
    except requests.RequestException:
        return company.down_page(request)
    except (KeyError, ValueError, TypeError) as error:
        # An answer that is no OpenID Connect: said like every other failure, details in the log.
        try:
            get_adapter().on_authentication_error(request, service.get_provider(), exception=error)
        except ImmediateHttpResponse as answer:
            return answer.response  # type: ignore[no-any-return]
        raise
    return response
