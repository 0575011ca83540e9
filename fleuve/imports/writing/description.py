"""What a record says of a customer, from the columns that a file has."""

from __future__ import annotations

from typing import Any, Final

from fleuve.imports.converting.words import legal_form
from fleuve.imports.reading.dates import read_date
from fleuve.touchpoints.rules import special_of_name

__all__ = ["DESCRIBED", "description"]

DESCRIBED: Final = (
    "kind", "name", "first_name", "last_name", "legal_id", "vat_number", "street", "postcode", "city", "country",
    "customer_since", "special",
)  # fmt: skip


def description(customer: str, values: dict[str, str]) -> dict[str, Any]:
    """Values of ``DESCRIBED``; without a name, the source's identifier when it reads as one."""
    first, last = values.get("first_name", "")[:120], values.get("last_name", "")[:120]
    company = values.get("company", "")
    name = company or values.get("customer_name", "") or f"{first} {last}".strip()
    if not name and "@" not in customer and any(letter.isalpha() for letter in customer) and " " in customer:
        name = customer
    since = read_date(values.get("customer_since", ""))
    street = " ".join(part for part in (values.get("street", ""), values.get("street_2", "")) if part)
    return {
        "kind": _kind(values, name),
        "name": name[:240],
        "first_name": first,
        "last_name": last,
        "legal_id": values.get("legal_id", "")[:40],
        "vat_number": values.get("vat_number", "")[:24],
        "street": street[:240],
        "postcode": values.get("postcode", "").lstrip("'")[:20],
        "city": values.get("city", "")[:120],
        "country": values.get("country", "")[:80],
        "customer_since": since.date() if since else None,
        "special": special_of_name(name) if name else "",
    }


def _kind(values: dict[str, str], name: str) -> str:
    if values.get("company") or values.get("legal_id") or values.get("vat_number") or (name and legal_form(name)):
        return "organisation"
    return "person" if values.get("first_name") else "unknown"
