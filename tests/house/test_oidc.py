"""Signing in through a real OpenID Connect provider that runs as a process of its own."""

import html
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests
from django.test import Client

from gendan.config import oidc
from gendan.kernel import services
from gendan.kernel.models import Entry, User
from gendan.testing.cast import person
from tests.house.oidc_provider.run import CLIENT, PASSWORD, SECRET

ROOT = Path(__file__).resolve().parent.parent.parent
BACK = "http://testserver/sign-in/with/company/back/"
Configure = Callable[..., None]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The provider's address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = tmp_path_factory.mktemp("provider") / "provider.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.house.oidc_provider.run", str(port), BACK],
        cwd=ROOT,
        env=os.environ | {"PROVIDER_DATABASE": str(place), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def configure(issuer: str, settings: Any, db: None) -> Configure:
    """`configure(GENDAN_OIDC_CREATE="1")`: the settings as the environment would make them."""

    def set_up(**more: str) -> None:
        given = {
            "GENDAN_OIDC_ISSUER": issuer,
            "GENDAN_OIDC_CLIENT_ID": CLIENT,
            "GENDAN_OIDC_SECRET": SECRET,
            "GENDAN_OIDC_NAME": "Haichuan ID",
        } | more
        settings.OIDC = oidc.from_environment(given)
        settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(settings.OIDC)

    set_up()
    return set_up


@pytest.fixture
def mei(db: None) -> User:
    """Mei, whose address the provider knows."""
    user = person("mei")
    user.email = "Mei@Haichuan.example"
    user.save()
    return user


def leave(client: Client, **more: str) -> str:
    """Press the button; the address at the provider that the browser is sent to."""
    answer = client.post("/sign-in/with/company/", more)
    assert answer.status_code == 200, answer.content.decode()
    found = re.search(r'url=([^"]+)"', answer.content.decode())
    assert found is not None
    return html.unescape(found[1])


def at_provider(address: str, name: str) -> str:
    """Sign in there as a person would; the address the browser is sent back to."""
    browser = requests.Session()
    answer = browser.get(address)
    if "/login/" in answer.url:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        assert token is not None
        data = {"csrfmiddlewaretoken": token[1], "login": name, "password": PASSWORD}
        answer = browser.post(answer.url, data=data, allow_redirects=False)
    for _ in range(8):
        target = urljoin(answer.url, answer.headers.get("Location", ""))
        if target.startswith(BACK):
            return target
        assert answer.is_redirect, answer.text[:800]
        answer = browser.get(target, allow_redirects=False)
    raise AssertionError("the provider does not send back")


def sign_in(client: Client, name: str, **more: str) -> Any:
    return client.get(at_provider(leave(client, **more), name))


def refusal(answer: Any) -> str:
    found = re.search(r'role="alert">.*?<p>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert found is not None, answer.content.decode()[:800]
    return html.unescape(found[1])


def english() -> Client:
    client = Client()
    client.cookies["gendan_language"] = "en"
    return client


def test_the_account_with_the_verified_address_comes_in(configure: Configure, mei: User) -> None:
    client = english()
    assert "Haichuan ID" in client.get("/sign-in/").content.decode()
    answer = sign_in(client, "wang", next="/orders/")
    assert answer.headers["Location"] == "/orders/"
    assert client.get("/api/v1/me").json()["username"] == "mei"
    fact = Entry.objects.get(fact="SignedIn")
    assert (fact.by, fact.data["way"]) == (mei, "oidc")
    User.objects.filter(pk=mei.pk).update(email="")
    assert sign_in(english(), "wang").status_code == 302, "known by its number from then on"


def test_it_asks_with_code_challenge_state_and_nonce(configure: Configure, issuer: str) -> None:
    address = leave(english())
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(issuer)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert min(len(asked[name][0]) for name in ("state", "nonce", "code_challenge")) >= 16
    assert SECRET not in address


@pytest.mark.parametrize("name", ["nonce", "code_challenge", "state"])
def test_what_was_exchanged_on_the_way_is_refused(
    configure: Configure, mei: User, name: str
) -> None:
    client = english()
    parts = urlsplit(leave(client))
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    asked[name] = "x" * 43
    back = at_provider(parts._replace(query=urlencode(asked)).geturl(), "wang")
    answer = client.get(back)
    assert answer.status_code == 401
    assert "begin again" in refusal(answer)
    assert client.get("/api/v1/me").status_code == 401
    assert Entry.objects.filter(fact="SignInFailed").count() == 1


def test_the_way_back_works_once_and_in_one_browser(configure: Configure, mei: User) -> None:
    client = english()
    back = at_provider(leave(client), "wang")
    assert english().get(back).status_code == 401, "somebody else's browser"
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 401


def test_a_token_signed_by_somebody_else_is_refused(
    configure: Configure, mei: User, settings: Any, issuer: str
) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["openid_configuration_overrides"] = {"jwks_uri": f"{issuer}/other-keys"}
    assert sign_in(english(), "wang").status_code == 401


def test_an_issuer_that_calls_itself_otherwise_is_refused(
    configure: Configure, mei: User, settings: Any
) -> None:
    settings.OIDC = settings.OIDC | {"issuer": "https://other.example"}
    assert sign_in(english(), "wang").status_code == 401


def test_an_address_nobody_has_verified_opens_nothing(configure: Configure, mei: User) -> None:
    answer = sign_in(english(), "liar")
    assert answer.status_code == 403
    assert "has not verified your e-mail address" in refusal(answer)


def test_a_foreign_domain_is_refused_even_with_an_account(configure: Configure, mei: User) -> None:
    User.objects.filter(pk=mei.pk).update(email="guest@elsewhere.example")
    configure(GENDAN_OIDC_DOMAINS="haichuan.example, @other.example")
    answer = sign_in(english(), "guest")
    assert "this domain" in refusal(answer)


def test_who_has_no_account_gets_none(configure: Configure, db: None) -> None:
    answer = sign_in(english(), "nina")
    assert answer.status_code == 403
    assert "An administrator can make one" in refusal(answer)
    assert not User.objects.exists()


def test_accounts_are_made_where_the_settings_say_so(configure: Configure, db: None) -> None:
    configure(
        GENDAN_OIDC_CREATE="1",
        GENDAN_OIDC_DOMAINS="haichuan.example",
        GENDAN_OIDC_ROLE_CLAIM="groups",
        GENDAN_OIDC_ROLES="gd-buyers=buyer, gd-merchandisers=merchandiser",
    )
    client = english()
    assert sign_in(client, "nina").status_code == 302
    made = User.objects.get(username="nina")
    assert (made.email, made.has_usable_password()) == ("nina@haichuan.example", False)
    assert made.roles == {"buyer"}
    assert client.get("/orders/").status_code == 200
    assert sign_in(english(), "guest").status_code == 403


def test_roles_follow_the_claim_and_others_stay(configure: Configure, mei: User) -> None:
    configure(
        GENDAN_OIDC_ROLE_CLAIM="groups",
        GENDAN_OIDC_ROLES="gd-buyers=buyer,gd-merchandisers=merchandiser",
    )
    from django.contrib.auth.models import Group

    mei.groups.set(Group.objects.filter(name__in=["buyer", "finance"]))
    assert sign_in(english(), "wang").status_code == 302
    assert User.objects.get(pk=mei.pk).roles == {"merchandiser", "finance"}
    fact = Entry.objects.get(fact="RolesChanged")
    assert (fact.data["added"], fact.data["removed"]) == (["merchandiser"], ["buyer"])


def test_two_accounts_with_one_address_are_not_guessed_between(
    configure: Configure, mei: User
) -> None:
    User.objects.create_user("mei2", "mei@haichuan.example")
    assert "Two accounts" in refusal(sign_in(english(), "wang"))


def test_a_closed_account_stays_closed(configure: Configure, mei: User) -> None:
    User.objects.filter(pk=mei.pk).update(is_active=False)
    answer = sign_in(english(), "wang")
    assert "closed" in refusal(answer)


def test_the_service_asks_for_its_own_second_factor(configure: Configure, mei: User) -> None:
    services.save_setting(key="second_factor_roles", value=["merchandiser"], by=None)
    client = english()
    sign_in(client, "wang")
    assert client.get("/orders/").status_code == 200


def test_a_service_that_is_down_is_said_plainly(configure: Configure, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    configure(GENDAN_OIDC_ISSUER=nobody)
    client = english()
    answer = client.post("/sign-in/with/company/")
    assert answer.status_code == 503
    assert "cannot be reached" in refusal(answer)
    assert client.get("/sign-in/").status_code == 200


def test_a_service_that_goes_down_on_the_way_is_said_plainly(
    configure: Configure, mei: User
) -> None:
    client = english()
    back = at_provider(leave(client), "wang")
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    configure(GENDAN_OIDC_ISSUER=nobody)
    assert client.get(back).status_code == 503


def test_who_cancels_there_is_not_signed_in(configure: Configure, mei: User) -> None:
    client = english()
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get("/sign-in/with/company/back/", {"error": "access_denied", "state": state})
    assert "did not finish" in refusal(answer)


@pytest.mark.parametrize("query", ["", "?code=1", "?state=x&code=1", "?state=%00", "?error=<b>x"])
def test_a_made_up_way_back_is_refused(configure: Configure, query: str) -> None:
    answer = english().get(f"/sign-in/with/company/back/{query}")
    assert answer.status_code in {401, 422}
    assert "<b>x" not in answer.content.decode()


def test_without_settings_there_is_no_such_way(settings: Any, db: None) -> None:
    settings.OIDC, settings.SOCIALACCOUNT_PROVIDERS = {}, {}
    assert Client().post("/sign-in/with/company/").status_code == 404
    assert Client().get("/sign-in/with/company/back/").status_code == 404
    assert "with/company" not in Client().get("/sign-in/").content.decode()


def test_other_providers_are_not_there(configure: Configure) -> None:
    assert Client().post("/sign-in/with/other/").status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"GENDAN_OIDC_ISSUER": "http://id.example.com", "GENDAN_OIDC_CLIENT_ID": "x"},
        {"GENDAN_OIDC_ISSUER": "id.example.com", "GENDAN_OIDC_CLIENT_ID": "x"},
        {"GENDAN_OIDC_ISSUER": "https://id.example.com"},
    ],
)
def test_settings_that_are_not_safe_do_not_start(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="GENDAN_OIDC"):
        oidc.from_environment(given)
