"""The example's customer file goes through the import with every refusal that it tells."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fleuve.accounts.actions import configure_organisation
from fleuve.demo.files import write_customer_file
from fleuve.demo.prepare import SOURCE
from fleuve.imports.actions import import_file
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import PartyCard, Refusal

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
COLUMNS = {"email": "No e-mail", "phone": "No phone calls", "post": "No post"}


@pytest.mark.django_db
def test_every_refusal_of_the_file_stands_after_the_import(tmp_path: Path) -> None:
    configure_organisation(name="Online Retail Ltd", currency="GBP", timezone="Europe/London", by=SYSTEM, at=NOW)
    path = write_customer_file(tmp_path)
    import_file(
        path=path, source=SOURCE, answers={"country": "GB"}, takes_proposals=True, is_simulated=True, by=SYSTEM, at=NOW
    )
    run_until_idle(queues=("heavy",))
    with path.open(encoding="utf-8", newline="") as file:
        told = Counter(channel for row in csv.DictReader(file) for channel in COLUMNS if row[COLUMNS[channel]] == "yes")
    assert Counter(Refusal.objects.values_list("channel", flat=True)) == told
    assert min(told[channel] for channel in COLUMNS) > 50
    assert PartyCard.objects.filter(is_simulated=True).count() == 4_372
