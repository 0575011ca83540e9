"""Any attribute as a column of a list: its heading and how its values are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.attributes import Attribute, unpack_choices
from fleuve.kernel.principal import Principal
from fleuve.parties.models import PartyCard
from fleuve.ui import formatting
from fleuve.ui.tables import Cell, Column

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["MOST_COLUMNS", "ColumnBox", "ColumnChoice", "chosen_columns", "column_choice", "column_of", "drawers"]

MOST_COLUMNS: Final = 20
_NUMERIC: Final = ("number", "money")
_DROPPED: Final = ("cols", "at", "add", "operator")
_NOTHING: Final = "–"
Draw = Callable[[Any], Cell]


@dataclass(frozen=True)
class ColumnBox:
    """A column that may be shown, and whether it is."""

    key: str
    label: StrOrPromise
    is_chosen: bool


@dataclass(frozen=True)
class ColumnChoice:
    """The form that chooses columns: boxes under headings, and what the address carries along."""

    groups: tuple[tuple[StrOrPromise, tuple[ColumnBox, ...]], ...]
    kept: tuple[tuple[str, str], ...]
    usual_url: str
    is_usual: bool


def chosen_columns(asked: Sequence[str], usual: Sequence[str], seen: Collection[str]) -> tuple[str, ...]:
    """The columns asked for that may be seen, each once and the name first; the usual ones when none is left."""
    found = [key for key in dict.fromkeys(asked) if key in seen and key != "name"][: MOST_COLUMNS - 1]
    return ("name", *found) if found else tuple(usual)


def column_of(attribute: Attribute) -> Column:
    """The heading; whatever the list row holds sorts."""
    is_numeric = attribute.type in _NUMERIC
    return Column(attribute.key, attribute.label, is_numeric, sortable=True, hint=attribute.help, narrow=False)


def column_choice(
    columns: Sequence[tuple[str, StrOrPromise, StrOrPromise]], chosen: Sequence[str], parameters: QueryDict, path: str
) -> ColumnChoice:
    """The form over these columns (key, label, heading): filters, words and order stay, the place in the list goes."""
    groups: dict[str, list[ColumnBox]] = {}
    for key, label, group in columns:
        groups.setdefault(str(group), []).append(ColumnBox(key, label, key in chosen))
    kept = [(name, str(value)) for name, values in parameters.lists() if name not in _DROPPED for value in values]
    query = urlencode(kept, safe=":|,()")
    return ColumnChoice(
        groups=tuple((group, tuple(boxes)) for group, boxes in groups.items()),
        kept=tuple(kept),
        usual_url=f"{path}?{query}" if query else path,
        is_usual="cols" not in parameters,
    )


def drawers(
    attributes: Iterable[Attribute], rows: Sequence[Mapping[str, Any]], principal: Principal, currency: str
) -> dict[str, Draw]:
    """How to draw the values of these attributes; customers that links point at are read once for all rows."""
    found = [one.settled() for one in attributes]
    links = {row[one.key] for one in found if one.type == "link" and not one.choices for row in rows}
    seen = PartyCard.objects.visible_to(principal)
    names = dict(seen.filter(pk__in=links - {None}).values_list("pk", "name")) if links - {None} else {}
    return {one.key: _drawer(one, names, currency) for one in found}


def _drawer(attribute: Attribute, names: Mapping[int, str], currency: str) -> Draw:
    if attribute.type == "link" and not attribute.choices:
        return lambda value: _customer(value, names)
    labels = {choice.key: str(choice.label) for choice in attribute.offered}
    return lambda value: Cell(_text(attribute, value, labels, currency))


def _customer(value: int | None, names: Mapping[int, str]) -> Cell:
    if value is None:
        return Cell(_NOTHING)
    if value not in names:
        return Cell(_("a customer out of your reach"))
    return Cell(names[value] or str(value), url=reverse("workspace:customer", args=[value]))


def _text(attribute: Attribute, value: Any, labels: Mapping[str, str], currency: str) -> str:
    if value is None or value == "":
        return _NOTHING
    match attribute.type:
        case "money":
            return formatting.money(value, currency, decimals=0)
        case "number":
            return _number(attribute, value)
        case "date":
            return formatting.day(value) if isinstance(value, date) else str(value)
        case "yes_no":
            return _("yes") if value else _("no")
        case "choices":
            return ", ".join(labels.get(key, key) for key in unpack_choices(value))
    return labels.get(str(value), str(value))


def _number(attribute: Attribute, value: float) -> str:
    shown = formatting.number(value, decimals=0 if value == int(value) else 2)
    return f"{shown}\N{NO-BREAK SPACE}{attribute.unit}" if attribute.unit else shown
