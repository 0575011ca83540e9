"""The list of customers in a browser: views and columns chosen by keyboard, accessible, within a phone's width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import refresh_mirror
from fleuve.lists.tests.samples import NOW, make_cards
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]


def _opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for details in page.locator(".list-choice > summary").all():
        details.click()
    return page


def test_views_and_columns(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    tmp_path: Path,
) -> None:
    with override_settings(HOME=tmp_path):
        make_cards(range(70))
        refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
        page = _opened(page_for(), "/customers/")
        for key in ("city", "probability_active"):
            page.locator(f'input[name="cols"][value="{key}"]').check()
        page.get_by_role("button", name="Show these columns").press("Enter")
        page.wait_for_url("**cols=city**")
        expect(page.get_by_role("link", name="City")).to_be_visible()
        page.get_by_role("link", name="City").click()
        page.wait_for_url("**sort=city**")
        _opened(page, page.url)
        page.get_by_label("Name of this list").fill("By town")
        page.get_by_role("button", name="Save this list").press("Enter")
        page.wait_for_url("**view=**")
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("City")
        for theme, language, width in (("light", "en", 1280), ("dark", "fr", 1280), ("dark", "fr", 360)):
            seen = _opened(page_for(theme=theme, language=language, width=width), "/customers/?cols=city&cols=tags")
            assert_axe_clean(seen)
            assert_no_csp_report(seen)
            assert_no_sideways_scroll(seen)


def test_it_works_without_scripts(page_for: PageFor, tmp_path: Path) -> None:
    with override_settings(HOME=tmp_path):
        make_cards(range(12))
        page = _opened(page_for(has_scripts=False), "/customers/")
        page.locator('input[name="cols"][value="city"]').check()
        page.get_by_role("button", name="Show these columns").click()
        expect(page.locator("thead th:not(.pick)")).to_have_count(9)
