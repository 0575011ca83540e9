"""Second factors as people meet them: an app, a passkey on a device that the browser imitates, recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from fleuve.accounts.actions import begin_authenticator, confirm_authenticator, create_user
from fleuve.accounts.models import Authenticator, Passkey, User, Viewing, Visit
from fleuve.accounts.sealing import unsealed_secret
from fleuve.kernel.principal import SYSTEM
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]
_PASSWORD = "a quiet river at dawn"
_HERE = "/settings/profile/second-factor/"


def _bob(language: str = "en") -> User:
    told = {"email": "bob@example.org", "name": "Bob", "role": "owner", "language": language}
    return create_user(**told, password=_PASSWORD, by=SYSTEM, at=timezone.now())


def _app_of(user: User) -> pyotp.TOTP:
    at = timezone.now()
    begin_authenticator(user=user, by=user.principal, at=at)
    app = pyotp.TOTP(unsealed_secret(Authenticator.objects.get(user=user).secret, user.pk))
    earlier = at - timedelta(minutes=1)
    confirm_authenticator(user=user, code=app.at(earlier), by=user.principal, at=earlier)
    return app


def _sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill("bob@example.org")
    page.locator("[name=password]").fill(_PASSWORD)
    page.locator("form.form button.primary").click()


@pytest.fixture
def at_localhost(browser: Browser, page_for: PageFor, server: str) -> Page:
    """A page at ``localhost``, a name that passkeys may belong to, with a device that makes and keeps them."""
    page_for("")  # an organisation and its first owner
    context = browser.new_context(base_url=server.replace("127.0.0.1", "localhost"), locale="en")
    context.set_default_timeout(10_000)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def test_a_passkey_is_made_and_signs_in_without_a_password(at_localhost: Page) -> None:
    page, bob = at_localhost, _bob()
    _sign_in(page)
    page.goto(_HERE)
    page.get_by_label("What you call the device").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("link", name="I have them on paper").click()
    expect(page.get_by_text("My laptop")).to_be_visible()
    assert Passkey.objects.get(user=bob).relying_party == "localhost"

    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert Visit.objects.filter(user=bob).latest("pk").way == "passkey"

    page.context.clear_cookies()
    _sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    latest = Visit.objects.filter(user=bob).latest("pk")
    assert (latest.way, latest.factor) == ("password", "passkey")

    page.goto(_HERE)
    page.get_by_role("button", name="Add a passkey").click()  # the field asks for a name first
    assert Passkey.objects.count() == 1
    page.get_by_label("What you call the device").fill("The same")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").filter(has_text="No passkey was made")).to_be_visible()
    assert Passkey.objects.count() == 1


def test_a_stale_session_confirms_by_passkey_before_it_removes_one(at_localhost: Page) -> None:
    page, bob = at_localhost, _bob()
    _sign_in(page)
    page.goto(_HERE)
    page.get_by_label("What you call the device").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    _make_stale(page)
    page.goto(_HERE)
    page.get_by_role("button", name="Remove the passkey “My laptop”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_role("button", name="Confirm by passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_role("button", name="Remove the passkey “My laptop”").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    assert not Passkey.objects.filter(user=bob).exists()


def _make_stale(page: Page) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    (key,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "fleuve"]
    store = SessionStore(key)
    store["proved"] -= 3600
    store.save()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_app_is_set_up_and_asked_for_with_and_without_scripts(page_for: PageFor, has_scripts: bool) -> None:
    page, bob = page_for("", has_scripts=has_scripts), _bob()
    _sign_in(page)
    page.goto(_HERE)
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    assert page.locator("svg.qr").bounding_box()["width"] > 150  # type: ignore[index]
    app = pyotp.TOTP(page.locator(".secret-code").inner_text().replace(" ", ""))
    page.get_by_role("textbox", name="Code").fill(app.now())
    page.get_by_role("button", name="Confirm the app").click()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    page.context.clear_cookies()
    _sign_in(page)
    page.get_by_role("textbox", name="Code").fill("000 000")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("textbox", name="Code")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("textbox", name="Code").fill(codes[0])
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert Visit.objects.filter(user=bob).latest("pk").factor == "recovery"


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_pages_are_accessible_and_fit(
    page_for: PageFor,
    assert_sound: Judge,
    theme: str,
    language: str,
    width: int,
) -> None:
    page = page_for("owner", language=language, theme=theme, width=width)
    user, at = User.objects.get(email__startswith="owner."), timezone.now()
    begin_authenticator(user=user, by=user.principal, at=at)
    Viewing.objects.create(user_id=user.pk, party_id=12, on=at.date(), first_at=at, last_at=at)
    for address in (_HERE, f"{_HERE}app/", "/settings/second-factor/", "/settings/audit/seen/", "/sign-in/"):
        _judge(page, address, assert_sound)


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_pages_of_whoever_has_factors_are_accessible_and_fit(
    page_for: PageFor,
    assert_sound: Judge,
    theme: str,
    language: str,
    width: int,
) -> None:
    page, bob, at = page_for("", language=language, theme=theme, width=width), _bob(language), timezone.now()
    app = _app_of(bob)
    _sign_in(page)
    _judge(page, "/sign-in/second/", assert_sound)
    page.locator("[name=code]").fill(app.now())
    page.locator(".code-field button.primary").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    key = {"credential_id": b"x", "credential_digest": "x", "public_key": b"", "sign_count": 0}
    Passkey.objects.create(user=bob, name="Laptop", relying_party="localhost", created_at=at, **key)
    for address in (_HERE, "/settings/confirmation/", "/settings/profile/sessions/", f"/settings/users/{bob.pk}/"):
        _judge(page, address, assert_sound)
        assert "/sign-in/" not in page.url
    page.goto(_HERE)
    page.locator("form[action$='/codes/'] button").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert_sound(page)


def _judge(page: Page, address: str, assert_sound: Judge) -> None:
    page.goto(address)
    assert_sound(page)
