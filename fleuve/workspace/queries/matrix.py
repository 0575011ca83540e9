"""The page of value and loyalty in words: which customers deserve which care."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.ui import formatting
from fleuve.value.models import PolicyName
from fleuve.value.queries import MatrixCell, MatrixView

__all__ = ["CellPanel", "MatrixPage", "matrix_page"]

# As they are read: the rich first, the loyal first.
_ORDER = ("hh", "hl", "lh", "ll")


@dataclass(frozen=True)
class CellPanel:
    """One cell as drawn."""

    cell: str
    title: str
    customers: str
    value: str
    revenue: str
    policy: str
    policy_label: str
    list_url: str
    shares_list: bool


@dataclass(frozen=True)
class MatrixPage:
    """The answer, where high begins, and the four cells."""

    answer: str
    borders: str
    unplaced: str
    cells: tuple[CellPanel, ...]
    policies: tuple[tuple[str, str], ...]


def matrix_page(view: MatrixView) -> MatrixPage:
    """The page of a placed valuation."""
    by_cell = {cell.cell: cell for cell in view.cells}
    policies = [cell.policy for cell in view.cells]
    best, whole = by_cell["hh"], sum(cell.value for cell in view.cells)
    return MatrixPage(
        answer=ngettext(
            "%(count)s customer is both worth much and likely to stay: %(share)s of all value.",
            "%(count)s customers are both worth much and likely to stay: %(share)s of all value.",
            best.customers,
        )
        % {
            "count": formatting.number(best.customers),
            "share": formatting.percent(best.value / whole if whole > 0 else None),
        },
        borders=_("High value begins at %(value)s, high loyalty at a chance of %(chance)s of buying again.")
        % {
            "value": formatting.money(view.borders.value, view.currency, decimals=0),
            "chance": formatting.percent(view.borders.loyalty),
        },
        unplaced=_unplaced(view.unplaced),
        cells=tuple(_panel(by_cell[cell], view, policies) for cell in _ORDER),  # type: ignore[index]
        policies=tuple((value, str(label)) for value, label in PolicyName.choices),
    )


def _unplaced(many: int) -> str:
    if not many:
        return ""
    return ngettext(
        "%(count)s customer cannot be placed: too little is known of them.",
        "%(count)s customers cannot be placed: too little is known of them.",
        many,
    ) % {"count": formatting.number(many)}


def _panel(cell: MatrixCell, view: MatrixView, policies: list[str]) -> CellPanel:
    titles = {
        "hh": _("High value, high loyalty"),
        "hl": _("High value, low loyalty"),
        "lh": _("Low value, high loyalty"),
        "ll": _("Low value, low loyalty"),
    }
    address = reverse("workspace:customers")
    return CellPanel(
        cell=cell.cell,
        title=titles[cell.cell],
        customers=formatting.number(cell.customers),
        value=formatting.money(cell.value, view.currency, decimals=0),
        revenue=formatting.money(cell.revenue_12, view.currency, decimals=0),
        policy=cell.policy,
        policy_label=str(PolicyName(cell.policy).label),
        list_url=f"{address}?{urlencode({'f': f'policy:is:{cell.policy}'})}",
        shares_list=policies.count(cell.policy) > 1,
    )
