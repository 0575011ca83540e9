from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleuve.kernel.principal import Principal
from fleuve.parties.actions import refresh_cards, remove_customers
from fleuve.parties.finding import KINDS
from fleuve.parties.models import ContactDetail, Membership, Record, Source
from fleuve.parties.tests.cast import ALICE, NOW, customer, later
from fleuve.search.kinds import kind_named
from fleuve.search.models import Document
from fleuve.search.queries import find

pytestmark = pytest.mark.django_db
LEE = Principal("user", "16", "Lee", "analyst")
ANN = Principal("user", "17", "Ann", "agent")
RULED = Principal("user", "17", "Ann", "agent", hidden=frozenset({"phone"}))


def texts(party: int) -> dict[str, str]:
    return dict(Document.objects.filter(subject_id=party).values_list("kind", "text"))


def second_record(party: int, number: str, **columns: str) -> Record:
    """Another record of the same customer, as a second file would bring it."""
    source, _made = Source.objects.get_or_create(key="mail", defaults={"name": "Mail", "created_at": NOW})
    record = Record.objects.create(source=source, external_id=number, created_at=NOW, updated_at=NOW, **columns)
    Membership.objects.create(record=record, party_id=party, from_at=NOW, reason="import:email", by_kind="system")
    return record


def test_names_and_what_reaches_a_customer_are_two_documents() -> None:
    party = customer("17", name="Chloé Éclair", street="1 rue du Pont", postcode="27000", email="chloe@example.org")
    assert texts(party) == {
        "customer": "customer^ chloe eclair lyon 17 \n  ",
        "customer_contact": "customercontact^  \n chloe example org 1 rue du pont 27000 ",
    }


def test_every_record_of_a_customer_is_found_and_each_word_stands_once() -> None:
    party = customer("17", name="Chloé Éclair", email="chloe@example.org")
    other = second_record(party, "M4", name="Chloé Éclair", first_name="Chloé", city="Évreux", postcode="27000")
    for value in ("+33199001234", "+33199005678"):
        ContactDetail.objects.create(record=other, channel="phone", value=value, normal=value, created_at=NOW)
    ContactDetail.objects.filter(value="+33199005678").update(removed_at=NOW)
    refresh_cards(party_ids=[party], at=NOW)
    assert texts(party) == {
        "customer": "customer^ chloe eclair evreux 17 lyon m4 \n  ",
        "customer_contact": "customercontact^  \n chloe example org 33199001234 27000 ",
    }


def test_who_cannot_be_reached_has_no_second_document_and_the_trash_has_none() -> None:
    party = customer("17")
    assert set(texts(party)) == {"customer"}
    remove_customers(party_ids=[party], by=ALICE, at=later(1))
    assert texts(party) == {}


@pytest.mark.parametrize(("who", "finds"), [(ALICE, True), (ANN, True), (LEE, False), (RULED, False)])
def test_nobody_finds_a_customer_by_what_they_may_not_read(who: Principal, finds: bool) -> None:
    party = customer("17", name="Chloé Éclair", email="reach@example.org", postcode="27000")
    for typed in ("reach@example.org", "27000"):
        assert bool(find(typed, who)) is finds, typed
    assert [shown.subject_id for group in find("eclair", who).groups for shown in group.hits] == [party]


@pytest.mark.parametrize(
    ("closed", "typed", "finds"),
    [
        ({"city"}, "lyon", False),
        ({"city"}, "lyom", False),
        ({"city"}, "eclair lyon", False),
        ({"city"}, "eclair", True),
        ({"city"}, "ecliar", True),
        ({"city"}, "m17", True),
        ({"country"}, "eclair lyon", True),
        ({"phone"}, "eclair lyon", True),
    ],
)
def test_nobody_finds_or_reads_a_customer_by_what_a_rule_closes(closed: set[str], typed: str, finds: bool) -> None:
    party = customer("M17", name="Chloé Éclair", city="Lyon")
    others = [customer(f"X{number}", name="Zoé Dupont", city="Lyon") for number in range(3)]
    who = replace(ANN, hidden=frozenset(closed))
    hits = {shown.subject_id: shown.hit for group in find(typed, who).groups for shown in group.hits}
    assert (party in hits) is finds
    told = " ".join(f"{hit.title} {hit.hint}" for hit in hits.values()).casefold()
    assert not any(word in told for key, word in (("city", "lyon"), ("country", "france")) if key in closed)
    assert set(hits) <= {party, *others}


@pytest.mark.parametrize("key", KINDS)
def test_reading_asks_the_same_number_of_questions_whatever_is_read(key: str) -> None:
    parties = [customer(str(number), email=f"a{number}@example.org") for number in range(20)]
    kind = kind_named(key)
    assert kind is not None
    assert kind.read is not None
    asked = []
    for ids in (parties[:1], parties):
        with CaptureQueriesContext(connection) as queries:
            assert len(list(kind.read(ids))) == len(ids)
        asked.append(len(queries))
    assert asked == [1, 1]
