"""Bulk edits in words: what one does, which value it gives, and what undoing it left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.accounts.queries import organisation
from fleuve.attributes import Attribute, Registry, registry
from fleuve.changes.rules import read_stored
from fleuve.kernel.principal import Principal, sees
from fleuve.lists.bulk.edits import BulkEdit, editable, typed_value
from fleuve.lists.models import BulkConflict, BulkRun
from fleuve.lists.queries.columns import drawers
from fleuve.parties.changing.edits import Target
from fleuve.parties.models import OwnField, PartyCard, Tag
from fleuve.parties.own_values import stored_of_journal, typed_of, write_typed
from fleuve.ui import formatting
from fleuve.ui.tables import Cell

__all__ = ["KeptLine", "kept_lines", "listed_value", "said_edit", "sayer"]

_OWN, _TAG = "own:", "tag:"


def sayer(key: str, values: Iterable[Any], principal: Principal, currency: str) -> Callable[[Any], str]:
    """How to say the values that an attribute has in the list; customers that links name are read once."""
    if not key:
        return lambda _value: ""
    attribute: Attribute = Registry([registry.get(key).settled()]).get(key)
    draw = drawers([attribute], [{key: value} for value in dict.fromkeys(values)], principal, currency)[key]

    def said(value: Any) -> str:
        cell = draw(value)
        return str(cell.text) if isinstance(cell, Cell) else str(cell)

    return said


def listed_value(edit: BulkEdit, target: Target) -> Any:
    """The new value as a list row holds it."""
    value = typed_value(edit, target)
    match target.attribute.type:
        case "number":
            return None if value is None else float(value)
        case "choices":
            return None if not value else "|" + "|".join(value) + "|"
        case "link":
            return None if value in (None, "") else int(value)
        case "date":
            return date.fromisoformat(value) if isinstance(value, str) else value
    return value


def said_edit(edit: BulkEdit, principal: Principal, currency: str) -> str:
    """“City becomes Paris”. A field that the reader does not see, or that is gone, has no name."""
    match edit.deed:
        case "trash":
            return _("Moved to the trash")
        case "owner":
            return _said_owner(edit)
        case "tags":
            return _said_tags(edit)
    target = editable(principal).get(edit.key)
    if target is None:
        return _("A field that is closed to you or gone")
    label = {"label": target.attribute.label}
    if edit.deed == "clear":
        return _("%(label)s is emptied") % label
    value = listed_value(edit, target)
    return _("%(label)s becomes %(value)s") % {**label, "value": sayer(edit.key, [value], principal, currency)(value)}


def _said_owner(edit: BulkEdit) -> str:
    if edit.told is None:
        return _("Given to nobody")
    name = User.objects.filter(pk=int(edit.told)).values_list("name", flat=True).first()
    return _("Given to %(name)s") % {"name": name or edit.told}


def _said_tags(edit: BulkEdit) -> str:
    names = dict(Tag.objects.filter(pk__in=[*edit.add, *edit.remove]).values_list("pk", "name"))
    on, off = (formatting.items([names.get(tag, str(tag)) for tag in tags]) for tags in (edit.add, edit.remove))
    if edit.add and edit.remove:
        return _("Tags put on: %(on)s; taken off: %(off)s") % {"on": on, "off": off}
    return _("Tags put on: %(on)s") % {"on": on} if edit.add else _("Tags taken off: %(off)s") % {"off": off}


@dataclass(frozen=True)
class KeptLine:
    """A value that undoing left, beside the one that it would have put back."""

    name: str
    url: str
    field: str
    before: str
    found: str
    who: str
    party_id: int | None = None


def kept_lines(run: BulkRun, principal: Principal, most: int) -> list[KeptLine]:
    """What undoing left, of customers and fields that the reader sees."""
    cards = PartyCard.objects.visible_to(principal)
    mine = BulkConflict.objects.filter(Q(party_id__in=cards.values("pk")) | Q(party_id=None), run=run)
    shown = [one for one in mine.order_by("id")[:most] if sees(principal, _key_of(one.field))]
    names = dict(cards.filter(pk__in=[one.party_id for one in shown]).values_list("pk", "name"))
    say = _JournalWords(shown)
    zone = organisation().zone
    return [
        KeptLine(
            name=names.get(one.party_id or 0, "") or str(one.party_id or ""),
            url=reverse("workspace:customer", args=[one.party_id]) if one.party_id in names else "",
            field=say.field(one.field),
            before=say.value(one.field, one.before),
            found=say.value(one.field, one.found),
            who=", ".join(filter(None, (one.found_by_label, formatting.moment(one.found_at, zone)))),
            party_id=one.party_id if one.party_id in names else None,
        )
        for one in shown
    ]


def _key_of(field: str) -> str:
    """The attribute under which the journal's field is shown."""
    if field.startswith(_OWN):
        own = OwnField.objects.filter(pk=field.removeprefix(_OWN)).values_list("key", flat=True).first()
        return f"own_{own}"
    return "tags" if field.startswith(_TAG) else field.removeprefix("detail:")


class _JournalWords:
    """Fields and values of the journal as people read them; names are read once for all lines."""

    def __init__(self, conflicts: Sequence[BulkConflict]) -> None:
        fields = {one.field for one in conflicts}
        own = [name.removeprefix(_OWN) for name in fields if name.startswith(_OWN)]
        self._own: Mapping[str, OwnField] = {f"{_OWN}{one.pk}": one for one in OwnField.objects.filter(pk__in=own)}
        tags = [name.removeprefix(_TAG) for name in fields if name.startswith(_TAG)]
        self._tags = {f"{_TAG}{pk}": name for pk, name in Tag.objects.filter(pk__in=tags).values_list("pk", "name")}
        owners = {read_stored(told) for one in conflicts if one.field == "owner" for told in (one.before, one.found)}
        self._owners = dict(User.objects.filter(pk__in=owners - {None}).values_list("pk", "name"))

    def field(self, name: str) -> str:
        if name in self._own:
            return self._own[name].label
        if name in self._tags:
            return _("Tag “%(name)s”") % {"name": self._tags[name]}
        attribute = registry.find(name.removeprefix("detail:"))
        return str(attribute.label) if attribute else name

    def value(self, name: str, told: str | None) -> str:
        if told is None and name != "owner" and not name.startswith(_TAG):
            return _("nothing said by hand")
        if name in self._own:
            shape = self._own[name].shape
            return write_typed(shape, typed_of(shape, stored_of_journal(shape, told))) or formatting.NOTHING
        value = read_stored(told)
        if name.startswith(_TAG):
            return _("yes") if value else _("no")
        if name == "owner" and value is not None:
            return str(self._owners.get(value, value))
        return str(value) if value not in (None, "") else formatting.NOTHING
