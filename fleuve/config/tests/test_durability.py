from __future__ import annotations

import pytest
from django.db import connection

from fleuve.config import durability
from fleuve.config.durability import Durability, DurabilityRefused, check_durability


@pytest.mark.django_db
def test_the_promise_is_read_back_from_the_connection() -> None:
    found = check_durability()
    assert found.vendor == connection.vendor
    assert found.fsync == "on"
    assert found.synchronous in {"full", "on"}
    assert found.journal == "wal"


@pytest.mark.parametrize(
    ("journal", "synchronous", "transactions"),
    [("delete", "full", "immediate"), ("wal", "normal", "immediate"), ("wal", "full", "deferred")],
)
def test_it_refuses_an_embedded_database_that_could_lose_a_write(
    journal: str, synchronous: str, transactions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Durability("sqlite", journal, synchronous, "on", transactions)
    monkeypatch.setattr(durability, "read_durability", lambda: found)
    with pytest.raises(DurabilityRefused, match="local disk"):
        check_durability()


@pytest.mark.parametrize(("fsync", "synchronous"), [("off", "on"), ("on", "off")])
def test_it_refuses_a_server_that_could_lose_a_write(
    fsync: str, synchronous: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Durability("postgresql", "wal", synchronous, fsync, "deferred")
    monkeypatch.setattr(durability, "read_durability", lambda: found)
    with pytest.raises(DurabilityRefused, match=r"postgresql\.conf"):
        check_durability()
