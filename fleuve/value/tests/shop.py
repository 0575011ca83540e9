"""A made-up shop in the tables: purchases of customers who buy at their own pace and leave at random."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from fleuve.accounts.models import Organisation
from fleuve.history.tests.bulk import insert
from fleuve.kernel.ids import new_ids
from fleuve.kernel.principal import Principal
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import Membership, Party, Record, Source
from fleuve.touchpoints.models import Product, Purchase, PurchaseLine, SourceSettings
from fleuve.value.tests.histories import random_history

__all__ = ["BOB", "NOW", "READER", "found_shop", "sell"]

NOW = datetime(2021, 7, 1, tzinfo=UTC)
BOB = Principal("user", "7", "Bob", "owner")
READER = Principal("user", "8", "Rita", "reader")


def found_shop() -> Source:
    """An organisation with one source and no purchase."""
    Organisation.objects.create(name="The shop", currency="EUR", timezone="UTC", created_at=NOW)
    source = Source.objects.create(key="shop", name="The shop", created_at=NOW)
    SourceSettings.objects.create(source=source, updated_at=NOW)
    return source


def sell(source: Source, customers: int, days: int, seed: int = 2, start: int = 0) -> list[int]:
    """Purchases of made-up customers, with their records and list rows; returns the party ids."""
    held = random_history(customers, days, seed).days
    numbers = np.unique(held.party)
    parties, records, members = new_ids(numbers.size), new_ids(numbers.size), new_ids(numbers.size)
    Party.objects.bulk_create(Party(pk=party, created_at=NOW) for party in parties)
    Record.objects.bulk_create(
        Record(
            pk=record,
            source=source,
            external_id=f"C{start + number}",
            name=f"Shop {number}",
            created_at=NOW,
            updated_at=NOW,
        )
        for record, number in zip(records, numbers.tolist(), strict=True)
    )
    Membership.objects.bulk_create(
        Membership(
            pk=pk, record_id=record, party_id=party, from_at=NOW, by_kind="system", by_id="", by_label="", reason="t"
        )
        for pk, record, party in zip(members, records, parties, strict=True)
    )
    mug = Product.objects.get_or_create(source=source, code="MUG", name="Mug")[0]
    owner = dict(zip(numbers.tolist(), records, strict=True))
    sold = new_ids(len(held))
    moments = [
        datetime.fromordinal(date(1970, 1, 1).toordinal() + day).replace(tzinfo=UTC) for day in held.day.tolist()
    ]
    Purchase.objects.bulk_create(
        Purchase(
            pk=pk,
            source=source,
            number=str(pk),
            record_id=owner[party],
            at=moment,
            recorded_at=NOW,
            local_day=moment.date(),
            local_month=moment.year * 100 + moment.month,
            currency="EUR",
        )
        for pk, party, moment in zip(sold, held.party.tolist(), moments, strict=True)
    )
    lines = zip(new_ids(len(held)), sold, held.money.tolist(), strict=True)
    columns = ("id", "purchase_id", "ordinal", "product_id", "quantity_e3", "unit_price_e4", "amount", "amount_home")
    insert(PurchaseLine, columns, ((pk, of, 1, mug.pk, 1000, money * 100, money, money) for pk, of, money in lines))
    refresh_cards(party_ids=parties, at=NOW)
    return parties
