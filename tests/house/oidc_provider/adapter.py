"""What the provider tells about people besides the usual: their groups."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Groups as a claim, as company directories give them."""

    def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, **more: Any) -> Any:
        """The usual claims and the groups."""
        claims = super().get_claims(purpose, user, client, scopes, **more)
        claims["groups"] = sorted(user.groups.values_list("name", flat=True))
        return claims
