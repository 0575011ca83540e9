"""Scheduled imports: light and dark, both languages, narrow and wide; one is made without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fleuve.imports.actions import add_plan, pause_plan
from fleuve.imports.actions.receive_file import receive_file
from fleuve.imports.models import Plan
from fleuve.imports.plan_wish import PlanWish
from fleuve.kernel.principal import SYSTEM
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]


def _some() -> Plan:
    at = timezone.now()
    plan = add_plan(wish=PlanWish("Shop", "Shop", "0 6 * * *", folder="shop"), by=SYSTEM, at=at)
    receive_file(file_name="orders-of-a-rather-long-week.csv", blocks=[b"x"], plan=plan, by=SYSTEM, at=at)
    said = {"code": "new_columns", "values": {"name": "orders-of-a-rather-long-week.csv"}}
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.WAITING, said=said, ran_at=at - timedelta(hours=2))
    url = "https://till.example/a/rather/long/path/to/an/export/of/everything/that/was/ever/sold.csv"
    other = add_plan(wish=PlanWish("Till", "Till", "30 5 * * 1-5", url=url), by=SYSTEM, at=at)
    pause_plan(plan=other, by=SYSTEM, at=at)
    return plan


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_pages_are_accessible_and_fit(
    page_for: PageFor, assert_sound: Judge, theme: str, language: str, width: int
) -> None:
    page = page_for("owner", language=language, theme=theme, width=width)
    page.goto("/imports/plans/")
    assert_sound(page)
    plan = _some()
    for address in ("", "new/", f"{plan.pk}/"):
        page.goto(f"/imports/plans/{address}")
        assert_sound(page)


def test_one_is_made_by_keyboard(page_for: PageFor) -> None:
    page = page_for("owner")
    page.goto("/imports/plans/new/")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Shop")
    page.keyboard.press("Tab")
    page.keyboard.type("Shop")
    page.locator("#id_folder").focus()
    page.keyboard.type("shop")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    assert Plan.objects.get().folder == "shop"


def test_only_what_belongs_to_the_place_and_the_rhythm_is_asked(page_for: PageFor) -> None:
    page = page_for("owner")
    page.goto("/imports/plans/new/")
    folder, address, rhythm = (page.locator(f"#id_{name}") for name in ("folder", "url", "cron"))
    assert (folder.is_visible(), address.is_visible(), rhythm.is_visible()) == (True, False, False)
    page.get_by_label("A web address").check()
    page.locator("#id_rhythm").select_option("other")
    assert (folder.is_visible(), address.is_visible(), rhythm.is_visible()) == (False, True, True)
