"""Making a key for a program, seeing it once, revoking it, and reading what the API offers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fleuve.accounts.actions import make_key, revoke_key
from fleuve.accounts.models import User
from fleuve.api.rules import SCOPES
from fleuve.kernel.principal import SYSTEM
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]


def _some() -> None:
    at, user = timezone.now(), User.objects.earliest("pk")
    make_key(name="Web shop", user=user, scopes=["customers:write", "values:read"], by=SYSTEM, at=at)
    made = make_key(name="A nightly script with rather a long name", user=user, scopes=list(SCOPES), by=SYSTEM, at=at)
    revoke_key(key=made.key, by=SYSTEM, at=at)


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_pages_are_accessible_and_fit(
    page_for: PageFor, assert_sound: Judge, theme: str, language: str, width: int
) -> None:
    page = page_for("owner", language=language, theme=theme, width=width)
    page.goto("/settings/keys/")
    assert_sound(page)
    _some()
    for address in ("/settings/keys/", "/settings/keys/new/", "/settings/api/"):
        page.goto(address)
        if address == "/settings/api/":
            page.locator("details").nth(5).locator("summary").click()
        assert_sound(page)


def test_a_key_is_shown_once_and_revoked(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for("owner")
    page.goto("/settings/keys/")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("Name", exact=True).fill("Web shop")
    page.get_by_role("button", name="Make and show the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New API key")
    assert_axe_clean(page)
    page.get_by_label("Acts for").select_option(label="Alice Martin")
    page.locator("input[name=scopes]").first.check()
    page.get_by_role("button", name="Make and show the key").click()
    token = page.get_by_label("The program sends it").input_value()
    assert token.startswith("flv_")
    assert_axe_clean(page)
    told = page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert told.json()["name"] == "Alice Martin"
    page.get_by_role("link", name="I have copied it").click()
    assert token not in page.content()
    page.get_by_role("button", name="Revoke Web shop").click()
    expect(page.get_by_text("The key “Web shop” opens nothing any more.")).to_be_visible()
    assert page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status == 401
