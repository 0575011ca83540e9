"""The workspace in a browser: accessible in both schemes, within a phone's width, and walked by keyboard.

One test with named parts: the shop is imported and valued once, and the server's fixture empties the database after it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fleuve.parties.models import PartyCard
from fleuve.workspace.tests.conftest import valued_shop as valued_shop
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]

_PAGES = ("portfolio", "retention", "customers", "start", "settings")


def a_slipping_customer() -> PartyCard:
    return PartyCard.objects.filter(is_slipping=True, may_phone=True).order_by("-at_stake")[0]


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert "/sign-in/" not in page.url


def test_the_workspace_of_a_valued_shop(
    valued_shop: Path,
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    subtests: pytest.Subtests,
) -> None:
    card = a_slipping_customer()
    customer = reverse("workspace:customer", args=[card.pk])
    addresses = [*(reverse(f"workspace:{name}") for name in _PAGES), customer, f"{customer}history/"]
    for theme in ("light", "dark"):
        page = page_for(theme=theme)
        for address in addresses:
            with subtests.test("it is accessible", theme=theme, address=address):
                open_page(page, address)
                assert_axe_clean(page)
                assert_no_csp_report(page)
    phone = page_for(language="fr", width=360, height=740)
    for address in addresses:
        with subtests.test("it fits a phone in French", address=address):
            open_page(phone, address)
            assert_no_sideways_scroll(phone)
    with subtests.test("eight columns fit a small desk in French"):
        _eight_columns_fit(page_for(language="fr", width=1280))
    page = page_for()
    with subtests.test("a chart shows its table"):
        _a_chart_shows_its_table(page)
    with subtests.test("a tab keeps the filter and the words"):
        _a_tab_keeps_the_filter_and_the_words(page)
    with subtests.test("by keyboard: palette, customer, why, called, undone"):
        _palette_customer_why_called_undone(page, card)
        assert_no_csp_report(page)


def _eight_columns_fit(page: Page) -> None:
    open_page(page, reverse("workspace:customers"))
    wide, room = page.locator("#table-customers .table-scroll").evaluate("(it) => [it.scrollWidth, it.clientWidth]")
    assert wide <= room


def _a_chart_shows_its_table(page: Page) -> None:
    open_page(page, reverse("workspace:retention"))
    chart = page.locator("figure.chart:has(details.chart-table)").first
    expect(chart.get_by_role("table")).to_be_hidden()
    chart.get_by_text("Show as a table").click()
    expect(chart.get_by_role("table")).to_be_visible()


def _a_tab_keeps_the_filter_and_the_words(page: Page) -> None:
    open_page(page, reverse("workspace:customers") + "?f=purchase_days:at_least:2&q=a")
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Slipping away").click()
    page.wait_for_url("**show=slipping**")
    assert "f=purchase_days:at_least:2" in page.url
    assert "q=a" in page.url


def _palette_customer_why_called_undone(page: Page, card: PartyCard) -> None:
    open_page(page, reverse("workspace:start"))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search customers, pages and actions").fill(card.name)
    expect(page.get_by_role("option", name=card.name).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('workspace:customer', args=[card.pk])}")
    expect(page.locator("#panel-customer-history .moment").first).to_be_visible()
    page.locator("#why summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Days with a purchase that the estimate rests on")).to_be_visible()
    page.get_by_role("button", name="Called").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take the mark back")).to_be_visible()
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/portfolio/**")
    open_page(page, reverse("workspace:customer", args=[card.pk]))
    expect(page.get_by_role("button", name="Called")).to_be_visible()
