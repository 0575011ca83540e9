"""Make a source ready for its purchases: how they are to be read, and the currency in which all is reported."""

from __future__ import annotations

from datetime import datetime

from fleuve.accounts.actions import configure_organisation
from fleuve.accounts.queries import organisation
from fleuve.imports.models import Import
from fleuve.imports.planning import effective_answers, home_currency
from fleuve.kernel.principal import Principal
from fleuve.touchpoints.models import SourceSettings

__all__ = ["prepare_source"]


def prepare_source(*, row: Import, by: Principal, at: datetime) -> None:
    """Store what the file tells and what was answered; a person's earlier answer is not overwritten by a file."""
    answers = effective_answers(row)
    if not organisation().currency:
        configure_organisation(currency=home_currency(row, organisation()), by=by, at=at)
    settings, _ = SourceSettings.objects.get_or_create(source=row.source, defaults={"updated_at": at})
    answered = set(settings.answered)
    told = {question["key"] for question in row.questions if question["told"]} | set(row.answers)
    kind, _, rate = answers.get("vat", "").partition(":")
    if kind and "vat" in told and "vat_included" not in answered:
        settings.vat_included, settings.vat_bp = kind == "included", _basis_points(rate) or 0
        answered |= {"vat_included", "vat_bp"} if "vat" in row.answers else set()
    margin = _basis_points(answers.get("margin", ""))
    if margin is not None and "margin_bp" not in answered:
        settings.margin_bp, settings.margin_is_assumed = margin, False
        answered.add("margin_bp")
    settings.answered = sorted(answered)
    settings.updated_at = at
    settings.save()


def _basis_points(percent: str) -> int | None:
    """``"40"`` or ``"40,5 %"`` → 4000, 4050."""
    try:
        return round(float(percent.replace("%", "").replace(",", ".").strip()) * 100)
    except ValueError:
        return None
