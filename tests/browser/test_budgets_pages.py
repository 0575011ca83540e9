"""Budgets in a browser: the answer follows the sliders, by mouse and by keyboard, in both schemes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "fr")])
def test_it_is_accessible(
    page_for: PageFor, assert_axe_clean: Judge, assert_no_csp_report: Judge, theme: str, language: str
) -> None:
    page = page_for(language=language, theme=theme)
    page.goto("/budgets/")
    assert_axe_clean(page)
    assert_no_csp_report(page)


def test_it_never_scrolls_sideways_on_a_phone(page_for: PageFor, assert_no_sideways_scroll: Judge) -> None:
    page = page_for(language="fr", width=360, height=740)
    page.goto("/budgets/")
    assert_no_sideways_scroll(page)


def test_the_arrow_keys_on_a_slider_change_headline_and_answer_without_a_reload(
    page_for: PageFor, assert_no_csp_report: Judge
) -> None:
    page = page_for()
    page.goto("/budgets/")
    page.evaluate("window.isSamePage = true")
    headline = page.locator("#budgets-headline")
    before, figures = headline.inner_text(), page.locator("#answer .stats").inner_text()
    slider = page.get_by_role("slider", name="Gross margin per customer and year")
    slider.focus()
    with page.expect_response("**/budgets/answer/**") as asked:
        page.keyboard.press("ArrowRight")
    assert "csrfmiddlewaretoken" not in asked.value.url
    expect(headline).not_to_have_text(before)
    expect(page.locator("#answer .stats")).not_to_have_text(figures)
    expect(slider).to_be_focused()
    assert page.evaluate("window.isSamePage")
    assert_no_csp_report(page)


def test_answers_that_contradict_each_other_are_said_beside_the_last_answer(page_for: PageFor) -> None:
    page = page_for()
    page.goto("/budgets/")
    field = page.locator("#id_retention_ceiling_likely")
    ceiling = field.input_value()
    field.fill("1")
    expect(page.get_by_role("alert")).to_contain_text("These answers contradict each other")
    expect(page.locator("#answer .stats")).to_be_visible()
    field.fill(ceiling)
    expect(page.locator("#contradiction")).to_be_empty()
