"""What is asked for and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from django.utils.translation import gettext as _

from fleuve.attributes import Attribute, Registry, registry
from fleuve.attributes.errors import UnknownAttribute, WrongValue
from fleuve.attributes.registry import is_open_to
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, may_change
from fleuve.parties.details import DETAILS
from fleuve.parties.models import OwnField, PartyKind, Record
from fleuve.parties.own_values import checked as checked_own

__all__ = [
    "FROM_SOURCES",
    "Changed",
    "Edit",
    "FromSources",
    "SkipReason",
    "Skipped",
    "Target",
    "targets_of",
    "told_plainly",
]

SkipReason: TypeAlias = Literal["unchanged", "missing", "refused"]


class FromSources(Enum):
    """The value that takes back what was said by hand: the sources speak again."""

    FROM_SOURCES = "from_sources"


FROM_SOURCES: Final = FromSources.FROM_SOURCES


@dataclass(frozen=True)
class Edit:
    """One field of one customer gets a typed value; ``None`` empties it, ``FROM_SOURCES`` lets the sources speak."""

    party_id: int
    key: str
    value: object


@dataclass(frozen=True)
class Skipped:
    """An edit that changed nothing, and why."""

    party_id: int
    key: str
    reason: SkipReason


@dataclass(frozen=True)
class Changed:
    """The customers that changed with their new versions, and the edits that did nothing."""

    parties: tuple[int, ...] = ()
    versions: dict[int, int] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Target:
    """Where an edit of one attribute is written, and how its values are checked."""

    attribute: Attribute
    own: OwnField | None = None

    @property
    def key(self) -> str:
        return self.attribute.key

    @property
    def place(self) -> str:
        """``column``, ``detail``, ``own``, ``owner`` or ``tags``."""
        if self.attribute.kept_in == "record":
            return "detail" if self.attribute.field.startswith("detail:") else "column"
        return self.attribute.kept_in

    @property
    def name(self) -> str:
        """The column, the channel, or the field as the journal names it."""
        told = self.attribute.field or self.attribute.key
        return f"own:{told}" if self.place == "own" else told

    def checked(self, value: object) -> Any:
        """The value to write, or ``WrongValue``; ``None`` and ``FROM_SOURCES`` pass."""
        if value is None or value is FROM_SOURCES:
            return value
        if self.own is not None:
            return checked_own(self.own.shape, value)
        return _checked_column(self.attribute, value) if self.place == "column" else value


def targets_of(keys: Iterable[str], by: Principal, attributes: Registry = registry) -> dict[str, Target]:
    """What these keys are, after the field rules: hidden ones do not exist, closed ones are refused."""
    found: dict[str, Target] = {}
    own: dict[str, OwnField] = {}
    for key in dict.fromkeys(keys):
        attribute = DETAILS.find(key) or attributes.get(key)
        if not is_open_to(by, attribute):
            raise UnknownAttribute(_("There is no attribute “%(key)s”.") % {"key": key[:80]}, key=key)
        if attribute.kept_in == "computed" or attribute.kept_in == "card":
            raise WrongValue(_("“%(label)s” is worked out, not written.") % {"label": attribute.label})
        if not may_change(by, key):
            raise PermissionRefused(
                _("Your role may see “%(label)s” but not change it.") % {"label": attribute.label}, code="field_closed"
            )
        if attribute.kept_in == "own" and not own:
            own = {str(one.pk): one for one in OwnField.objects.filter(removed_at=None)}
        found[key] = Target(attribute, own.get(attribute.field) if attribute.kept_in == "own" else None)
    return found


def _checked_column(attribute: Attribute, value: object) -> Any:
    """A value of a record's column, cut of spaces around it and never longer than the column."""
    name = attribute.field or attribute.key
    if name == "customer_since":
        if isinstance(value, str):
            return date.fromisoformat(value)
        if isinstance(value, date):
            return value
        raise WrongValue(_("“%(label)s” takes a day such as 2026-01-31.") % {"label": attribute.label})
    if not isinstance(value, str) or "\0" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise WrongValue(_("“%(label)s” takes a text.") % {"label": attribute.label})
    if name == "kind" and value not in PartyKind.values:
        raise WrongValue(_("“%(label)s” has no answer “%(given)s”.") % {"label": attribute.label, "given": value[:80]})
    longest = Record._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    if len(value.strip()) > longest:
        sentence = _("“%(label)s” takes at most %(most)s characters.")
        raise WrongValue(sentence % {"label": attribute.label, "most": longest})
    return " ".join(value.split()) or None


def told_plainly(value: object) -> object:
    """A shown value as the erasable values of an event keep it."""
    if isinstance(value, tuple):
        return [told_plainly(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
