"""A row as somebody may see it: what is closed to them is blank.

Pages that loop over the registry never meet a closed attribute. Those that name columns of a list row or a record
(the head of a customer's page, the call list, files) take the row through here first. The row is for reading: nobody
saves it.
"""

from __future__ import annotations

from typing import TypeVar

from fleuve.attributes import is_open_to, registry
from fleuve.kernel.principal import Principal, may

__all__ = ["as_seen", "searched_texts", "sees_channel"]

T = TypeVar("T")
_CONTACT = ("email", "phone", "street", "postcode")
_NAMED = ("name", "customer_number", "city")


def as_seen(row: T, principal: Principal) -> T:
    """The same row with the closed texts blanked."""
    for column in _closed_columns(principal):
        if getattr(row, column, ""):
            setattr(row, column, "")
    return row


def sees_channel(principal: Principal, channel: str) -> bool:
    """Whether addresses of a channel (``email``, ``phone``, ``post``) are open to the principal."""
    return may(principal, "personal") and channel not in principal.hidden


def searched_texts(principal: Principal) -> tuple[str, ...]:
    """The columns of the list row in which the principal's words may be looked for.

    Finding a customer by what is closed would betray it, so a text is searched by whoever may read all that is in it.
    """
    if not principal.hidden.isdisjoint(_NAMED):
        return ("name_folded",) if "name" not in principal.hidden else ()
    sees_contacts = may(principal, "personal") and principal.hidden.isdisjoint({*_CONTACT, "post"})
    return ("search_text", "contact_text") if sees_contacts else ("search_text",)


def _closed_columns(principal: Principal) -> set[str]:
    closed = set() if may(principal, "personal") else set(_CONTACT)
    if principal.hidden:
        ruled = (one for one in registry if one.key in principal.hidden and one.kept_in in ("record", "card"))
        closed |= {column for one in ruled if not is_open_to(principal, one) for column in (one.sql_path, one.field)}
        closed |= {key for key in principal.hidden if key in _CONTACT}
    return {column for column in closed if column and "__" not in column}
