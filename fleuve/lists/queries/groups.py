"""Customers in groups: how many give each answer, what they add up to, and the list behind every line."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from fleuve.attributes import Attribute, Is, Registry, to_link
from fleuve.kernel.principal import Principal
from fleuve.lists.mirror.view import Group, Groups
from fleuve.parties.models import PartyCard
from fleuve.ui import formatting
from fleuve.ui.charts import Chart, ranked
from fleuve.ui.tables import Cell, Column, Sort, Table, TableRow

__all__ = ["MOST_SUMS", "GroupPage", "GroupPlace", "condition_of", "group_page", "groupable", "summable"]

MOST_SUMS: Final = 4
_MOST_BARS: Final = 12
_ANSWERS: Final = ("yes_no", "choice", "choices", "date")


@dataclass(frozen=True)
class GroupPlace:
    """By what and for whom groups are drawn; ``opened`` is the list of a condition beside those in force."""

    by: Attribute
    sums: tuple[Attribute, ...]
    principal: Principal
    attributes: Registry
    currency: str
    opened: Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class GroupPage:
    """The finding in a sentence, the table and, where a picture shows more than its first line, the chart."""

    finding: str
    table: Table
    chart: Chart | None
    stands_twice: bool


def groupable(attributes: Registry) -> tuple[Attribute, ...]:
    """What customers are grouped by: whatever has few answers, and days by their months."""
    return tuple(one for one in attributes if one.filterable and (one.groupable or one.type in _ANSWERS))


def summable(attributes: Registry) -> tuple[Attribute, ...]:
    """What adds up over customers: money and numbers; a rank, or a length of time, does not."""
    return tuple(
        one
        for one in attributes
        if one.type == "money" or (one.type == "number" and not one.groupable and not one.unit)
    )


def group_page(found: Groups, place: GroupPlace, sort: str) -> GroupPage:
    """The groups as a table; the largest first, months in their order, unless another order is asked for."""
    drawer = _Drawer(place, found)
    return GroupPage(
        finding=drawer.finding(),
        table=drawer.table(sort),
        chart=drawer.chart(),
        stands_twice=sum(group.customers for group in found.rows) > found.whole.customers,
    )


def condition_of(attribute: Attribute, key: Any) -> Is | None:
    """The condition that holds for a group; nothing for an answer that cannot be asked for any more."""
    if key is None:
        return Is(attribute.key, "is_empty")
    match attribute.type:
        case "date":
            year, month = divmod(int(key), 100)
            last = calendar.monthrange(year, month)[1]
            return Is(attribute.key, "between", (date(year, month, 1), date(year, month, last)))
        case "yes_no":
            return Is(attribute.key, "is", bool(key))
        case "choice" | "choices" if str(key) not in {choice.key for choice in attribute.offered}:
            return None
        case "choices":
            return Is(attribute.key, "has_any_of", (str(key),))
    return Is(attribute.key, "is", key)


class _Drawer:
    def __init__(self, place: GroupPlace, found: Groups) -> None:
        self._place = place
        self._found = found
        self._by = place.by.settled()
        self._labels = _labels(self._by, found.rows, place.principal)

    def label(self, group: Group) -> str:
        if group.key is None:
            return _("no answer")
        if self._by.type == "date":
            return formatting.month(int(group.key))
        if self._by.type == "yes_no":
            return _("yes") if group.key else _("no")
        if self._by.type == "number":
            return formatting.number(group.key)
        if self._by.type == "link" and str(group.key) not in self._labels:
            return _("a customer out of your reach")
        return self._labels.get(str(group.key), str(group.key))

    def url(self, group: Group) -> str:
        condition = condition_of(self._by, group.key)
        if condition is None:
            return ""
        return self._place.opened(to_link(condition, self._place.attributes, currency=self._place.currency))

    def finding(self) -> str:
        whole = self._found.whole.customers
        if not whole:
            return _("Nobody matches.")
        told = [group for group in self._found.rows if group.key is not None]
        largest = max(told or self._found.rows, key=lambda group: group.customers)
        said = {
            "attribute": self._by.label,
            "label": self.label(largest),
            "share": formatting.percent(largest.customers / whole),
            "count": formatting.number(whole),
        }
        return _("%(attribute)s: “%(label)s” stands for %(share)s of %(count)s customers.") % said

    def table(self, sort: str) -> Table:
        columns = self._columns()
        usual = "answer" if self._by.type == "date" else "-customers"
        order = Sort.parse(sort, columns, default=usual)
        rows = [self._row(group) for group in self._ordered(order)]
        if self._found.others:
            rows.append(self._row(self._found.others, _("all the others"), is_open=False))
        return Table(
            id="groups",
            caption=_("Customers by: %(attribute)s") % {"attribute": self._by.label},
            columns=columns,
            rows=rows,
            sort=order,
            total_row=self._row(self._found.whole, _("Total"), is_open=False),
            empty_title=_("Nobody matches"),
            empty_text=_("Take a filter away, or look under another tab."),
        )

    def chart(self) -> Chart | None:
        """Bars of the largest groups; one group alone has nothing to be compared with."""
        largest = sorted(self._found.rows, key=lambda group: -group.customers)[:_MOST_BARS]
        if len(largest) < 2:
            return None
        return ranked(
            [self.label(group) for group in largest],
            [group.customers for group in largest],
            links=[self.url(group) for group in largest],
            series_label=_("Customers"),
            title=self.finding(),
            unit=_("customers"),
        )

    def _columns(self) -> tuple[Column, ...]:
        sums = self._place.sums
        return (
            Column("answer", self._by.label, primary=True, sortable=True),
            Column("customers", _("Customers"), numeric=True, sortable=True),
            # A phone has room for two: whoever adds up wants the first sum more than the share.
            Column("share", _("Share"), numeric=True, narrow=not sums),
            *(
                Column(one.key, one.label, numeric=True, sortable=True, narrow=number == 0)
                for number, one in enumerate(sums)
            ),
        )

    def _ordered(self, order: Sort) -> list[Group]:
        places = {one.key: number for number, one in enumerate(self._place.sums)}

        def value(group: Group) -> Any:
            if order.key == "answer":
                return group.key if self._by.type in ("date", "number") else self.label(group).casefold()
            return group.customers if order.key == "customers" else group.sums[places[order.key]]

        told = [group for group in self._found.rows if group.key is not None or order.key != "answer"]
        untold = [group for group in self._found.rows if group not in told]
        return [*sorted(told, key=value, reverse=order.descending), *untold]

    def _row(self, group: Group, label: str = "", *, is_open: bool = True) -> TableRow:
        whole = self._found.whole.customers
        url = self.url(group) if is_open else ""
        sums = [self._sum(one, total) for one, total in zip(self._place.sums, group.sums, strict=True)]
        cells: tuple[Cell | str, ...] = (
            Cell(label or self.label(group), url=url),
            formatting.number(group.customers),
            formatting.percent(group.customers / whole if whole else 0, 1),
            *sums,
        )
        return TableRow(str(group.key), cells, url)

    def _sum(self, attribute: Attribute, total: float) -> str:
        if attribute.type == "money":
            return formatting.money(round(total), self._place.currency, decimals=0)
        return formatting.number(total, 0 if total == int(total) else 1)


def _labels(attribute: Attribute, groups: Sequence[Group], principal: Principal) -> Mapping[str, str]:
    """The words of stored answers; customers that links point at are read once for all groups."""
    if attribute.type == "link" and not attribute.choices:
        wanted = [group.key for group in groups if group.key is not None]
        seen = PartyCard.objects.visible_to(principal).filter(pk__in=wanted)
        return {str(pk): name or number for pk, name, number in seen.values_list("pk", "name", "customer_number")}
    return {choice.key: str(choice.label) for choice in attribute.offered}
