"""Online Retail valued once for a whole file of tests, and histories held in memory for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import call_command
from django.test import override_settings

from fleuve.history.actions import rebuild_history
from fleuve.history.tests.online_retail import LOADED_AT, load_online_retail
from fleuve.kernel.principal import SYSTEM
from fleuve.value.actions import revalue
from fleuve.value.estimation.days import HeldPurchases, day_number
from fleuve.value.models import Valuation
from fleuve.value.tests.shop import BOB, NOW, found_shop, sell


@pytest.fixture(scope="module")
def valued_retail(
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Valuation]:
    """Online Retail loaded, with list rows, and valued; committed for all tests of a file and taken away afterwards."""
    from fleuve.parties.actions import refresh_cards
    from fleuve.parties.models import Party

    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(HOME=home):
        load_online_retail(shared_data)
        try:
            ids = list(Party.objects.values_list("pk", flat=True))
            refresh_cards(party_ids=ids, at=LOADED_AT)
            rebuild_history(by=SYSTEM, at=LOADED_AT)
            yield revalue(by=SYSTEM, at=LOADED_AT)
        finally:
            forget()


@pytest.fixture(scope="module")
def valued_shop(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Valuation]:
    """Four hundred made-up customers over eighteen months, valued once for a whole file of tests."""
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(HOME=home):
        sell(found_shop(), 400, 546)
        try:
            yield revalue(by=BOB, at=NOW)
        finally:
            forget()


def forget() -> None:
    """Empty every table: what was committed for a file of tests is not there for the next, jobs and marks included."""
    call_command("flush", verbosity=0, interactive=False)


CDNOW_FIRST, CDNOW_LAST = date(1997, 1, 1), date(1998, 6, 30)


@pytest.fixture(scope="session")
def cdnow(shared_data: Path) -> HeldPurchases:
    """The CDNOW sample: 2,357 customers who first bought in the first quarter of 1997."""
    with duckdb.connect() as duck:
        rows = duck.execute(
            "SELECT customer_id, date_diff('day', DATE '1970-01-01', date), round(dollars * 100)::BIGINT "
            f"FROM read_parquet('{shared_data / 'cdnow_sample.parquet'}') WHERE dollars > 0"
        ).fetchnumpy()
    party, day, money = rows.values()
    assert day.min() >= day_number(CDNOW_FIRST)
    return HeldPurchases.of(party, day, money)
