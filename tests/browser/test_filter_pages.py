"""The filter builder and the groups in a browser: with scripts, without them, by keyboard, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import refresh_mirror
from fleuve.lists.tests.samples import NOW, make_cards
from fleuve.parties.models import PartyCard
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]

BUILT = (
    "/customers/filter/?f=country:is_one_of:France%7CBelgique&f=not(any(bought:times:at_least:2:last_90:p=X,"
    "city:is:Paris,all(value:between:1%7C2,last_purchase_on:between:)))&f=name:is_one_of:&f=tags:has_any_of&q=e"
)
PAGES = (BUILT, "/customers/filter/", "/customers/groups/?group=country&sum=value&f=may_phone:is:yes")


def test_a_filter_is_built_by_keyboard_and_counted_while_it_is_typed(page_for: PageFor, tmp_path: Path) -> None:
    with override_settings(HOME=tmp_path):
        make_cards(range(70))
        refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
        living = PartyCard.objects.filter(is_removed=False)
        page = page_for()
        page.goto("/customers/?cols=city")
        page.get_by_role("link", name="Filter line by line").press("Enter")
        page.wait_for_url("**/customers/filter/?cols=city")
        page.locator("#add-r").select_option("country")
        page.locator("#adding-r").press("Enter")
        expect(page.locator("#op-r-0")).to_be_focused()
        page.get_by_label("France").check()
        expect(page.locator("#matching")).to_contain_text(f"{living.filter(country='France').count()} customers match")
        page.locator("#add-r").select_option("city")
        page.locator("#adding-r").press("Enter")
        expect(page.locator("#op-r-1")).to_be_focused()
        expect(page.get_by_label("France")).to_be_checked()
        page.locator("#v-r-1-1").fill("Paris")
        found = living.filter(country="France", city="Paris").count()
        expect(page.locator("#matching")).to_contain_text(f"{found} customer")
        page.locator("#word-r").select_option("any")
        either = living.filter(country="France").count() + living.filter(city="Paris").count() - found
        expect(page.locator("#matching")).to_contain_text(f"{either} customers match")
        page.locator("#op-r-1").select_option("is_empty")
        expect(page.locator("#v-r-1-1")).to_have_count(0)
        page.go_back()  # what was typed stands in the address too
        expect(page.locator("#v-r-1-1")).to_have_value("Paris")
        page.get_by_role("button", name="Show these customers").press("Enter")
        page.wait_for_url("**/customers/?cols=city&f=any(**")
        expect(page.locator(".chip")).to_contain_text("Country is one of France or City is “Paris”")


def test_it_works_without_scripts(page_for: PageFor, tmp_path: Path) -> None:
    with override_settings(HOME=tmp_path):
        make_cards(range(12))
        page = page_for(has_scripts=False)
        page.goto("/customers/filter/")
        page.locator("#add-r").select_option("city")
        page.get_by_role("button", name="Add a line").click()
        page.locator("#op-r-0").select_option("is_one_of")
        page.get_by_role("button", name="Update the fields").click()
        page.get_by_role("textbox", name="City").fill("Paris\nÉvreux")
        page.get_by_role("button", name="Show these customers").click()
        expect(page.locator(".chip")).to_contain_text("City is one of “Paris” or “Évreux”")
        page.goto("/customers/groups/?group=city")
        page.locator("tbody").get_by_role("link", name="Paris").click()
        expect(page.locator(".chip")).to_contain_text("City is “Paris”")


@pytest.mark.parametrize(
    ("theme", "language", "width"),
    [("light", "en", 1280), ("dark", "fr", 1280), ("light", "fr", 360), ("dark", "en", 360)],
)
def test_the_pages_are_accessible(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    tmp_path: Path,
    theme: str,
    language: str,
    width: int,
) -> None:
    with override_settings(HOME=tmp_path):
        make_cards(range(40))
        page: Page = page_for(theme=theme, language=language, width=width)
        for address in PAGES:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.evaluate("for (const one of document.querySelectorAll('#main details')) one.open = true")
            if address == BUILT:
                page.locator('button[value="show"]').click()
                expect(page.locator(".errors").first).to_be_visible()
            assert_axe_clean(page)
            assert_no_csp_report(page)
            assert_no_sideways_scroll(page)
