"""Every attribute is declared once, by the module that computes it, and read here by all others.

Lists, filters, imports, exports, erasure and the data-use table ask this registry. A module declares its attributes
in its ``apps.ready``; attributes that live in the database (custom fields) come from a provider, asked at each read.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from fleuve.attributes.errors import DuplicateAttribute, UnknownAttribute
from fleuve.kernel.principal import Principal, may, sees

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "Attribute",
    "AttributeType",
    "Choice",
    "KeptIn",
    "PersonalClass",
    "Registry",
    "Width",
    "is_open_to",
    "register",
    "register_provider",
    "registry",
]

AttributeType: TypeAlias = Literal["text", "number", "money", "date", "yes_no", "choice", "choices", "link"]
PersonalClass: TypeAlias = Literal["identity", "contact", "behaviour"]
KeptIn: TypeAlias = Literal["computed", "record", "card", "own", "owner", "tags"]
Width: TypeAlias = Literal["narrow", "normal", "wide"]


@dataclass(frozen=True)
class Choice:
    """One answer of a ``choice`` or ``choices`` attribute: what is stored and what people read."""

    key: str
    label: StrOrPromise


@dataclass(frozen=True)
class Attribute:
    """Something known about a customer.

    ``path`` is the ORM path from the list model and defaults to the key, ``column`` the column in DuckDB and defaults
    to the path. A text that people search gives ``folded`` (and ``folded_column``): the path of the same text after
    ``search_text.fold``, without which only exact comparison is offered, because databases disagree on accents.
    ``choices`` may be a function when the answers live in the database. ``condition(lookup, value)`` replaces the
    plain path for attributes kept elsewhere (custom fields): it returns the ``Q`` of one Django lookup.

    A ``link`` is another customer: stored as its number, shown by its name. ``kept_in`` says who writes the value:
    nobody by hand when it is computed, else the place that ``field`` names (a column of the record, the number of a
    field of the house). ``imports_as`` is the field of an import that fills it, none when a file cannot. ``sql_type``
    is the type of its column in the mirror of the list, derived from ``type`` when empty. What is personal ``contact``
    data asks for the verb ``personal`` beside ``verb``.
    """

    key: str
    type: AttributeType
    label: StrOrPromise
    module: str
    path: str = ""
    column: str = ""
    folded: str = ""
    folded_column: str = ""
    choices: tuple[Choice, ...] | Callable[[], Iterable[Choice]] = ()
    sortable: bool = False
    filterable: bool = True
    order: int = 100
    unit: StrOrPromise = ""
    help: StrOrPromise = ""
    verb: str = "read"
    personal: PersonalClass | None = None
    purpose: StrOrPromise = ""
    retention: StrOrPromise = ""
    condition: Callable[[str, Any], Q] | None = dataclass_field(default=None, compare=False)
    group: StrOrPromise = ""
    kept_in: KeptIn = "computed"
    field: str = ""
    imports_as: str = ""
    width: Width = "normal"
    groupable: bool = False
    sql_type: str = ""

    @property
    def sql_path(self) -> str:
        """The ORM path of the value."""
        return self.path or self.key

    @property
    def sql_column(self) -> str:
        """The DuckDB column of the value."""
        return self.column or self.sql_path

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The answers that may be chosen, now."""
        return tuple(self.choices()) if callable(self.choices) else self.choices

    def settled(self) -> Attribute:
        """The same attribute for the length of one reading: choices kept in the database are asked for at most once."""
        return replace(self, choices=cache(self._offer)) if callable(self.choices) else self

    def _offer(self) -> tuple[Choice, ...]:
        return self.offered


Provider: TypeAlias = Callable[[], Iterable[Attribute]]


class Registry:
    """Attributes by key, in the order in which people see them."""

    def __init__(self, attributes: Iterable[Attribute] = ()) -> None:
        self._declared: dict[str, Attribute] = {}
        self._providers: list[Provider] = []
        for attribute in attributes:
            self.add(attribute)

    def add(self, attribute: Attribute) -> Attribute:
        """Declare one; declaring the very same again is no fault."""
        known = self._declared.setdefault(attribute.key, attribute)
        if known != attribute:
            raise DuplicateAttribute(
                f"Both {known.module} and {attribute.module} declare the attribute {attribute.key!r}: rename one.",
                key=attribute.key,
            )
        return known

    def add_provider(self, provider: Provider) -> None:
        """Attributes found at each read (custom fields)."""
        self._providers.append(provider)

    def __iter__(self) -> Iterator[Attribute]:
        found = [*self._declared.values(), *(one for provider in self._providers for one in provider())]
        return iter(sorted(found, key=lambda one: (one.order, one.key)))

    def declared(self) -> tuple[Attribute, ...]:
        """Those that modules declared, without asking for any that live in the database."""
        return tuple(self._declared.values())

    def find(self, key: str) -> Attribute | None:
        """The attribute of that key, or nothing."""
        return self._declared.get(key) or next((one for one in self if one.key == key), None)

    def get(self, key: str) -> Attribute:
        """The attribute of that key, or a refusal that names the nearest ones."""
        found = self.find(key)
        if found is None:
            raise _unknown(key, [one.key for one in self])
        return found

    def of_module(self, module: str) -> tuple[Attribute, ...]:
        """What one module declared."""
        return tuple(one for one in self if one.module == module)

    def filterable(self) -> tuple[Attribute, ...]:
        """What a list may filter on."""
        return tuple(one for one in self if one.filterable)

    def sortable(self) -> tuple[Attribute, ...]:
        """What a list may sort on: indexed columns."""
        return tuple(one for one in self if one.sortable)

    def visible_to(self, principal: Principal) -> Registry:
        """The part of the registry that this principal may see, filter and export; for one request."""
        return Registry(one.settled() for one in self if is_open_to(principal, one))


def is_open_to(principal: Principal, attribute: Attribute) -> bool:
    """Whether this principal may see the attribute at all: its verb, contact data, and the field rules of the role."""
    if attribute.personal == "contact" and not may(principal, "personal"):
        return False
    return may(principal, attribute.verb) and sees(principal, attribute.key)


def _unknown(key: str, keys: list[str]) -> UnknownAttribute:
    nearest = difflib.get_close_matches(key, keys, n=3, cutoff=0.5)
    if nearest:
        sentence = _("There is no attribute “%(key)s”. Did you mean %(nearest)s?")
    else:
        sentence = _("There is no attribute “%(key)s”.")
    return UnknownAttribute(sentence % {"key": key[:80], "nearest": ", ".join(nearest)}, key=key, nearest=nearest)


registry = Registry()


def register(*attributes: Attribute) -> None:
    """Declare attributes; called from a module's ``apps.ready``."""
    for attribute in attributes:
        registry.add(attribute)


def register_provider(provider: Provider) -> None:
    """Declare a source of attributes that live in the database."""
    registry.add_provider(provider)
