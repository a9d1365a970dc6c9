"""Signing in: locks, second factors, forgotten passwords, the company's rules, the journal."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gendan.kernel import clock, security, sending, services
from gendan.kernel.models import Entry, Mail, User
from gendan.testing.cast import person

Browse = Callable[..., Client]
PASSWORD = "correct horse battery"


@pytest.fixture
def mei(db: None) -> User:
    """Mei with a password and an address."""
    user = person("mei")
    user.set_password(PASSWORD)
    user.email = "mei@haichuan.example"
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": "mei", "password": password, **more})


def facts(*names: str) -> list[dict[str, Any]]:
    found = Entry.objects.filter(fact__in=names).order_by("pk")
    return [entry.data | {"fact": entry.fact} for entry in found]


def app_of(user: User) -> str:
    """Switch the authenticator app on; returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    counter = list(totp.yield_hotp_counters_from_time())[1]
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


# --- password ---


def test_it_goes_to_the_page_that_was_wanted(browse: Browse, mei: User) -> None:
    answer = sign_in(browse(), next="/orders/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/orders/")


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_it_goes_to_no_foreign_page(browse: Browse, mei: User, address: str) -> None:
    assert sign_in(browse(), next=address).headers["Location"] == "/"


def test_the_journal_says_how_and_from_where(browse: Browse, mei: User) -> None:
    client = browse()
    sign_in(client)
    client.post(reverse("logout"))
    signed_in, signed_out = facts("SignedIn", "SignedOut")
    assert (signed_in["way"], signed_in["address"]) == ("password", "127.0.0.1")
    assert signed_out["user_id"] == mei.pk


def test_a_wrong_password_is_recorded_without_what_was_typed(browse: Browse, mei: User) -> None:
    client = browse()
    sign_in(client, "a secret of somebody")
    client.post("/sign-in/", {"username": "typed my password here", "password": "x"})
    known, unknown = facts("SignInFailed")
    assert (known["user_id"], known["name_hash"]) == (mei.pk, "")
    assert unknown["user_id"] is None
    assert len(unknown["name_hash"]) == 12
    kept = str(list(Entry.objects.values_list("data", flat=True)))
    assert "secret of" not in kept
    assert "typed my" not in kept


def test_somebody_whose_account_is_closed_does_not_get_in(browse: Browse, mei: User) -> None:
    User.objects.filter(pk=mei.pk).update(is_active=False)
    client = browse()
    assert b"do not fit together" in sign_in(client).content
    assert client.get(reverse("about")).status_code == 302


@pytest.mark.parametrize(
    "data", [{}, {"username": ""}, {"username": "m" * 5000, "password": "p"}, {"password": "p"}]
)
def test_empty_or_huge_input_is_refused(browse: Browse, mei: User, data: dict[str, str]) -> None:
    answer = browse().post("/sign-in/", data)
    assert answer.status_code == 200
    assert b"do not fit together" in answer.content


def test_signing_in_costs_few_queries(
    browse: Browse, mei: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):
        browse().get("/sign-in/")
    with django_assert_max_num_queries(45):
        sign_in(browse())


# --- locks ---


def test_the_locked_page_says_until_when_and_the_owner_is_told(
    browse: Browse, mei: User, mailbox: Any
) -> None:
    client = browse()
    for _ in range(8):
        answer = sign_in(client, "wrong")
    assert answer.status_code == 429
    assert re.search(r"Try again in 1[45] minutes, after \d\d:\d\d", answer.content.decode())
    assert int(answer.headers["Retry-After"]) <= 900
    assert sign_in(client).status_code == 429, "even the right password waits"
    (locked,) = facts("SignInLocked")
    assert locked["user_id"] == mei.pk
    assert locked["minutes"] in {14, 15}
    assert len(facts("SignInFailed")) == 7
    sending.send_waiting()
    (sent,) = mailbox.received
    assert "signing in is locked" in sent.get_content()


def test_a_lock_does_not_lock_others_out(browse: Browse, mei: User) -> None:
    for _ in range(8):
        sign_in(browse(), "wrong")
    elsewhere = Client(REMOTE_ADDR="10.1.2.3")
    assert sign_in(elsewhere).status_code == 302


def test_an_administrator_ends_the_lock(browse: Browse, mei: User) -> None:
    client = browse()
    for _ in range(8):
        sign_in(client, "wrong")
    boss = User.objects.create_superuser("boss")
    security.unlock_sign_in(user_id=mei.pk, by=boss)
    assert sign_in(client).status_code == 302


def test_tokens_of_programs_are_not_concerned_by_a_lock(browse: Browse, mei: User) -> None:
    _token, secret = services.make_api_token(name="shop", by=mei)
    for _ in range(8):
        sign_in(browse(), "wrong")
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200


# --- second factor ---


def test_the_app_is_asked_for_and_lets_in(browse: Browse, mei: User) -> None:
    secret = app_of(mei)
    client = browse()
    answer = sign_in(client, next="/orders/")
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("about")).status_code == 302, "not signed in yet"
    assert b"authenticator app" in client.get(reverse("mfa_authenticate")).content
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.headers["Location"] == "/orders/"
    assert client.get(reverse("about")).status_code == 200
    assert facts("SignedIn")[0]["way"] == "password+totp"


def test_the_secret_of_the_app_is_kept_encrypted(browse: Browse, mei: User) -> None:
    secret = app_of(mei)
    assert secret not in str(Authenticator.objects.get(user=mei).data)


def test_a_code_works_once(browse: Browse, mei: User) -> None:
    code = code_of(app_of(mei))
    for expected in (302, 200):
        client = browse()
        sign_in(client)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_a_recovery_code_works_once(browse: Browse, mei: User) -> None:
    app_of(mei)
    code = RecoveryCodes.activate(mei).get_unused_codes()[0]
    for expected in (302, 200):
        client = browse()
        sign_in(client)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected
    assert facts("SignedIn")[0]["way"] == "password+recovery_codes"


def test_codes_cannot_be_tried_from_many_addresses(browse: Browse, mei: User) -> None:
    secret = app_of(mei)
    for number in range(8):
        client = Client(REMOTE_ADDR=f"10.0.0.{number + 1}")
        sign_in(client)
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert answer.status_code == 429
    client = Client(REMOTE_ADDR="10.0.0.99")
    sign_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 429
    assert [fact["user_id"] for fact in facts("SignInLocked")] == [mei.pk]


def test_without_the_password_there_is_no_second_step(browse: Browse, mei: User) -> None:
    app_of(mei)
    assert browse().get(reverse("mfa_authenticate")).status_code == 302


# --- a second factor by rule ---


def demand(*roles: str) -> None:
    services.save_setting(key="second_factor_roles", value=list(roles), by=None)


def test_who_needs_a_second_factor_can_do_nothing_before(browse: Browse, mei: User) -> None:
    demand("merchandiser")
    client = browse()
    sign_in(client)
    for address in ("/", "/orders/", "/settings/", "/admin/"):
        assert client.get(address).headers["Location"] == reverse("security"), address
    assert client.get("/orders/", headers={"HX-Request": "true"}).status_code == 401
    assert client.get("/api/v1/me").status_code == 403
    assert client.get("/api/v1/me").json()["code"] == "second_factor_missing"
    assert b"needs a second factor" in client.get(reverse("security")).content
    assert client.get(reverse("mfa_activate_totp"), follow=True).status_code == 200
    assert client.post(reverse("logout")).status_code == 302


def test_a_program_with_a_token_goes_on_and_a_bad_token_is_no_way_around(
    browse: Browse, mei: User
) -> None:
    demand("merchandiser")
    _token, secret = services.make_api_token(name="shop", by=mei)
    client = browse()
    sign_in(client)
    good, bad = {"Authorization": f"Bearer {secret}"}, {"Authorization": "Bearer gd_x"}
    assert client.get("/api/v1/me", headers=good).status_code == 200
    assert client.get("/api/v1/me", headers=bad).status_code == 403


def test_having_set_it_up_everything_opens_and_it_cannot_be_switched_off(
    browse: Browse, mei: User, django_capture_on_commit_callbacks: Any
) -> None:
    demand("merchandiser")
    client = browse()
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'gd-secret" tabindex="0">([A-Z2-7]+)<', page)
    assert secret is not None
    assert 'src="data:image/svg+xml;base64,' in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret[1])})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("about")).status_code == 200
    refused = client.post(reverse("mfa_deactivate_totp"))
    assert b"Your role needs a second factor" in refused.content
    assert {fact["fact"] for fact in facts("TotpSwitchedOn", "RecoveryCodesMade")} == {
        "TotpSwitchedOn",
        "RecoveryCodesMade",
    }


def test_a_rule_made_later_holds_within_minutes(browse: Browse, mei: User) -> None:
    client = browse()
    sign_in(client)
    demand("merchandiser")
    assert client.get(reverse("about")).status_code == 200
    with clock.at(clock.now() + dt.timedelta(minutes=6)):
        assert client.get(reverse("about")).headers["Location"] == reverse("security")


def test_other_roles_are_not_concerned(browse: Browse, mei: User) -> None:
    demand("manager", "administrator")
    client = browse()
    sign_in(client)
    assert client.get(reverse("about")).status_code == 200


@pytest.mark.parametrize("value", [["emperor"], [1], [["x"]]])
def test_the_rule_names_only_roles(db: None, value: list[Any]) -> None:
    from gendan.kernel.errors import Invalid

    with pytest.raises(Invalid):
        services.save_setting(key="second_factor_roles", value=value, by=None)


# --- forgotten passwords and invitations ---


def test_a_forgotten_password_is_replaced_by_a_link_that_is_kept_nowhere(
    browse: Browse, mei: User, mailbox: Any
) -> None:
    for _ in range(8):
        sign_in(browse(), "wrong")
    client = browse()
    answer = client.post(reverse("account_reset_password"), {"email": "MEI@haichuan.example"})
    assert answer.headers["Location"] == reverse("account_reset_password_done")
    kept = Mail.objects.get(kind="password")
    assert "[[link]]" in kept.text
    assert "/sign-in/password/" not in kept.text
    sending.send_waiting()
    texts = [one.get_content() for one in mailbox.received]
    link = re.search(r"http://[^/\s]+(/sign-in/password/\S+)", " ".join(texts))
    assert link is not None
    opened = client.get(link[1], follow=True)
    assert opened.redirect_chain[-1][0].endswith("-set-password/"), "the key leaves the address"
    address = opened.redirect_chain[-1][0]
    weak = client.post(address, {"password1": "12345678901", "password2": "12345678901"})
    assert weak.status_code == 200
    new = {"password1": "a green kettle sings", "password2": "a green kettle sings"}
    assert client.post(address, new).headers["Location"].endswith("/done/")
    assert sign_in(browse(), "a green kettle sings").status_code == 302, "and the lock is gone"
    assert "no longer works" in browse().get(link[1], follow=True).content.decode(), "works once"
    assert facts("PasswordChanged")[0]["way"] == "reset"


def test_nobody_learns_which_addresses_have_accounts(
    browse: Browse, mei: User, mailbox: Any
) -> None:
    answers = [
        browse().post(reverse("account_reset_password"), {"email": email})
        for email in ("mei@haichuan.example", "nobody@haichuan.example")
    ]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Mail.objects.filter(kind="password").count() == 1
    assert outbox.outbox == []


def test_asking_too_often_is_stopped(browse: Browse, mei: User, mailbox: Any) -> None:
    for _ in range(7):
        answer = browse().post(reverse("account_reset_password"), {"email": mei.email})
    assert answer.status_code == 429
    assert b"Too many attempts" in answer.content
    assert Mail.objects.filter(kind="password").count() == 5


def test_without_a_mail_server_the_page_says_whom_to_ask(browse: Browse, mei: User) -> None:
    url = reverse("account_reset_password")
    for answer in (browse().get(url), browse().post(url, {"email": mei.email})):
        assert b"Ask your administrator" in answer.content
    assert not Mail.objects.exists()


def test_an_administrator_invites_from_the_list_of_accounts(
    browse: Browse, mei: User, mailbox: Any
) -> None:
    boss = User.objects.create_superuser("boss", language="en")
    client = Client()
    client.force_login(boss)
    answer = client.post(
        "/admin/kernel/user/", {"action": "invite", "_selected_action": [str(mei.pk)]}, follow=True
    )
    assert answer.status_code == 200
    assert facts("PasswordLinkSent")[0]["kind"] == "invitation"
    for action in ("unlock", "take_factors"):
        client.post("/admin/kernel/user/", {"action": action, "_selected_action": [str(mei.pk)]})
    assert {"SignInUnlocked", "SecondFactorsReset"} <= set(
        Entry.objects.values_list("fact", flat=True)
    )


def test_the_administration_has_no_way_in_of_its_own(browse: Browse, mei: User) -> None:
    answer = browse().get("/admin/login/?next=/admin/")
    assert answer.headers["Location"] == "/sign-in/?next=/admin/"
    posted = browse().post("/admin/login/", {"username": "mei", "password": PASSWORD})
    assert posted.status_code == 302
    assert facts("SignedIn") == []
    # Somebody signed in who may not administer is told so, not sent round and round.
    inside = browse()
    inside.force_login(mei, "django.contrib.auth.backends.ModelBackend")
    assert inside.get("/admin/login/?next=/admin/").status_code == 404


def test_an_administrator_makes_an_account_and_the_journal_says_so(db: None) -> None:
    boss = User.objects.create_superuser("boss", language="en")
    client = Client()
    client.force_login(boss)
    answer = client.post(
        "/admin/kernel/user/add/",
        {
            "username": "anna",
            "name": "Anna",
            "email": "anna@haichuan.example",
            "usable_password": "false",
        },
    )
    assert answer.status_code == 302, answer.content.decode()[:500]
    (made,) = facts("AccountChanged")
    assert made["action"] == "made"


def test_nobody_signs_up(browse: Browse, db: None) -> None:
    for address in ("/signup/", "/sign-in/signup/", "/accounts/signup/"):
        assert browse().get(address).status_code == 404
