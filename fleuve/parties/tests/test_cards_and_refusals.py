"""A refusal holds at once, for everyone who shares the address, and can be withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal
from fleuve.parties.actions import record_refusal, refresh_cards, set_special, withdraw_refusal
from fleuve.parties.errors import AlreadyRefused, NotRefused
from fleuve.parties.models import ContactDetail, Membership, Party, PartyCard, Record, Source
from fleuve.parties.queries import contacts_of
from fleuve.parties.rules import identifier_hash

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALICE = Principal("user", "1", "Alice", "owner")
BOB = Principal("user", "2", "Bob", "reader")
STRANGER = Principal("user", "", "", "none")

pytestmark = pytest.mark.django_db


@dataclass
class Customer:
    party: Party
    record: Record

    @property
    def card(self) -> PartyCard:
        card: PartyCard = PartyCard.objects.get(party=self.party)
        return card


def a_customer(number: str, name: str, **details: str) -> Customer:
    source, _ = Source.objects.get_or_create(key="shop", defaults={"name": "Shop", "created_at": NOW})
    party = Party.objects.create(created_at=NOW)
    record = Record.objects.create(source=source, external_id=number, name=name, created_at=NOW, updated_at=NOW)
    Membership.objects.create(
        record=record, party=party, from_at=NOW, by_kind="system", by_id="s", by_label="S", reason="t"
    )
    for channel, value in details.items():
        ContactDetail.objects.create(
            record=record,
            channel=channel,
            value=value,
            normal=value,
            identifier_hash=identifier_hash(channel, value),
            created_at=NOW,
        )
    refresh_cards(party_ids=[party.pk], at=NOW)
    return Customer(party, record)


def test_a_card_says_how_someone_may_be_reached() -> None:
    chloe = a_customer("C1", "Chloé Dupont", email="chloe@example.fr", phone="+33612345678")
    assert (chloe.card.may_email, chloe.card.may_phone, chloe.card.may_post) == (True, True, False)
    assert not chloe.card.has_refusal


def test_a_refusal_closes_its_channel_only_and_leaves_an_event() -> None:
    chloe = a_customer("C1", "Chloé Dupont", email="chloe@example.fr", phone="+33612345678")
    record_refusal(record=chloe.record, channel="phone", reason="asked on the phone", by=ALICE, at=NOW)
    assert (chloe.card.may_email, chloe.card.may_phone, chloe.card.has_refusal) == (True, False, True)
    assert Event.objects.filter(name="parties.refusal_recorded").count() == 1


def test_a_refusal_holds_for_everyone_who_shares_the_address() -> None:
    chloe = a_customer("C1", "Chloé Dupont", email="family@example.fr")
    marc = a_customer("C2", "Marc Dupont", email="family@example.fr")
    record_refusal(record=chloe.record, channel="email", reason="", by=ALICE, at=NOW)
    assert not marc.card.may_email
    assert [line.is_refused for line in contacts_of([marc.record]).lines] == [True]


def test_it_refuses_a_second_refusal_of_the_same_channel() -> None:
    chloe = a_customer("C1", "Chloé Dupont", email="chloe@example.fr")
    record_refusal(record=chloe.record, channel="email", reason="", by=ALICE, at=NOW)
    with pytest.raises(AlreadyRefused):
        record_refusal(record=chloe.record, channel="email", reason="", by=ALICE, at=NOW)


def test_a_withdrawn_refusal_opens_the_channel_for_all_who_share_it() -> None:
    chloe = a_customer("C1", "Chloé Dupont", email="family@example.fr")
    marc = a_customer("C2", "Marc Dupont", email="family@example.fr")
    record_refusal(record=chloe.record, channel="email", reason="", by=ALICE, at=NOW)
    withdraw_refusal(record=chloe.record, channel="email", by=ALICE, at=NOW)
    assert chloe.card.may_email
    assert marc.card.may_email
    with pytest.raises(NotRefused):
        withdraw_refusal(record=chloe.record, channel="email", by=ALICE, at=NOW)


def test_a_reader_may_not_record_a_refusal() -> None:
    chloe = a_customer("C1", "Chloé Dupont", email="chloe@example.fr")
    with pytest.raises(PermissionRefused):
        record_refusal(record=chloe.record, channel="email", reason="", by=BOB, at=NOW)
    assert chloe.card.may_email


def test_a_special_state_set_by_a_person_is_kept_and_repeats_change_nothing() -> None:
    desk = a_customer("C0", "Comptoir")
    assert set_special(record=desk.record, special="walk_in", by=ALICE, at=NOW)
    assert not set_special(record=desk.record, special="walk_in", by=ALICE, at=NOW)
    assert desk.card.special == "walk_in"


def test_what_reaches_a_customer_is_searched_apart_from_their_names() -> None:
    chloe = a_customer("C1", "Chloé ÉCLAIR", email="chloe@example.fr")
    assert chloe.card.search_text == "chloe eclair c1"
    assert chloe.card.contact_text == "chloe@example.fr"


def test_a_name_in_parts_is_searched_once() -> None:
    chloe = a_customer("C1", "Chloé ÉCLAIR")
    Record.objects.update(first_name="Chloé", last_name="Éclair", city="Clairvaux")
    refresh_cards(party_ids=[chloe.party.pk], at=NOW)
    assert chloe.card.search_text == "chloe eclair c1 clairvaux"


def test_cards_are_refreshed_in_the_same_number_of_queries_whatever_their_count() -> None:
    def queries(party_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            refresh_cards(party_ids=party_ids, at=NOW)
        return len(asked)

    ids = [a_customer(f"C{n}", f"Customer {n}", email=f"c{n}@example.fr").party.pk for n in range(40)]
    # SQLite takes one more for forty rows at once: it allows fewer values in one statement.
    assert queries(ids) <= queries(ids[:2]) + 1 <= 28
