"""Imports in a browser: what a file may change, who its customers are, what undoing kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fleuve.accounts.models import Organisation
from fleuve.imports.actions import check_import, look_at_file, receive_file, settle_mapping
from fleuve.imports.models import Conflict, Import, Match
from fleuve.imports.rules import Handling
from fleuve.imports.tests.desk import NOW, bring, listed, says, shown, undo
from fleuve.imports.uploads import blocks_of
from fleuve.kernel.principal import SYSTEM
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]

_HEAD = "Customer number;Name;E-mail;Phone;Postcode;City;VAT number"
_SHOP = (
    "17;Chloé Éclair;chloe@example.org;01 98 76 54 32;75011;Lyon;\n"
    "18;Chloé E.;chloe@example.org;;75012;Nice;\n"
    "19;Établissements Duval et Fils;duval@example.org;;69001;Lyon;FR12345678901"
)


@pytest.fixture
def imported(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Import]:
    """An import checked but not started, one with somebody to decide, and one undone with values that stayed."""
    monkeypatch.setattr("fleuve.imports.revaluation.enqueue", lambda name, **options: None)
    Organisation.objects.create(name="Maison Brunel", currency="EUR", created_at=NOW)
    answers = {"currency": "EUR", "country": "FR"}
    bring(listed(tmp_path, _SHOP, head=_HEAD), answers=answers)
    till = "A1;C. Éclair;chloe@example.org;;;Brest;\nA2;Zoé Lac;zoe@example.org;;;Brest;"
    by_email = Handling(match=("email",))
    matched = bring(listed(tmp_path, till, "till.csv", _HEAD), "Till", handling=by_email, answers=answers)
    undone = bring(listed(tmp_path, _SHOP.replace("Lyon", "Paris"), head=_HEAD), answers=answers)
    says("17", "Lille")
    says("19", "Roubaix")
    undo(undone)
    path = listed(tmp_path, _SHOP.replace("Nice", "Cannes"), head=_HEAD)
    row = receive_file(file_name=path.name, blocks=blocks_of(path), by=SYSTEM, at=NOW)
    look_at_file(row=row, by=SYSTEM, at=NOW)
    settle_mapping(row=row, source_name="Shop", answers=row.answers, by=SYSTEM, at=NOW)
    check_import(row=row, by=SYSTEM, at=NOW)
    return {"check": row, "rules": row, "matches": matched, "conflicts": undone}


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "fr")])
def test_they_are_accessible_and_fit_a_phone(
    imported: dict[str, Import],
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    theme: str,
    language: str,
) -> None:
    for width in (1280, 360):
        page = page_for(language=language, theme=theme, width=width)
        for name, row in imported.items():
            page.goto(reverse(f"imports:{name}", args=[row.pk]))
            assert_axe_clean(page)
            assert_no_csp_report(page)
            assert_no_sideways_scroll(page)


def test_without_scripts_a_person_decides_and_takes_back(imported: dict[str, Import], page_for: PageFor) -> None:
    page = page_for(has_scripts=False)
    page.goto(reverse("imports:matches", args=[imported["matches"].pk]))
    page.get_by_role("combobox", name="Who C. Éclair is").select_option(label="Chloé E. · 18 · Nice")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Everybody is decided")).to_be_visible()
    assert Match.objects.get().decided_at is not None
    page.goto(reverse("imports:conflicts", args=[imported["conflicts"].pk]))
    page.get_by_role("button", name="Take back City of Chloé Éclair").click()
    expect(page.get_by_text("Taken back by")).to_be_visible()
    assert (shown("17"), Conflict.objects.filter(taken_back_at=None).count()) == ("Lyon", 1)
