"""What is written by hand of every customer and stands on no list row: names apart, numbers, the street."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Registry

__all__ = ["DETAILS", "FORM_KEYS", "REACH_KEYS", "name_follows"]

FORM_KEYS: Final = (
    "kind", "name", "first_name", "last_name", "email", "phone", "street", "postcode", "city", "country", "legal_id",
    "vat_number", "customer_since",
)  # fmt: skip
"""The fields of the form of a customer, in order; those of the house follow."""

REACH_KEYS: Final = ("email", "phone", "street", "postcode", "city", "country")
"""Those of them that say how to reach somebody."""

_WHO, _WHERE = _("Who"), _("Where")


def _detail(key: str, label: str, group: str, kind: str = "text") -> Attribute:
    personal = "contact" if group is _WHERE else "identity"
    return Attribute(
        key, kind, label, "parties", filterable=False, kept_in="record", field=key, group=group, personal=personal
    )  # type: ignore[arg-type]


DETAILS: Final = Registry(
    (
        _detail("first_name", _("First name"), _WHO),
        _detail("last_name", _("Last name"), _WHO),
        _detail("legal_id", _("Registration number"), _WHO),
        _detail("vat_number", _("VAT number"), _WHO),
        _detail("street", _("Street"), _WHERE),
        _detail("postcode", _("Postcode"), _WHERE),
        _detail("customer_since", _("Customer since"), _WHO, "date"),
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
