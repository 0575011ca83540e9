"""Whether prices include VAT, proved by the totals of the orders themselves."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from statistics import median

from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.mapping.profiles import Sample
from fleuve.imports.reading import Cell
from fleuve.imports.reading.numbers import read_number

__all__ = ["vat_by_arithmetic"]

_CENT = Decimal("0.02")
_FEWEST = 10
_PARTS = ("order_subtotal", "order_discount", "order_shipping", "vat_amount", "order_total")


def vat_by_arithmetic(mapping: Mapping, sample: Sample, decimal: str) -> str:
    """``included:20`` or ``excluded`` when subtotals, delivery and VAT of the orders prove it, blank when they do not.

    Subtotal and delivery make the total without the VAT, then prices include it; with it, they do not. Nine orders in
    ten must agree. Subtotals are taken before the order's discount or after it, whichever adds up.
    """
    positions = [mapping.position(field) for field in _PARTS]
    if None in (positions[0], positions[3], positions[4]):
        return ""
    proofs: Counter[str] = Counter()
    rates: list[Decimal] = []
    for row in sample.rows:
        parts = [_number(row, position, decimal) for position in positions]
        proof = _proof(parts)
        proofs[proof] += 1
        if proof == "included" and parts[4] != parts[3]:
            rates.append(parts[3] / (parts[4] - parts[3]) * 100)
    told = proofs["included"] + proofs["excluded"] + proofs["neither"]
    best = max(("included", "excluded"), key=proofs.__getitem__)
    if told < _FEWEST or proofs[best] * 10 < told * 9:
        return ""
    return f"included:{_rounded(rates)}" if best == "included" else "excluded"


def _number(row: list[Cell], position: int | None, decimal: str) -> Decimal:
    return (read_number(row[position], decimal) if position is not None else None) or Decimal(0)


def _proof(parts: list[Decimal]) -> str:
    subtotal, discount, shipping, vat, total = parts
    if not vat or not total:
        return "silent"
    for base in (subtotal + shipping, subtotal + shipping - abs(discount)):
        if abs(base - total) <= _CENT:
            return "included"
        if abs(base + vat - total) <= _CENT:
            return "excluded"
    return "neither"


def _rounded(rates: list[Decimal]) -> str:
    """Rates by law are whole or halves; cents blur the third decimal."""
    return f"{(round(median(rates) * 2) / Decimal(2)).normalize():f}"
