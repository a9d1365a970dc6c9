"""Addresses of the provider: the library's, and keys of somebody else under the same name."""

import json
from typing import Any

from allauth.idp.oidc import views as oidc
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from jwt.algorithms import RSAAlgorithm

_OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()


def other_keys(request: HttpRequest) -> JsonResponse:
    """The real key's id with another key: what was signed with the real one must not fit."""
    known: Any = json.loads(oidc.jwks(request).content)
    wrong = json.loads(RSAAlgorithm.to_jwk(_OTHER))
    return JsonResponse(
        {"keys": [{**wrong, "kid": one["kid"], "alg": "RS256"} for one in known["keys"]]}
    )


urlpatterns = [
    path("", include("allauth.idp.urls")),
    path("", include("allauth.account.urls")),
    path("other-keys", other_keys),
]
