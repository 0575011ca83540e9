"""What was changed of a customer, in words: one page of the journal, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.attributes import Attribute, registry, unpack_choices
from fleuve.attributes.registry import is_open_to
from fleuve.changes.models import Change
from fleuve.changes.rules import read_stored
from fleuve.kernel.principal import Principal, may_change
from fleuve.parties.details import DETAILS
from fleuve.parties.models import OwnField, PartyCard, PartyKind, Tag
from fleuve.parties.own_values import stored_of_journal, typed_of
from fleuve.ui import formatting

__all__ = ["ChangeLine", "ChangesPage", "attribute_of", "changes_page"]

_SIZE = 50


@dataclass(frozen=True)
class ChangeLine:
    """One change as people read it; ``may_restore`` when the value before it can be put back."""

    id: int
    key: str
    label: str
    old: str
    new: str
    who: str
    at: datetime
    origin: str
    is_undone: bool
    may_restore: bool


@dataclass(frozen=True)
class ChangesPage:
    """A page of changes; ``next_before`` leads to older ones."""

    lines: tuple[ChangeLine, ...]
    next_before: int | None
    fields: tuple[tuple[str, str], ...]


def changes_page(
    party_id: int, principal: Principal, *, field: str = "", before: int | None = None, size: int = _SIZE
) -> ChangesPage:
    """What changed of a customer; the caller let the principal see the customer. Hidden fields are left out."""
    rows = Change.objects.filter(party_id=party_id)
    if before:
        rows = rows.filter(pk__lt=before)
    words = _Words(principal)
    found: list[ChangeLine] = []
    last: int | None = None
    for change in rows.order_by("-id")[: size * 4 + 1]:
        if len(found) == size:
            break
        last = change.pk
        line = words.line(change)
        if line is not None and field in ("", line.key):
            found.append(line)
    has_more = last is not None and rows.filter(pk__lt=last).exists()
    fields = dict.fromkeys((line.key, line.label) for line in found)
    return ChangesPage(tuple(found), last if has_more else None, tuple(sorted(fields)))


def attribute_of(field: str, principal: Principal) -> Attribute | None:
    """The attribute that a field of the journal is about; nothing when it is hidden or gone."""
    return _Words(principal).attribute(field)


class _Words:
    """Names of fields, tags and colleagues, each kind read once when it is first needed."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self._own: dict[str, OwnField] = {}
        self._by_place: dict[str, Attribute] = {}
        for one in (*registry, *DETAILS):
            if one.kept_in in ("record", "owner", "tags", "own"):
                place = f"own:{one.field}" if one.kept_in == "own" else one.field or one.key
                self._by_place[place] = one
        self._fields: dict[str, OwnField] | None = None
        self._tags: dict[int, str] | None = None
        self._people: dict[int, str] | None = None

    def attribute(self, field: str) -> Attribute | None:
        place = "tags" if field.startswith("tag:") else field
        found = self._by_place.get(place)
        return found if found is not None and is_open_to(self._principal, found) else None

    def line(self, change: Change) -> ChangeLine | None:
        attribute = self.attribute(change.field)
        if attribute is None and change.field != "created":
            return None
        may_restore = attribute is not None and may_change(self._principal, attribute.key) and not change.is_undone
        return ChangeLine(
            id=change.pk,
            key=attribute.key if attribute else "created",
            label=str(attribute.label) if attribute else _("Created"),
            old="" if change.field == "created" else self._shown(change, change.old),
            new="" if change.field == "created" else self._shown(change, change.new),
            who=change.actor_label,
            at=change.at,
            origin=_origin(change),
            is_undone=change.is_undone,
            may_restore=may_restore,
        )

    def _shown(self, change: Change, told: str | None) -> str:
        value = read_stored(told)
        if change.field.startswith("tag:"):
            return self._tag(int(change.field[4:])) if value else ""
        if value in (None, "", []):
            return ""
        if change.field.startswith("own:"):
            return self._own_shown(change.field[4:], told)
        if change.field == "owner":
            return self._person(int(value))
        if change.field == "kind":
            return str(PartyKind(value).label)
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(value)

    def _own_shown(self, key: str, told: str | None) -> str:
        if self._fields is None:
            self._fields = {str(one.pk): one for one in OwnField.objects.all()}
        own_field = self._fields.get(key)
        return (
            shown_own(own_field, typed_of(own_field.shape, stored_of_journal(own_field.shape, told)))
            if own_field
            else ""
        )

    def _tag(self, tag: int) -> str:
        if self._tags is None:
            self._tags = dict(Tag.objects.values_list("pk", "name"))
        return self._tags.get(tag, _("a tag that is gone"))

    def _person(self, user: int) -> str:
        if self._people is None:
            self._people = dict(User.objects.values_list("pk", "name"))
        return self._people.get(user, _("somebody who left"))


def shown_own(own_field: OwnField, value: Any) -> str:
    """A value of a field of the house as people read it."""
    if value is None:
        return ""
    match own_field.type:
        case "money":
            return formatting.money(value, own_field.currency)
        case "number":
            return formatting.number(float(value), decimals=max(-int(value.as_tuple().exponent), 0))
        case "date":
            return formatting.day(value)
        case "yes_no":
            return _("yes") if value else _("no")
        case "choice":
            return own_field.answers.get(str(value), str(value))
        case "choices":
            packed = value if isinstance(value, tuple) else unpack_choices(value)
            return ", ".join(own_field.answers.get(one, one) for one in packed)
        case "link":
            name = PartyCard.objects.filter(pk=value).values_list("name", flat=True).first()
            return name or str(value)
    return str(value)


def _origin(change: Change) -> str:
    said = {
        "person": _("by hand"),
        "import": _("by an import"),
        "bulk": _("by a bulk edit"),
        "api": _("by a program"),
        "restore": _("restored"),
        "undo": _("taken back"),
        "merge": _("by a merge"),
    }
    return said.get(change.origin, change.origin)
