"""Tags for the facts about signing in."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

register = template.Library()
WAYS = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("code of the app"),
    "recovery_codes": gettext_lazy("recovery code"),
    "passkey": gettext_lazy("passkey"),
    "oidc": gettext_lazy("the company's account"),
    "code": gettext_lazy("wrong code"),
}
# Beside the roles, on the page that says who must have a second factor.
ADMINISTRATOR = gettext_noop("administrator")


@register.simple_tag
def sign_in_way(way: str) -> str:
    """How somebody signed in: "password + code of the app"."""
    return " + ".join(str(WAYS.get(step, step)) for step in str(way).split("+")) or _("unknown")
