"""Bulk edits and exports in a browser: by keyboard, without scripts, accessible, within a phone's width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from fleuve.jobs.worker import run_until_idle
from fleuve.lists.models import BulkRun, Export
from fleuve.parties.actions import Edit, change_customers
from fleuve.parties.tests.cast import ALICE, card, customer, later
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]

_LOOKS = (("light", "en", 1280), ("dark", "fr", 1280), ("dark", "fr", 360))


def _looked_at(page_for: PageFor, address: str, *judges: Judge) -> None:
    for theme, language, width in _LOOKS:
        page = page_for(theme=theme, language=language, width=width)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for details in page.locator("details.export-menu > summary").all():
            details.click()
        for judge in judges:
            judge(page)


def _customers() -> list[int]:
    return [customer(str(number), name=f"Name {number}", city="Lyon" if number % 2 else "") for number in range(6)]


def test_from_the_ticks_to_the_undo_by_keyboard(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    tmp_path: Path,
) -> None:
    judges = (assert_axe_clean, assert_no_csp_report, assert_no_sideways_scroll)
    with override_settings(HOME=tmp_path):
        parties = _customers()
        page = page_for()
        page.goto("/customers/?sort=name")
        page.wait_for_load_state("networkidle")
        act = page.get_by_role("button", name="Change the chosen")
        expect(act).to_be_disabled()
        for box in page.locator("tbody input[name=ids]").all()[:3]:
            box.press("Space")
        expect(page.get_by_text("3 rows chosen")).to_be_visible()
        act.press("Enter")
        page.get_by_label("What to change").select_option("set:city")
        page.get_by_role("button", name="Continue").press("Enter")
        page.get_by_role("textbox", name="City").fill("Paris")
        page.get_by_role("textbox", name="City").press("Enter")
        page.wait_for_url("**/customers/bulk-edits/*/")
        expect(page.get_by_text("customers would change")).to_be_visible()
        run = BulkRun.objects.get()
        here = f"/customers/bulk-edits/{run.pk}/"
        _looked_at(page_for, here, *judges)
        page.get_by_role("button", name="Change them").press("Enter")
        page.wait_for_load_state("networkidle")
        run_until_idle(queues=("quick",))
        page.goto(here)
        expect(page.get_by_text("customers were changed")).to_be_visible()
        change_customers(edits=[Edit(parties[0], "city", "Lille")], by=ALICE, at=later(600))
        page.locator("main").get_by_role("button", name="Undo").press("Enter")
        page.wait_for_load_state("networkidle")
        run_until_idle(queues=("quick",))
        _looked_at(page_for, here, *judges)
        _looked_at(page_for, "/customers/bulk-edits/", *judges)
        _looked_at(page_for, "/customers/bulk-edits/new/?f=city:is:Lyon", *judges)
        _looked_at(page_for, "/customers/bulk-edits/new/?deed=set:city", *judges)
        assert [card(party).city for party in parties[:3]] == ["Lille", "Lyon", ""]


def test_all_that_match_without_scripts(page_for: PageFor, tmp_path: Path) -> None:
    with override_settings(HOME=tmp_path):
        _customers()
        page = page_for(has_scripts=False)
        page.goto("/customers/?f=city:is:Lyon")
        page.get_by_role("link", name="Change all that match").click()
        page.get_by_label("What to change").select_option("clear:city")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("3 customers would change")).to_be_visible()
        page.get_by_role("button", name="Change them").click()
        run_until_idle(queues=("quick",))
        page.reload()
        expect(page.get_by_text("3 customers were changed")).to_be_visible()


def test_exports(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judges = (assert_axe_clean, assert_no_csp_report, assert_no_sideways_scroll)
    with override_settings(HOME=tmp_path):
        _customers()
        page = page_for()
        page.goto("/customers/")
        page.locator("details.export-menu > summary").press("Enter")
        page.get_by_label("Parquet").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="Take the list out").press("Enter")
        assert download.value.suggested_filename.endswith(".parquet")
        _looked_at(page_for, "/customers/", *judges)
        monkeypatch.setattr("fleuve.lists.views.export.MOST_AT_ONCE", 2)
        _looked_at(page_for, "/customers/export/", *judges)
        page.goto("/customers/export/")
        page.get_by_role("button", name="Prepare the file").press("Enter")
        page.wait_for_url("**/customers/exports/*/")
        run_until_idle(queues=("heavy",))
        page.reload()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").press("Enter")
        assert download.value.suggested_filename.endswith(".csv")
        assert Export.objects.latest("id").file
        for address in ("/customers/exports/", "/customers/exports/limits/"):
            _looked_at(page_for, address, *judges)
