"""What a bulk edit asks for, as it is kept until it runs, and what a person may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from django.utils.translation import gettext as _

from fleuve.attributes import registry
from fleuve.changes.rules import as_stored, read_stored
from fleuve.kernel.principal import Principal, may_change, require
from fleuve.lists.errors import BulkRefused
from fleuve.parties.changing.edits import Target, targets_of
from fleuve.parties.form_fields import form_targets
from fleuve.parties.own_values import stored_of, stored_of_journal, told_to_journal, typed_of

__all__ = ["BulkEdit", "Deed", "check_edit", "edit_of_value", "editable", "typed_value"]

Deed: TypeAlias = Literal["set", "clear", "owner", "tags", "trash"]

# A name and a number belong to one customer, and so does an address: nobody means to give one to many.
_OF_ONE: Final = frozenset({"name", "customer_number"})


@dataclass(frozen=True)
class BulkEdit:
    """One change for many customers.

    ``set`` and ``clear`` concern the attribute ``key``; ``told`` is the new value as the journal spells it. ``owner``
    gives the customers to the user ``told``, or to nobody. ``tags`` puts tags on and takes others off.
    """

    deed: Deed
    key: str = ""
    told: str | None = None
    add: tuple[int, ...] = field(default=())
    remove: tuple[int, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As a run keeps it; ids are texts, because JSON of other programs rounds them."""
        tags = {"add": [str(one) for one in self.add], "remove": [str(one) for one in self.remove]}
        return {"deed": self.deed, "key": self.key, "told": self.told, **tags}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BulkEdit:
        """What ``to_json`` kept."""
        add, remove = (tuple(int(one) for one in kept.get(name, ())) for name in ("add", "remove"))
        return cls(kept["deed"], kept.get("key", ""), kept.get("told"), add, remove)

    @property
    def attribute_key(self) -> str:
        """The attribute whose values change; none when customers go to the trash."""
        return {"owner": "owner", "tags": "tags", "trash": ""}.get(self.deed, self.key)


def editable(principal: Principal) -> dict[str, Target]:
    """The attributes that this principal may set for many: columns of the list and fields of the house."""
    listed = {one.key for one in registry.declared()}
    return {
        key: target
        for key, target in form_targets(principal).items()
        if key not in _OF_ONE
        and (target.own is not None or (target.place == "column" and key in listed))
        and may_change(principal, key)
    }


def edit_of_value(target: Target, value: object) -> BulkEdit:
    """The edit that gives many customers this value, checked; raises ``WrongValue``."""
    checked = target.checked(value)
    if checked is None:
        return BulkEdit("clear", target.key)
    if target.own is not None:
        return BulkEdit("set", target.key, told_to_journal(target.own.shape, stored_of(target.own.shape, checked)))
    return BulkEdit("set", target.key, as_stored(checked))


def typed_value(edit: BulkEdit, target: Target) -> Any:
    """The new value as the writer of customers takes it."""
    if edit.told is None:
        return None
    if target.own is not None:
        shape = target.own.shape
        return typed_of(shape, stored_of_journal(shape, edit.told))
    return read_stored(edit.told)


def check_edit(edit: BulkEdit, by: Principal) -> Target | None:
    """The attribute that the edit writes, when ``by`` may write it at all; asked again when the edit runs.

    Raises ``PermissionRefused`` for a closed field or a missing verb, ``FilterError`` for one that is gone.
    """
    require(by, "bulk")
    require(by, "write")
    if edit.deed == "owner":
        require(by, "assign")
    if edit.deed == "tags" and not edit.add and not edit.remove:
        raise BulkRefused(_("Choose a tag to put on or to take off."), code="bulk_without_value")
    if edit.deed in ("owner", "tags", "trash"):
        return None if edit.deed == "trash" else targets_of([edit.attribute_key], by)[edit.attribute_key]
    target = targets_of([edit.key], by)[edit.key]
    if edit.key not in editable(by):
        sentence = _("“%(label)s” is not changed for many customers at once.")
        raise BulkRefused(sentence % {"label": target.attribute.label}, code="bulk_of_one")
    if edit.deed == "clear" and target.own is not None and target.own.is_required:
        sentence = _("“%(label)s” must be filled in, so it cannot be emptied.")
        raise BulkRefused(sentence % {"label": target.attribute.label}, code="bulk_of_required")
    return target
