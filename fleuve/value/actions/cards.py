"""The worth half of the list rows, rewritten set by set from the valuation's own rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from django.db import connection

from fleuve.value.actions.pen import Pen
from fleuve.value.models import Valuation

__all__ = ["write_cards"]

# Column of the list row ← column of the customer's value. Chances stay empty without an estimate of their own.
_PLAIN: Final = {
    "stage": "stage",
    "band": "band",
    "purchase_days": "purchase_days",
    "first_purchase_on": "first_on",
    "last_purchase_on": "last_on",
    "revenue_total": "revenue_total",
    "revenue_12_months": "revenue_12",
    "revenue_12_months_before": "revenue_12_before",
    "silent_days": "silent_days",
    "probability_active": "probability_active",
    "expected_purchases": "expected_purchases",
    "value_low": "value_low",
    "value_high": "value_high",
    "at_stake": "at_stake",
    "is_slipping": "is_slipping",
}
_EMPTY: Final = {
    "stage": "''",
    "band": "NULL",
    "purchase_days": "0",
    "first_purchase_on": "NULL",
    "last_purchase_on": "NULL",
    "revenue_total": "0",
    "revenue_12_months": "0",
    "revenue_12_months_before": "0",
    "usual_gap_days": "NULL",
    "silent_days": "NULL",
    "probability_active": "NULL",
    "expected_purchases": "NULL",
    "value": "NULL",
    "value_low": "NULL",
    "value_high": "NULL",
    "at_stake": "0",
}

_WRITE: Final = """
UPDATE parties_partycard SET {columns},
    usual_gap_days = CASE WHEN v.gaps > 0 THEN v.usual_gap_days END,
    value = CASE WHEN v.is_personal THEN v.value END
FROM value_partyvalue AS v
WHERE v.party_id = parties_partycard.party_id AND v.valuation_id = %s AND v.party_id BETWEEN %s AND %s
""".format(columns=", ".join(f"{card} = v.{own}" for card, own in _PLAIN.items()))

_CLEAR: Final = """
UPDATE parties_partycard SET {columns}, is_slipping = %s
WHERE party_id IN (
    SELECT card.party_id FROM parties_partycard AS card
    LEFT JOIN value_partyvalue AS v ON v.party_id = card.party_id AND v.valuation_id = %s
    WHERE card.stage <> '' AND v.id IS NULL LIMIT %s
)
""".format(columns=", ".join(f"{card} = {value}" for card, value in _EMPTY.items()))


def write_cards(valuation: Valuation, party_ids: np.ndarray, pen: Pen, step: str) -> None:
    """Rewrite the list rows of these customers (ids rising), then empty those of whoever is no customer any more."""

    def write(start: int, size: int) -> None:
        first, last = int(party_ids[start]), int(party_ids[start + size - 1])
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [valuation.pk, first, last])

    def clear(size: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_CLEAR, [False, valuation.pk, size])
            return int(cursor.rowcount)

    pen.in_chunks(len(party_ids), write, step)
    pen.until_none(clear, step)
