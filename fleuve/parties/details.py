"""What is written by hand of every customer and stands on no list row: names apart, numbers, the street."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Registry
from fleuve.attributes.registry import AttributeType

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["DETAILS", "FORM_KEYS", "REACH_KEYS", "name_follows"]

FORM_KEYS: Final = (
    "kind", "name", "first_name", "last_name", "email", "phone", "street", "postcode", "city", "country", "legal_id",
    "vat_number", "customer_since",
)  # fmt: skip
"""The fields of the form of a customer, in order; those of the house follow."""

REACH_KEYS: Final = ("email", "phone", "street", "postcode", "city", "country")
"""Those of them that say how to reach somebody."""

_WHO, _WHERE = _("Who"), _("Where")


def _who(key: str, label: StrOrPromise, kind: AttributeType = "text") -> Attribute:
    return Attribute(
        key, kind, label, "parties", filterable=False, kept_in="record", field=key, group=_WHO, personal="identity"
    )


def _where(key: str, label: StrOrPromise) -> Attribute:
    return Attribute(
        key, "text", label, "parties", filterable=False, kept_in="record", field=key, group=_WHERE, personal="contact"
    )


DETAILS: Final = Registry(
    (
        _who("first_name", _("First name")),
        _who("last_name", _("Last name")),
        _who("legal_id", _("Registration number")),
        _who("vat_number", _("VAT number")),
        _where("street", _("Street")),
        _where("postcode", _("Postcode")),
        _who("customer_since", _("Customer since"), "date"),
    )
)


def name_follows(changes: dict[str, Any], was: Mapping[str, str]) -> dict[str, Any]:
    """The whole name follows the first and last one when it was made of them and nobody typed another."""
    if "name" in changes or changes.keys().isdisjoint({"first_name", "last_name"}) or not was.get("name"):
        return changes
    if was["name"] != f"{was.get('first_name', '')} {was.get('last_name', '')}".strip():
        return changes
    parts = [str(changes.get(key, was.get(key)) or "") for key in ("first_name", "last_name")]
    return {**changes, "name": " ".join(part for part in parts if part) or None}
