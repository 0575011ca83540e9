"""What is written by hand of every customer and stands on no list row: names apart, numbers, the street."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Registry

__all__ = ["DETAILS", "FORM_KEYS"]

FORM_KEYS: Final = (
    "kind", "name", "first_name", "last_name", "email", "phone", "street", "postcode", "city", "country", "legal_id",
    "vat_number", "customer_since",
)  # fmt: skip
"""The fields of the form of a customer, in order; those of the house follow."""

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
