"""A draft as a page draws it: each line with its words, its fields and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from fleuve.attributes import Registry
from fleuve.attributes.bar import OperatorField, operator_fields
from fleuve.attributes.behaviour import MEASURES
from fleuve.attributes.operators import operator_of
from fleuve.attributes.registry import Attribute
from fleuve.lists.builder.checking import Checked, Fault
from fleuve.lists.builder.draft import BoughtLine, Bracket, Line, Part, Word

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["Adding", "DrawnBought", "DrawnBracket", "DrawnLine", "Option", "draw_draft"]

# Many boxes fold away behind what is ticked.
_FEW_BOXES: Final = 8
# Read as one sentence: Bought [at least] [2] [times] [in the last] [90] days.
_COMPARED: Final[dict[str, StrOrPromise]] = {
    "at_least": pgettext_lazy("how much was bought", "at least"),
    "at_most": pgettext_lazy("how much was bought", "at most"),
    "more_than": pgettext_lazy("how much was bought", "more than"),
    "less_than": pgettext_lazy("how much was bought", "less than"),
    "between": pgettext_lazy("how much was bought", "between"),
    "is": pgettext_lazy("how much was bought", "exactly"),
    "is_not": pgettext_lazy("how much was bought", "other than"),
}
_MEASURES: Final[dict[str, StrOrPromise]] = {
    "times": pgettext_lazy("how much was bought", "times"),
    "days": pgettext_lazy("how much was bought", "different days"),
    "money": pgettext_lazy("how much was bought", "of revenue"),
    "quantity": pgettext_lazy("how much was bought", "pieces"),
}
_WINDOWS: Final[dict[str, StrOrPromise]] = {
    "last": pgettext_lazy("when it was bought", "in the last"),
    "between": pgettext_lazy("when it was bought", "between"),
    "always": pgettext_lazy("when it was bought", "ever"),
}


@dataclass(frozen=True)
class Option:
    """One answer of a select or a set of boxes."""

    key: str
    label: StrOrPromise
    is_chosen: bool = False


@dataclass(frozen=True)
class Adding:
    """What may be added to a bracket: attributes under their headings."""

    groups: tuple[tuple[StrOrPromise, tuple[Option, ...]], ...]


@dataclass(frozen=True)
class DrawnLine:
    """A condition on an attribute; ``field`` is nothing when the attribute is there no more."""

    path: str
    kind: str
    label: StrOrPromise
    help: StrOrPromise
    is_negated: bool
    operators: tuple[Option, ...]
    field: OperatorField | None
    chosen: tuple[StrOrPromise, ...]
    is_folded: bool
    fault: Fault | None
    is_fresh: bool
    template: str = "lists/builder_line.html"


@dataclass(frozen=True)
class DrawnBought:
    """A condition on what was bought."""

    path: str
    line: BoughtLine
    is_negated: bool
    measures: tuple[Option, ...]
    operators: tuple[Option, ...]
    field: OperatorField
    windows: tuple[Option, ...]
    categories: tuple[Option, ...]
    products: str
    fault: Fault | None
    is_fresh: bool
    template: str = "lists/builder_bought.html"


@dataclass(frozen=True)
class DrawnBracket:
    """Lines and brackets; ``is_root`` is the whole filter, ``may_open`` that its lines may stand without it."""

    path: str
    word: Word
    is_negated: bool
    parts: tuple[DrawnLine | DrawnBought | DrawnBracket, ...]
    is_root: bool
    may_open: bool
    fault: Fault | None
    adding: Adding
    is_fresh: bool
    template: str = "lists/builder_bracket.html"


def draw_draft(
    root: Bracket,
    told: Checked,
    attributes: Registry,
    *,
    currency: str,
    categories: Iterable[str] = (),
    fresh: str = "",
) -> DrawnBracket:
    """The whole; ``fresh`` is the place of a part that was just added and takes the focus."""
    return _Drawer(told.faults, attributes, currency, tuple(categories), fresh).bracket(root, "r")


class _Drawer:
    def __init__(
        self, faults: Mapping[str, Fault], attributes: Registry, currency: str, categories: Sequence[str], fresh: str
    ) -> None:
        self._faults = faults
        self._attributes = {one.key: one.settled() for one in attributes}
        self._currency = currency
        self._categories = categories
        self._fresh = fresh
        self._adding = _adding(self._attributes.values())

    def bracket(self, bracket: Bracket, path: str) -> DrawnBracket:
        return DrawnBracket(
            path=path,
            word=bracket.word,
            is_negated=bracket.is_negated,
            parts=tuple(self._part(part, f"{path}-{number}") for number, part in enumerate(bracket.parts)),
            is_root=path == "r",
            may_open=path != "r" and not bracket.is_negated and bool(bracket.parts),
            fault=self._faults.get(path),
            adding=self._adding,
            is_fresh=path == self._fresh,
        )

    def _part(self, part: Part, path: str) -> DrawnLine | DrawnBought | DrawnBracket:
        if isinstance(part, Bracket):
            return self.bracket(part, path)
        return self._bought(part, path) if isinstance(part, BoughtLine) else self._line(part, path)

    def _line(self, line: Line, path: str) -> DrawnLine:
        attribute = self._attributes.get(line.key)
        drawn = DrawnLine(
            path=path,
            kind=f"line:{line.key}",
            label=line.key,
            help="",
            is_negated=line.is_negated,
            operators=(),
            field=None,
            chosen=(),
            is_folded=False,
            fault=self._faults.get(path),
            is_fresh=path == self._fresh,
        )
        if attribute is None or operator_of(attribute, line.operator) is None:
            return drawn
        operators, field = self._fields(attribute, line.operator, line.texts, path)
        chosen = tuple(one.label for one in field.choices if one.key in field.values)
        is_folded = field.widget == "checkboxes" and len(field.choices) > _FEW_BOXES
        return replace(
            drawn,
            label=attribute.label,
            help=attribute.help,
            operators=operators,
            field=field,
            chosen=chosen,
            is_folded=is_folded,
        )

    def _bought(self, line: BoughtLine, path: str) -> DrawnBought:
        attribute = MEASURES.get(line.measure, MEASURES["times"])
        _operators, field = self._fields(attribute, line.operator, line.texts, path)
        offered = tuple(dict.fromkeys((*self._categories, *line.categories)))
        return DrawnBought(
            path=path,
            line=line,
            is_negated=line.is_negated,
            measures=_options(_MEASURES, attribute.key),
            operators=_options(_COMPARED, field.key),
            field=field,
            windows=_options(_WINDOWS, line.window),
            categories=tuple(Option(name, name, name in line.categories) for name in offered),
            products="\n".join(line.products),
            fault=self._faults.get(path),
            is_fresh=path == self._fresh,
        )

    def _fields(
        self, attribute: Attribute, operator: str, texts: Sequence[str], path: str
    ) -> tuple[tuple[Option, ...], OperatorField]:
        """The operators of a select, and the fields of the chosen one with what was typed."""
        given = QueryDict(mutable=True)
        given["operator"] = operator
        given.setlist(f"{operator}-value", list(texts))
        found = operator_fields(attribute, given, currency=self._currency)
        field = next(one for one in found if one.is_chosen)
        values = field.values
        if field.widget == "lines":
            values = ("\n".join(texts),)
        elif field.is_pair:
            values = (*values, "", "")[:2]
        options = tuple(Option(one.key, one.label, one.is_chosen) for one in found)
        return options, replace(field, name=f"v-{path}", values=values)


def _options(labels: Mapping[str, StrOrPromise], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(key, label, key == chosen) for key, label in labels.items())


def _adding(attributes: Iterable[Attribute]) -> Adding:
    groups: dict[str, list[Option]] = {}
    for one in attributes:
        if one.filterable:
            groups.setdefault(str(one.group or _("Relationship")), []).append(Option(one.key, one.label))
    return Adding(tuple((label, tuple(options)) for label, options in groups.items()))
