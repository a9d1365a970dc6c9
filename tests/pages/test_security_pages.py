"""The pages that secure an account, and the headers and content policy of every page there is."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoAssertNumQueries

from gendan.kernel import security, services
from gendan.kernel.errors import NotThere
from gendan.kernel.models import Entry, User
from gendan.partners.models import OutsideAccess
from gendan.testing.cast import person
from gendan.testing.make import followup, masters
from gendan.web.sign_in.places import device_words

Browse = Callable[..., Client]
PASSWORD = "correct horse battery"
MINE = ["security", "mfa_activate_totp", "mfa_add_webauthn", "password_change"]
OUTSIDE = ["login", "account_reset_password", "account_reset_password_done", "account_inactive"]


@pytest.fixture
def mei(db: None) -> User:
    """Mei with a password."""
    user = person("mei")
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(language: str = "en", agent: str = "") -> Client:
    """A browser that went through the sign-in page and has shown its password once more."""
    client = Client(headers={"User-Agent": agent} if agent else {})
    User.objects.filter(username="mei").update(language=language)
    client.cookies["gendan_language"] = language
    client.post("/sign-in/", {"username": "mei", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


# --- own pages ---


@pytest.mark.parametrize("name", [*MINE, "sign_in_rules"])
def test_nobody_is_sent_to_the_sign_in_page(browse: Browse, name: str) -> None:
    answer = browse().get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_the_rules_are_for_those_who_administer(browse: Browse) -> None:
    assert browse("zhao").get(reverse("sign_in_rules")).status_code == 200
    assert browse("wen").get(reverse("sign_in_rules")).status_code == 403
    assert browse("stranger").get(reverse("sign_in_rules")).status_code == 404


def test_the_rules_are_saved_and_can_be_emptied(browse: Browse) -> None:
    client, url = browse("zhao"), reverse("save_setting")
    form = {"key": "second_factor_roles", "next": reverse("sign_in_rules")}
    answer = client.post(url, form | {"value": ["manager", "finance"]})
    assert answer.headers["Location"] == reverse("sign_in_rules")
    assert client.get(reverse("sign_in_rules")).content.decode().count(" checked") == 2
    client.post(url, form)
    assert client.get(reverse("sign_in_rules")).content.decode().count(" checked") == 0
    assert client.post(url, form | {"value": ["emperor"]}).status_code == 422


LATIN = re.compile(r"[A-Za-z]{4,}")
# Names, and what is written in Latin letters in Chinese as well.
KNOWN_WORDS = {
    *("Gendan", "English", "Ctrl", "Enter", "Chrome", "Linux", "JavaScript", "correct", "horse"),
    *("battery", "merchandiser"),
}


def texts_of(page: str) -> str:
    """What a person reads on a page: no tags, no scripts, no codes."""
    page = re.sub(r"(?s)<(script|style|code|title)\b.*?</\1>", " ", page)
    page = re.sub(r"(?s)^.*?<main", "<main", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</main>")[0]))


def test_every_page_of_signing_in_is_chinese_throughout(mei: User) -> None:
    client = signed_in("zh-hans")
    secret = totp.generate_totp_secret()
    addresses = [*MINE, *OUTSIDE]
    pages = {name: client.get(reverse(name)).content.decode() for name in MINE}
    pages |= {name: Client(headers={"Accept-Language": "zh-CN"}).get(reverse(name)).content.decode()
              for name in OUTSIDE}  # fmt: skip
    totp.TOTP.activate(mei, secret)
    RecoveryCodes.activate(mei)
    for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        pages[name] = client.get(reverse(name)).content.decode()
    for name in ("account_reauthenticate", "mfa_reauthenticate"):
        pages[name] = client.get(reverse(name)).content.decode()
        pages[f"{name} wrong"] = client.post(reverse(name), {"code": "1", "password": "1"})\
            .content.decode()  # fmt: skip
    weak = {"oldpassword": "no", "password1": "1234", "password2": "5678"}
    pages["weak"] = client.post(reverse("password_change"), weak).content.decode()
    bad = {"oldpassword": PASSWORD, "password1": "1234", "password2": "1234"}
    pages["bad"] = client.post(reverse("password_change"), bad).content.decode()
    assert len(addresses) <= len(pages)
    english = {
        name: sorted(set(LATIN.findall(texts_of(text))) - KNOWN_WORDS)
        for name, text in pages.items()
    }
    assert {name: words for name, words in english.items() if words} == {}


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 10"),
        ("password123", "Too many people"),
        ("13579246801", "figures only"),
        ("mei-wang-mei", "too similar"),
        ("", "required"),
    ],
)
def test_weak_passwords_are_refused_with_sentences(mei: User, password: str, words: str) -> None:
    User.objects.filter(pk=mei.pk).update(name="mei-wang-mei")
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = signed_in().post(reverse("password_change"), form)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_new_password_ends_the_other_sessions(mei: User) -> None:
    here, there = signed_in(), signed_in()
    new = "a green kettle sings"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("password_change"), form).headers["Location"] == reverse("security")
    assert here.get(reverse("about")).status_code == 200
    assert there.get(reverse("about")).status_code == 302
    assert Entry.objects.filter(fact="PasswordChanged").count() == 1


def test_the_security_of_an_account_is_changed_only_by_who_shows_it_is_them(mei: User) -> None:
    client = Client()
    client.force_login(mei)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        answer = client.get(reverse(name))
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate")), name


def test_passkeys_of_others_are_not_there(mei: User) -> None:
    other = Authenticator.objects.create(
        user=person("jun"), type="webauthn", data={"name": "Jun's", "credential": {}}
    )
    client = signed_in()
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
        assert client.post(reverse(name, args=[other.pk])).status_code == 404


@pytest.mark.parametrize("credential", ["", "x", "{}", "[]", '{"id": 1}', '{"response": {}}', "1"])
def test_a_made_up_passkey_is_refused(mei: User, credential: str) -> None:
    client = Client()
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert answer.headers["Location"] == "/sign-in/"
    added = signed_in().post(reverse("mfa_add_webauthn"), {"credential": credential, "name": "x"})
    assert added.status_code == 200
    assert b"could not be added" in added.content


# --- sessions: end_session, end_other_sessions ---

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0"


def test_sessions_are_listed_and_one_is_ended(mei: User) -> None:
    here, there = signed_in(agent=CHROME), signed_in(agent=PHONE)
    page = here.get(reverse("security")).content.decode()
    assert "Chrome · Windows" in page
    assert "WeChat · Android" in page
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(reverse("end_session", args=[other.pk])).status_code == 303
    assert there.get(reverse("about")).status_code == 302
    assert here.get(reverse("about")).status_code == 200
    assert here.post(reverse("end_session", args=[other.pk])).status_code == 404, "twice"


def test_nobody_ends_the_session_of_another(mei: User) -> None:
    signed_in()
    found = UserSession.objects.get(user=mei)
    with pytest.raises(NotThere):
        security.end_session(session_id=found.pk, by=person("jun"))


def test_signing_out_everywhere_else_leaves_this_one(mei: User) -> None:
    here, there, untracked = signed_in(), signed_in(), Client()
    untracked.force_login(mei)
    jun = Client()
    jun.force_login(person("jun"))
    assert here.post(reverse("end_other_sessions")).status_code == 303
    assert [c.get(reverse("about")).status_code for c in (here, there, untracked, jun)] == [
        *(200, 302, 302, 200)
    ]
    assert Entry.objects.get(fact="SessionsEnded").data["count"] == 2
    here.post(reverse("end_other_sessions"))
    assert Entry.objects.filter(fact="SessionsEnded").count() == 1, "nothing ended, nothing said"


def test_programs_list_and_end_sessions(mei: User) -> None:
    there = signed_in(agent=PHONE)
    _token, secret = services.make_api_token(name="shop", by=mei)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    (found,) = program.get("/api/v1/me/sessions").json()
    assert found["user_agent"] == PHONE
    assert program.post(f"/api/v1/me/sessions/{found['id']}/end").status_code == 204
    assert program.post(f"/api/v1/me/sessions/{found['id']}/end").status_code == 404
    assert there.get(reverse("about")).status_code == 302
    signed_in()
    assert program.post("/api/v1/me/sessions/end-others").json() == {"count": 1}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Macintosh) Version/17.0 Safari/605.1", "Safari · macOS"),
        ("Mozilla/5.0 (iPhone; CPU) wxwork/4.1 MicroMessenger/7", "WeCom · iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_as_people_know_them(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_pages_cost_what_they_did(
    mei: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in()
    client.get(reverse("settings"))
    with django_assert_max_num_queries(10):
        client.get(reverse("settings"))
    with django_assert_max_num_queries(14):
        client.get(reverse("security"))


# --- headers and content policy of every page ---


def addresses() -> Iterator[tuple[str, str]]:
    """Every page: those without arguments, and those with one sample value for each."""
    sample = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "0" * 8}

    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            text = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, text)
            elif isinstance(one, URLPattern):
                filled = re.sub(r"<(?:(\w+):)?\w+>", lambda m: sample.get(m[1] or "str", "1"), text)
                if "(?P" not in filled:
                    yield one.name or filled, "/" + filled.lstrip("^").rstrip("$").replace("\\", "")

    yield from walk(get_resolver().url_patterns, "")


INLINE = re.compile(r"""<script(?![^>]*\b(?:src=|type="application/json"))[^>]*>|<style|\sstyle=|
    \son\w+\s*=\s*["']|javascript:|hx-on""", re.VERBOSE)  # fmt: skip


def test_every_page_has_its_headers_and_nothing_inline(db: None) -> None:
    boss = User.objects.create_superuser("boss", language="en")
    inside, outside = (Client(raise_request_exception=False) for _ in range(2))
    inside.force_login(boss)
    seen, wrong = 0, []
    for name, address in addresses():
        if name in {"logout", "account_logout"}:
            continue
        for client in (inside, outside):
            before = transaction.savepoint()
            answer = client.get(address)
            transaction.savepoint_rollback(before)
            seen += 1
            wrong += [f"{name} {address}: {words}" for words in faults(answer, name)]
            # Django's own list of choices has nothing to say without a question.
            if answer.status_code >= 500 and name != "autocomplete":
                wrong.append(f"{name} {address}: {answer.status_code}")
    assert wrong == []
    assert seen > 200


def faults(answer: Any, name: str) -> Iterator[str]:
    """What a page lacks or has too much."""
    policy = answer.headers.get("Content-Security-Policy", "")
    for part in ("script-src 'self';", "style-src 'self';", "object-src 'none'",
                 "frame-ancestors 'none'", "form-action 'self'", "base-uri 'self'"):  # fmt: skip
        if part not in policy + ";":
            yield f"policy without {part}"
    if "unsafe" in policy or "nonce" in policy:
        yield "policy is not strict"
    for header, value in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        if answer.headers.get(header) != value:
            yield f"{header} is {answer.headers.get(header)}"
    # A page of ours shows attached papers in a frame.
    frames = {"DENY", "SAMEORIGIN"} if name == "attachment" else {"DENY"}
    if answer.headers.get("X-Frame-Options") not in frames:
        yield "others may put it into a frame"
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        yield "no Permissions-Policy"
    is_page = "text/html" in answer.headers.get("Content-Type", "")
    if is_page and not answer.streaming and (found := INLINE.search(answer.content.decode())):
        yield f"inline: {found[0][:60]}"


def test_a_foreign_host_name_opens_nothing(db: None) -> None:
    assert Client(headers={"Host": "evil.example"}).get("/sign-in/").status_code == 400
    for name in ("localhost", "127.0.0.1"):
        assert Client(headers={"Host": name}).get("/sign-in/").status_code == 200


def test_the_hosts_are_this_machines_own() -> None:
    from gendan.config import addresses as places

    hosts = places.own_hosts("gendan.example.com")
    assert {"localhost", "127.0.0.1", "gendan.example.com"} <= set(hosts)
    assert "*" not in hosts
    assert not any(host.startswith(".") for host in hosts)
    assert places.seen_from_outside("127.0.0.1") == "localhost"
    assert places.seen_from_outside("fe80::1") == "[fe80::1]"
    everywhere = "0.0.0.0"  # noqa: S104
    assert places.seen_from_outside(everywhere) not in {everywhere, ""}


def test_behind_tls_cookies_are_bound_to_the_host_and_the_check_is_clean(tmp_path: Any) -> None:
    import os
    import subprocess
    import sys

    # The browser tests set what no deployment may set; it is not what is asked about here.
    ours = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = ours | {
        "GENDAN_TLS": "1",
        "GENDAN_VAR": str(tmp_path),
        "GENDAN_SECRET_KEY": "k" * 60 + "0123456789",
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "DJANGO_SETTINGS_MODULE": "gendan.config.settings",
    }
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "from django.conf import settings as s\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().endswith("__Host-sessionid __Host-csrftoken True True True")


def test_the_address_behind_the_proxy_is_what_the_proxy_says(settings: Any) -> None:
    from django.test import RequestFactory

    from gendan.web.sign_in.places import address_of

    made_up = RequestFactory().get("/", headers={"X-Forwarded-For": "1.2.3.4, 5.6.7.8"})
    assert address_of(made_up) == "127.0.0.1"
    settings.BEHIND_TLS = True
    assert address_of(made_up) == "5.6.7.8"
    unknown = "0.0.0.0"  # noqa: S104
    assert address_of(RequestFactory().get("/", headers={"X-Forwarded-For": "<x>"})) == unknown


def test_what_is_set_is_consistent() -> None:
    call_command("check")
    assert "*" not in settings.ALLOWED_HOSTS


THEIRS = re.compile(
    r"/(|robots\.txt|sign-in/.*|settings/mine/.*|notices/(news/|read/)?|l/x/|feeds/.*)$"
)


@pytest.mark.parametrize("role", ["customer", "supplier", ""])
def test_outsiders_and_strangers_reach_nothing_but_their_own(db: None, role: str) -> None:
    followup.template()
    followup.followed()  # somebody else's order, milestones and notices: everything has a number 1
    anna = User.objects.create(username="anna", language="en", is_outside=bool(role))
    if role:
        anna.groups.add(Group.objects.get(name=role))
        OutsideAccess.objects.create(user=anna, partner=masters.customer("C-9"))
    client = Client(raise_request_exception=False)
    client.force_login(anna)
    open_to_them = []
    for name, address in addresses():
        if address.startswith(("/admin/", "/api/")) or "sign-out" in address:
            continue  # Django's admin asks for staff; the API has a test of its own
        for ask in (client.get, client.post):
            before = transaction.savepoint()
            answer = ask(address)
            transaction.savepoint_rollback(before)
            if answer.status_code not in {403, 404, 405} and not THEIRS.match(address):
                open_to_them.append((name, address, answer.status_code))
        client.force_login(anna)
    assert open_to_them == []
