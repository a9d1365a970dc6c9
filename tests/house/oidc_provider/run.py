"""Runs the provider: python -m tests.house.oidc_provider.run PORT REDIRECT_URI."""

import os
import socketserver
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

# user name → (e-mail address, verified by the provider, groups)
PEOPLE = {
    "wang": ("mei@haichuan.example", True, ["gd-merchandisers", "staff"]),
    "liar": ("mei@haichuan.example", False, []),
    "guest": ("guest@elsewhere.example", True, []),
    "nina": ("nina@haichuan.example", True, ["gd-buyers"]),
}
CLIENT, SECRET, PASSWORD = "gendan", "secret of the client", "a provider's password"


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def fill(redirect_uri: str) -> None:
    """People, their addresses and groups, and Gendan as a client."""
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import Group, User

    for name, (email, is_verified, groups) in PEOPLE.items():
        user = User.objects.create_user(name, email, PASSWORD, first_name=name.title())
        EmailAddress.objects.create(user=user, email=email, verified=is_verified, primary=True)
        for group in groups:
            user.groups.add(Group.objects.get_or_create(name=group)[0])
    client = Client(id=CLIENT, name="Gendan", skip_consent=True)
    client.set_scopes(["openid", "profile", "email"])
    client.set_redirect_uris([redirect_uri])
    client.set_secret(SECRET)
    client.save()


def main() -> None:
    """Make the database, say that it is ready, serve until killed."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    fill(sys.argv[2])
    server = make_server(
        "127.0.0.1",
        int(sys.argv[1]),
        get_wsgi_application(),
        server_class=_Server,
        handler_class=_Quiet,
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    # Only here: the tests import this module, and have settings of their own.
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.house.oidc_provider.settings"
    main()
