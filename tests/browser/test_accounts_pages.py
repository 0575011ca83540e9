"""Coming in, inviting a colleague and filtering a list, as a person does it in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fleuve.accounts.actions import configure_organisation, issue_entry_link, issue_first_owner_link
from fleuve.accounts.models import OneTimeLink, User
from fleuve.kernel.principal import SYSTEM
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]
_PASSWORD = "a quiet river at dawn"
_PAGES = ["/sign-in/", "/settings/users/", "/settings/profile/", "/settings/", "/customers/?f=name:contains:a&add=name"]


@pytest.mark.parametrize("address", _PAGES)
@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_page_is_accessible_and_fits(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    address: str,
    theme: str,
    language: str,
    width: int,
) -> None:
    page = page_for("" if address == "/sign-in/" else "owner", language=language, theme=theme, width=width)
    page.goto(address)
    assert_axe_clean(page)
    assert_no_csp_report(page)
    assert_no_sideways_scroll(page)


def test_first_start_by_keyboard_in_the_zone_of_the_browser(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for("")
    User.objects.all().delete()
    token = issue_first_owner_link(by=SYSTEM, at=timezone.now()).token
    page.goto(f"/first-start/{token}/")
    assert_axe_clean(page)
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.get_by_label("Time zone")).to_have_value(zone)
    page.get_by_label("Your name").focus()
    for answer in ("Alice", "alice@example.org", _PASSWORD, "Rive droite"):
        page.keyboard.type(answer)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.get_by_label("Organisation").press("Enter")
    assert "/first-start/" not in page.url
    assert User.objects.get().role == "owner"


def test_a_colleague_comes_in_by_the_link_shown_once(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for("owner")
    page.goto("/settings/users/")
    page.get_by_label("Name", exact=True).fill("Dan")
    page.get_by_label("E-mail address").fill("dan@example.org")
    page.get_by_role("button", name="Make the link").click()
    assert_axe_clean(page)
    link = page.get_by_label("Copy it now").input_value()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    page.goto("/settings/users/")
    expect(page.get_by_text("dan@example.org")).to_be_visible()
    guest = page_for("")
    guest.goto(link)
    assert_axe_clean(guest)
    guest.get_by_label("Password").fill(_PASSWORD)
    guest.get_by_role("button", name="Come in").click()
    guest.goto("/settings/users/")
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Not")
    assert User.objects.get(email="dan@example.org").role == "reader"


def test_the_example_opens_with_one_button(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for("")
    configure_organisation(is_example=True, by=SYSTEM, at=timezone.now())
    token = issue_entry_link(user=User.objects.get(), by=SYSTEM, at=timezone.now()).token
    page.goto(f"/enter/{token}/")
    assert_axe_clean(page)
    page.keyboard.press("Enter")  # the button has the focus
    page.wait_for_url(lambda url: "/enter/" not in url)
    assert OneTimeLink.objects.get().used_at is not None


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_filter_is_added_and_removed(page_for: PageFor, has_scripts: bool) -> None:
    page = page_for("owner", has_scripts=has_scripts)
    page.goto("/customers/?sort=name")
    page.get_by_text("Add a filter").click()
    page.get_by_role("link", name="Name", exact=True).click()
    page.get_by_role("radio", name="starts with").check()
    page.get_by_role("textbox", name="Name starts with").fill("Chloé")
    page.get_by_role("button", name="Filter", exact=True).click()
    assert page.url.endswith("/customers/?sort=name&f=name:starts_with:Chlo%C3%A9")
    page.get_by_role("link", name="Name starts with “Chloé”").click()
    assert page.url.endswith("/customers/?sort=name")
