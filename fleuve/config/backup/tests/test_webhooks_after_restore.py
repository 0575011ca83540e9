"""What a backup carries of webhooks, and that nothing is sent from a restored install by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fleuve.config.backup.make_backup import make_backup
from fleuve.config.backup.restore_backup import record_restored, restore_backup
from fleuve.config.home import Home
from fleuve.events.models import Event
from fleuve.kernel.principal import SYSTEM
from fleuve.webhooks.actions import add_endpoint, claim_deliveries, rotate_secret, send_test
from fleuve.webhooks.models import Delivery, Endpoint

NOW = datetime(2026, 3, 29, 0, 59, 30, 250, tzinfo=UTC)


def _tell(step: str, done: int, total: int) -> None:
    """Nobody listens."""


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_webhooks_are_off_with_their_sealed_secrets(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    url = "https://shop.example/hook"
    endpoint, _secret = add_endpoint(label="Shop", url=url, facts=["value.revalued"], by=SYSTEM, at=NOW)
    rotate_secret(endpoint=endpoint, by=SYSTEM, at=NOW)
    send_test(endpoint=endpoint, by=SYSTEM, at=NOW)
    sealed = bytes(endpoint.secret), bytes(endpoint.former_secret or b"")
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    restored = restore_backup(home, made.path, _tell, replace=True, by=SYSTEM, at=NOW)
    record_restored(restored, by=SYSTEM, at=NOW)
    found = Endpoint.objects.get()
    assert (found.state, found.off_why) == ("off", "restored")
    assert (bytes(found.secret), bytes(found.former_secret or b"")) == sealed
    assert claim_deliveries(NOW) == []
    assert Delivery.objects.get().state == "gone"
    told = Event.objects.get(name="webhooks.endpoint_disabled")
    assert told.data == {"why": "restored", "waiting": 1}
