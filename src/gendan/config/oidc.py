"""Signing in through the company's own service (OpenID Connect), read from the environment."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PROVIDER_ID = "company"


def from_environment(given: Mapping[str, str]) -> dict[str, Any]:
    """The values of GENDAN_OIDC_*; an empty dict where no issuer is named.

    Raises ValueError for an issuer that is no address, plain http outside this machine, or a
    client without its id: better not to start than to let the wrong people in.
    """
    issuer = given.get("GENDAN_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return {}
    parts = urlsplit(issuer)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise ValueError("GENDAN_OIDC_ISSUER must be an https:// address")
    if not given.get("GENDAN_OIDC_CLIENT_ID", "").strip():
        raise ValueError("GENDAN_OIDC_CLIENT_ID is missing")
    return {
        "issuer": issuer,
        "client_id": given["GENDAN_OIDC_CLIENT_ID"].strip(),
        "secret": given.get("GENDAN_OIDC_SECRET", ""),
        "name": given.get("GENDAN_OIDC_NAME", "").strip(),
        "domains": sorted(
            {part.strip().lower().lstrip("@") for part in _listed(given, "GENDAN_OIDC_DOMAINS")}
        ),
        "role_claim": given.get("GENDAN_OIDC_ROLE_CLAIM", "").strip(),
        "roles": _roles(_listed(given, "GENDAN_OIDC_ROLES")),
        "create": given.get("GENDAN_OIDC_CREATE", "0").strip().lower() in {"1", "true", "yes"},
    }


def providers(oidc: Mapping[str, Any]) -> dict[str, Any]:
    """The same for the library that speaks OpenID Connect."""
    if not oidc:
        return {}
    app = {
        "provider_id": PROVIDER_ID,
        "name": oidc["name"] or urlsplit(oidc["issuer"]).hostname,
        "client_id": oidc["client_id"],
        "secret": oidc["secret"],
        "settings": {"server_url": oidc["issuer"], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in given.get(name, "").split(",") if part.strip()]


def _roles(pairs: list[str]) -> dict[str, str]:
    """ "their-group=our-role" pairs; a name alone is both."""
    found = {}
    for pair in pairs:
        theirs, _equals, ours = pair.partition("=")
        found[theirs.strip()] = ours.strip() or theirs.strip()
    return found
