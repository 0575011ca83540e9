"""The answers and switches of *What I understood* as form fields; rates in per cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.history.queries.understanding import Category, KindLines
from fleuve.history.words import kind_label
from fleuve.touchpoints.models import SourceSettings

__all__ = ["CategoryField", "KindField", "ReadingForm"]

_VAT_CHOICES: Final = [
    ("", _("I do not know yet (taken as without VAT)")),
    ("no", _("Without VAT")),
    ("yes", _("VAT included")),
]
_MARGIN_CHOICES: Final = [("assumed", _("An assumption")), ("measured", _("Measured in our accounts"))]


@dataclass(frozen=True)
class KindField:
    """The switch of a kind with the money that it moves."""

    found: KindLines
    label: object
    field: forms.BoundField


@dataclass(frozen=True)
class CategoryField:
    """The margin of a product category."""

    found: Category
    name: forms.BoundField
    margin: forms.BoundField


class ReadingForm(forms.Form):
    """How the lines of one source are to be read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    counts_walk_in = forms.BooleanField(required=False, label=_("Count sales without customer in the revenue"))
    keeps_identical_lines = forms.BooleanField(required=False, label=_("Keep identical lines"))
    reads_contracts = forms.BooleanField(
        required=False, label=_("Read monthly debits as contracts and value them by their renewal")
    )
    vat_included = forms.ChoiceField(required=False, choices=_VAT_CHOICES, label=_("Prices in the file are"))
    vat_percent = forms.DecimalField(
        required=False, min_value=0, max_value=50, decimal_places=2, label=_("VAT rate in per cent")
    )
    margin_percent = forms.DecimalField(
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        label=_("Gross margin in per cent of revenue"),
        help_text=_("Left empty, value is said in revenue. What it costs to serve a customer is not taken off."),
    )
    margin_origin = forms.ChoiceField(choices=_MARGIN_CHOICES, label=_("This margin is"), widget=forms.RadioSelect)
    return_window_days = forms.IntegerField(
        min_value=0,
        max_value=3650,
        label=_("Days within which a return is matched to its purchase"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        settings: SourceSettings,
        kinds: Sequence[KindLines],
        categories: Sequence[Category],
        has_plans: bool = False,
    ) -> None:
        super().__init__(data, initial=_shown(settings))
        self._kinds, self._categories = kinds, categories
        if not has_plans:
            del self.fields["reads_contracts"]  # a question about nothing; the answer in force stays
        for found in kinds:
            self.fields[f"kind_{found.kind}"] = forms.BooleanField(
                required=False, label=str(kind_label(found.kind)), initial=found.kind in settings.counted_kinds
            )
        for index, category in enumerate(categories):
            told = settings.category_margins.get(category.name)
            self.fields[f"category_{index}"] = forms.CharField(widget=forms.HiddenInput, initial=category.name)
            self.fields[f"category_margin_{index}"] = forms.DecimalField(
                required=False,
                min_value=Decimal("0.01"),
                max_value=100,
                decimal_places=2,
                label=category.name,
                initial=_percent(told),
            )

    def kind_fields(self) -> Iterator[KindField]:
        """One switch per kind that the file has."""
        for found in self._kinds:
            yield KindField(found, kind_label(found.kind), self[f"kind_{found.kind}"])

    def category_fields(self) -> Iterator[CategoryField]:
        """One margin per category that the file tells."""
        for index, category in enumerate(self._categories):
            yield CategoryField(category, self[f"category_{index}"], self[f"category_margin_{index}"])

    def changes(self, settings: SourceSettings) -> dict[str, object]:
        """The answers by name of the setting. A kind that this file does not have keeps its switch."""
        told = self.cleaned_data
        shown = {found.kind for found in self._kinds}
        kinds = {kind for kind in settings.counted_kinds if kind not in shown}
        kinds |= {kind for kind in shown if told[f"kind_{kind}"]}
        return {
            "counts_walk_in": told["counts_walk_in"],
            "keeps_identical_lines": told["keeps_identical_lines"],
            "reads_contracts": told.get("reads_contracts", settings.reads_contracts),
            "vat_included": {"yes": True, "no": False}.get(told["vat_included"]),
            "vat_bp": _bp(told["vat_percent"]) or 0,
            "margin_bp": _bp(told["margin_percent"]),
            "margin_is_assumed": told["margin_origin"] == "assumed",
            "return_window_days": told["return_window_days"],
            "counted_kinds": sorted(kinds),
            "category_margins": self._category_margins(settings),
        }

    def _category_margins(self, settings: SourceSettings) -> dict[str, int]:
        margins = dict(settings.category_margins)
        for index in range(len(self._categories)):
            name, margin = self.cleaned_data[f"category_{index}"], self.cleaned_data[f"category_margin_{index}"]
            margins.pop(name, None)
            if margin:
                margins[name] = int(margin * 100)
        return margins


def _shown(settings: SourceSettings) -> dict[str, object]:
    return {
        "version": settings.version,
        "counts_walk_in": settings.counts_walk_in,
        "keeps_identical_lines": settings.keeps_identical_lines,
        "reads_contracts": settings.reads_contracts,
        "vat_included": {True: "yes", False: "no", None: ""}[settings.vat_included],
        "vat_percent": _percent(settings.vat_bp) if settings.vat_bp else None,
        "margin_percent": _percent(settings.margin_bp),
        "margin_origin": "assumed" if settings.margin_is_assumed else "measured",
        "return_window_days": settings.return_window_days,
    }


def _percent(bp: int | None) -> Decimal | None:
    return None if bp is None else (Decimal(bp) / 100).normalize() + 0


def _bp(percent: Decimal | None) -> int | None:
    return None if percent is None else int(percent * 100)
