"""The filter bar of a list: chips of what holds, links to add a condition, and the form of the one being added.

Everything is an address: it works without JavaScript, can be bookmarked and shared. ``?add=city`` opens the form of
one attribute; sending it adds the condition, and ``settled_url`` is the clean address of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from fleuve.attributes.compact import from_link, to_link
from fleuve.attributes.errors import FilterError
from fleuve.attributes.nodes import EVERYTHING, All, Is, Node
from fleuve.attributes.operators import Operator, Takes, operator_of, operators_of
from fleuve.attributes.reading import known
from fleuve.attributes.registry import Attribute, AttributeType, Choice, Registry, registry
from fleuve.attributes.sentences import describe
from fleuve.attributes.values import MOST_DAYS, read_texts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["Addition", "Draft", "FilterBar", "FilterChip", "OperatorField", "operator_fields", "read_bar"]

_OWN: Final = ("f", "add", "operator", "at")
_WIDGETS: Final[dict[AttributeType, str]] = {
    "text": "text",
    "number": "number",
    "money": "number",
    "date": "date",
    "yes_no": "yes_no",
    "choice": "select",
    "choices": "select",
    "link": "select",
}


@dataclass(frozen=True)
class FilterChip:
    """One condition in words, and the address without it."""

    label: str
    remove_url: str


@dataclass(frozen=True)
class Addition:
    """An attribute that may be added, and the address that opens its form."""

    label: StrOrPromise
    url: str


@dataclass(frozen=True)
class OperatorField:
    """One operator as a row of the form. ``widget``: none, text, lines, number, days, date, yes_no, select, checkboxes.

    ``values`` are what was typed, kept when the form comes back with an error; ``is_pair`` asks for two.
    """

    key: str
    label: StrOrPromise
    name: str
    widget: str
    is_pair: bool
    is_chosen: bool
    values: tuple[str, ...]
    choices: tuple[Choice, ...]
    unit: StrOrPromise
    most: int | None = None


@dataclass(frozen=True)
class Draft:
    """The condition being added."""

    attribute: Attribute
    operators: tuple[OperatorField, ...]
    kept: tuple[tuple[str, str], ...]
    cancel_url: str
    error: str = ""


@dataclass(frozen=True)
class FilterBar:
    """What a list page needs: ``node`` to compile, and the rest to draw.

    ``links`` are the ``f`` parameters in force, for another form of the page to carry along. ``settled_url`` is set
    when a condition was just added: redirect to it. ``error`` says why the address's filter was left aside.
    """

    node: Node
    chips: tuple[FilterChip, ...]
    clear_url: str
    additions: tuple[Addition, ...]
    links: tuple[str, ...] = ()
    draft: Draft | None = None
    settled_url: str = ""
    error: str = ""


def read_bar(parameters: QueryDict, path: str, attributes: Registry = registry, *, currency: str = "") -> FilterBar:
    """The bar of the list at ``path``; other parameters (words, order) are kept, the page cursor is not."""
    address = _Address(parameters, path)
    try:
        node = from_link(parameters.getlist("f"), attributes, currency=currency)
        error = ""
    except FilterError as refused:
        node, error = EVERYTHING, str(refused)
    parts = node.parts if isinstance(node, All) else (node,)
    links = [to_link(part, attributes, currency=currency) for part in parts]
    added = attributes.find(parameters.get("add", ""))
    draft, settled = _drafted(added, address, attributes, currency) if added and added.filterable else (None, "")
    return FilterBar(
        node=node,
        chips=tuple(
            FilterChip(_sentence(part, attributes, currency), address.with_filters(_without(links, index)))
            for index, part in enumerate(parts)
        ),
        clear_url=address.with_filters([]),
        additions=tuple(Addition(one.label, address.adding(one.key)) for one in attributes.filterable()),
        links=tuple(one for part in links for one in part),
        draft=draft,
        settled_url=settled,
        error=error,
    )


def operator_fields(
    attribute: Attribute, parameters: QueryDict | None = None, *, currency: str = ""
) -> tuple[OperatorField, ...]:
    """Each operator of an attribute with the widget that asks for its value; the first one is chosen unless one is."""
    given, attribute = parameters or QueryDict(), attribute.settled()
    offered = operators_of(attribute)
    asked = given.get("operator", "")
    chosen = asked if operator_of(attribute, asked) else offered[0].key
    return tuple(_field(attribute, one, given, one.key == chosen, currency) for one in offered)


def _field(attribute: Attribute, operator: Operator, given: QueryDict, is_chosen: bool, currency: str) -> OperatorField:
    name = f"{operator.key}-value"
    typed = tuple(str(one) for one in given.getlist(name))
    unit = currency if attribute.type == "money" else attribute.unit
    return OperatorField(
        key=operator.key,
        label=operator.label,
        name=name,
        widget=_widget(attribute, operator.takes),
        is_pair=operator.takes == "two",
        is_chosen=is_chosen,
        values=typed or ("",) * (2 if operator.takes == "two" else 1),
        choices=attribute.offered if attribute.type in ("choice", "choices", "link") else (),
        unit=_("days") if operator.takes == "days" else unit,
        most=MOST_DAYS if operator.takes == "days" else None,
    )


def _widget(attribute: Attribute, takes: Takes) -> str:
    if takes == "nothing":
        return "none"
    if takes == "days":
        return "days"
    if takes == "several":
        return "checkboxes" if attribute.offered else "lines"
    widget = _WIDGETS[attribute.type]
    return "text" if widget == "select" and not attribute.offered else widget


def _drafted(attribute: Attribute, address: _Address, attributes: Registry, currency: str) -> tuple[Draft | None, str]:
    """The form, or the clean address once it was answered."""
    given, error = address.parameters, ""
    if "operator" in given:
        try:
            leaf = _answered(attribute, given, attributes, currency)
            added = to_link(leaf, attributes, currency=currency)
            return None, address.with_filters([*given.getlist("f"), *added])
        except FilterError as refused:
            error = str(refused)
    fields = operator_fields(attribute, given, currency=currency)
    return Draft(attribute, fields, address.kept(), address.with_filters(given.getlist("f")), error), ""


def _answered(attribute: Attribute, given: QueryDict, attributes: Registry, currency: str) -> Is:
    attribute, operator = known(attributes, attribute.key, given.get("operator", ""))
    typed = [str(one) for one in given.getlist(f"{operator.key}-value")]
    if operator.takes == "several" and not attribute.offered:
        typed = [line for one in typed for line in one.splitlines()]
    return Is(attribute.key, operator.key, read_texts(attribute, operator, typed, currency))


def _sentence(part: Node, attributes: Registry, currency: str) -> str:
    return describe(part, attributes, currency=currency)


def _without(links: list[list[str]], index: int) -> list[str]:
    return [one for other, parts in enumerate(links) if other != index for one in parts]


class _Address:
    """The list's address with other filters."""

    def __init__(self, parameters: QueryDict, path: str) -> None:
        self.parameters = parameters
        self._path = path

    def with_filters(self, filters: list[str]) -> str:
        return self._built(filters)

    def adding(self, key: str) -> str:
        return self._built(self.parameters.getlist("f"), add=key)

    def kept(self) -> tuple[tuple[str, str], ...]:
        """What the form of a new condition must carry along."""
        others = [(name, str(value)) for name, values in self._others().lists() for value in values]
        return (*others, *(("f", str(one)) for one in self.parameters.getlist("f")))

    def _others(self) -> QueryDict:
        others = self.parameters.copy()
        for name in list(others):
            if name in _OWN or name.endswith("-value"):
                del others[name]
        return others

    def _built(self, filters: list[str], add: str = "") -> str:
        query = self._others()
        query.setlist("f", filters)
        if not filters:
            del query["f"]
        if add:
            query["add"] = add
        encoded = query.urlencode(safe=":|,()")
        return f"{self._path}?{encoded}" if encoded else self._path
