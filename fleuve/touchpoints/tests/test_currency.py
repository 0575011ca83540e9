"""The organisation's currency once purchases are stored in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from fleuve.accounts.actions import configure_organisation
from fleuve.accounts.errors import CurrencyFixed
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import Source
from fleuve.touchpoints.models import Purchase

pytestmark = pytest.mark.django_db

NOW = datetime(2012, 1, 1, tzinfo=UTC)


def test_the_first_purchase_fixes_the_currency_and_taking_it_back_frees_it() -> None:
    configure_organisation(currency="EUR", by=SYSTEM, at=NOW)
    configure_organisation(currency="GBP", by=SYSTEM, at=NOW)
    source = Source.objects.create(key="shop", name="The shop", created_at=NOW)
    purchase = Purchase.objects.create(
        source=source,
        number="1",
        at=NOW,
        recorded_at=NOW,
        local_day=date(2012, 1, 1),
        local_month=201201,
        currency="GBP",
    )
    with pytest.raises(CurrencyFixed):
        configure_organisation(currency="EUR", by=SYSTEM, at=NOW)
    assert configure_organisation(name="Rive droite", currency="GBP", by=SYSTEM, at=NOW).currency == "GBP"
    purchase.delete()
    assert configure_organisation(currency="EUR", by=SYSTEM, at=NOW).currency == "EUR"
