"""Passkeys, the authenticator app and sessions in a real browser, with a virtual authenticator."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import CDPSession, Page, expect

from gendan.kernel import services
from gendan.kernel.models import Entry, User
from gendan.testing.cast import person
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PASSWORD = "correct horse battery"


def mei(**values: Any) -> User:
    user = person("mei")
    user.set_password(PASSWORD)
    for name, value in values.items():
        setattr(user, name, value)
    user.save()
    return user


def authenticator(page: Page, *, is_verified: bool = True) -> tuple[CDPSession, str]:
    """A phone's or computer's own keeper of passkeys, as the browser's debugger makes one."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": is_verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill("mei")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def open_security(page: Page) -> None:
    """The page that secures the account, once signing in is through."""
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/".join(page.url.split("/", 3)[:3]) + "/settings/mine/security/")
    expect(page.get_by_role("heading", name="Security")).to_be_visible()


def add_passkey(page: Page, name: str) -> None:
    page.get_by_role("link", name="Add a passkey").first.click()
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add a passkey").click()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("GENDAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_passkey_is_added_named_used_renamed_and_removed(open_as: Open) -> None:
    mei()
    page = open_as("", "/sign-in/")
    session, key = authenticator(page)
    sign_in(page)
    open_security(page)
    add_passkey(page, "office computer")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert len(page.locator(".gd-codes li").all()) == 10
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("office computer")).to_be_visible()
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert [one["isResidentCredential"] for one in kept] == [True]

    page.locator(".gd-top details summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    open_security(page)
    entries = Entry.objects.filter(by__username="mei").order_by("pk")
    ways = [entry.data["way"] for entry in entries.filter(fact="SignedIn")]
    assert ways == ["password", "passkey"]

    page.get_by_role("link", name="Rename").click()
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("laptop")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No passkeys yet")).to_be_visible()
    facts = set(entries.values_list("fact", flat=True))
    assert {"PasskeyAdded", "PasskeyRemoved", "RecoveryCodesMade"} <= facts


def test_a_passkey_is_the_second_step_after_a_password(open_as: Open) -> None:
    mei()
    page = open_as("", "/sign-in/")
    authenticator(page)
    sign_in(page)
    open_security(page)
    add_passkey(page, "phone")
    page.locator(".gd-top details summary").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    check_looks(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def test_who_does_not_show_a_finger_is_told_and_may_try_again(open_as: Open) -> None:
    mei()
    page = open_as("", "/sign-in/")
    session, key = authenticator(page, is_verified=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})


def test_without_scripts_the_password_is_enough(open_as: Open) -> None:
    mei()
    page = open_as("", "/sign-in/", scripts=False)
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    sign_in(page)
    page.wait_for_url(lambda url: "/sign-in/" not in url)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_the_pages_look_right(
    open_as: Open, size: tuple[int, int], language: str, theme: str
) -> None:
    user = mei(language=language, theme=theme)
    services.save_setting(key="second_factor_roles", value=["merchandiser"], by=None)
    name = f"{language}-{size[0]}"
    page = open_as("", "/sign-in/", language=language, theme=theme, size=size)
    root = "/".join(page.url.split("/", 3)[:3])
    check_looks(page)
    picture(page, f"sign-in-{name}")
    page.locator("[name=username]").fill("mei")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button").click()
    page.wait_for_url(re.compile("/security/"))
    check_looks(page)
    picture(page, f"must-set-up-{name}")
    page.goto(f"{root}/settings/mine/security/app/")
    check_looks(page)
    picture(page, f"again-{name}")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button").click()
    page.locator(".gd-qr").wait_for()
    check_looks(page)
    picture(page, f"app-{name}")
    secret = page.locator(".gd-secret").inner_text()
    counter = list(totp.yield_hotp_counters_from_time())[1]
    page.locator("[name=code]").fill(totp.format_hotp_value(totp.hotp_value(secret, counter)))
    page.locator("form:has([name=code]) button").click()
    page.locator(".gd-codes").wait_for()
    check_looks(page)
    picture(page, f"codes-{name}")
    for address, shot in (
        ("/settings/mine/security/", "security"),
        ("/settings/mine/security/passkeys/add/", "passkey"),
        ("/settings/mine/security/password/", "password"),
    ):
        page.goto(root + address)
        check_looks(page)
        picture(page, f"{shot}-{name}")
    assert user.pk


def test_the_rules_page_looks_right(open_as: Open) -> None:
    page = open_as("zhao", "/settings/sign-in/")
    check_looks(page)
    picture(page, "rules")
