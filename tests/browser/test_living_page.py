"""The living page: every part is accessible, fits every width and obeys the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]
# Both colour schemes stand on one page, so every landmark is there twice.
_TWICE = ("landmark-unique",)


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "fr")])
def test_every_part_is_accessible(
    page_for: PageFor, assert_axe_clean: Judge, assert_no_csp_report: Judge, theme: str, language: str
) -> None:
    page = page_for(language=language, theme=theme)
    page.goto("/design/")
    for details in page.locator("main details.why, .chart-bars details").all():
        details.evaluate("(element) => { element.open = true }")
    assert_axe_clean(page, without=_TWICE)
    assert_no_csp_report(page)


@pytest.mark.parametrize("width", [360, 768, 1280, 2560])
def test_it_never_scrolls_sideways(page_for: PageFor, assert_no_sideways_scroll: Judge, width: int) -> None:
    page = page_for(language="fr", width=width)
    page.goto("/design/")
    assert_no_sideways_scroll(page)


def test_it_is_accessible_on_a_phone(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for(width=360, height=740)
    page.goto("/design/")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert_axe_clean(page, without=_TWICE)


def test_the_palette_opens_finds_and_goes_by_keyboard(page_for: PageFor, assert_no_csp_report: Judge) -> None:
    page = page_for()
    page.goto("/design/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search customers, pages and actions")
    expect(field).to_be_focused()
    field.fill("settings")
    option = page.get_by_role("option", name="Settings")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/**")
    assert_no_csp_report(page)


def test_slash_searches_question_mark_helps_and_escape_closes(page_for: PageFor) -> None:
    page = page_for()
    page.goto("/design/")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search customers, pages and actions")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_j_and_k_walk_the_rows_and_x_chooses(page_for: PageFor) -> None:
    page = page_for()
    page.goto("/design/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    rows = page.locator("#table-customers-light tr[data-row]")
    expect(rows.nth(1).get_by_role("link")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(rows.nth(0).get_by_role("checkbox")).to_be_checked()
    expect(page.locator("#table-customers-light [data-bulk-count]")).to_have_text("1 row chosen")


def test_a_dialog_keeps_the_focus_and_closes(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for()
    page.goto("/design/")
    opener = page.get_by_role("button", name="Open a dialog").first
    opener.click()
    dialog = page.get_by_role("dialog", name="Undo this import?").first
    expect(dialog).to_be_visible()
    assert_axe_clean(page, without=_TWICE)
    dialog.get_by_role("button", name="Cancel").click()
    expect(opener).to_be_focused()


def test_the_theme_changes_at_once_and_stays(page_for: PageFor) -> None:
    page = page_for()
    page.goto("/design/")
    page.get_by_text("Alice Martin").click()
    with page.expect_response("**/preference/"):
        page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize(("button", "ending"), [("SVG", ".svg"), ("PNG", ".png"), ("CSV", ".csv")])
def test_a_chart_is_taken_away(page_for: PageFor, assert_no_csp_report: Judge, button: str, ending: str) -> None:
    page = page_for()
    page.goto("/design/")
    chart = page.locator("figure.chart-bars").first
    with page.expect_download() as taken:
        chart.get_by_role("button", name=button).click()
    assert taken.value.suggested_filename == f"revenue-doubled-from-february-to-november{ending}"
    text = taken.value.path().read_bytes()
    assert len(text) > 400
    if button == "SVG":
        assert b"var(--" not in text
        assert b"Revenue doubled from February to November." in text
    assert_no_csp_report(page)


def test_it_reads_without_scripts(page_for: PageFor) -> None:
    page = page_for(has_scripts=False)
    page.goto("/find/?q=settings")
    expect(page.get_by_role("main").get_by_role("link", name="Settings")).to_be_visible()


def test_a_table_sorts_in_place_and_the_address_follows(page_for: PageFor, assert_no_csp_report: Judge) -> None:
    page = page_for()
    page.goto("/design/")
    page.evaluate("window.isSamePage = true")
    table = page.locator("#table-customers-light")
    table.get_by_role("link", name="Silence", exact=True).click()
    page.wait_for_url("**/design/?sort=-silence")
    expect(table).to_be_visible()
    assert page.evaluate("window.isSamePage")
    assert_no_csp_report(page)


def test_the_palette_remembers_the_pages_of_this_tab(page_for: PageFor) -> None:
    page = page_for()
    page.goto("/design/")
    page.goto("/jobs/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Living page")).to_be_visible()
