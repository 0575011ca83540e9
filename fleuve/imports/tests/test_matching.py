"""Somebody who is there already: customers of a file recognised in the base by chosen keys, or decided by a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.imports.actions import decide_match
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Import, Match
from fleuve.imports.rules import Handling
from fleuve.imports.tests.desk import ALICE, NOW, bring, listed, party_of, undo
from fleuve.imports.tests.tables import snapshot
from fleuve.parties.models import Membership, Party, PartyCard, Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]

_HEAD = "Customer number;Name;E-mail;Phone;Postcode;City;VAT number"
_SHOP = "17;Chloé Éclair;chloe@example.org;01 98 76 54 32;75011;Paris;FR 12 345678901"


def _base(folder: Path, rows: str = _SHOP) -> Import:
    return bring(listed(folder, rows, "shop.csv", _HEAD))


def _till(folder: Path, rows: str, *keys: str) -> Import:
    answers = {"currency": "EUR", "country": "FR"}
    return bring(listed(folder, rows, "till.csv", _HEAD), "Till", handling=Handling(match=keys), answers=answers)


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("email", "A1;C. Éclair;Chloe@Example.org;;;;"),
        ("phone", "A1;C. Éclair;;+33 1 98 76 54 32;;;"),
        ("vat_number", "A1;C. Éclair;;;;;FR12345678901"),
        ("name_postcode", "A1;CHLOE ECLAIR;;;75 011;;"),
        ("customer_number", "17;Somebody;;;;;"),
    ],
)
def test_one_customer_is_recognised_and_their_records_are_one_party(tmp_path: Path, key: str, row: str) -> None:
    _base(tmp_path)
    done = _till(tmp_path, f"{row}\nZ9;Zoé Lac;zoe@example.org;;;;", key)
    assert Party.objects.count() == 2
    joined = Membership.objects.get(record__source__name="Till", record__external_id=row.partition(";")[0])
    assert (joined.party_id, joined.reason) == (
        Membership.objects.get(record__source__name="Shop").party_id, f"import:{key}"
    )  # fmt: skip
    assert (done.check_result or {})["effects"]["matched"] == {key: 1}
    assert (done.result or {})["parties_matched"] == 1


def test_nobody_is_compared_unless_a_person_chose_by_what(tmp_path: Path) -> None:
    _base(tmp_path)
    _till(tmp_path, "A1;Chloé Éclair;chloe@example.org;01 98 76 54 32;75011;Paris;FR12345678901")
    assert Party.objects.count() == 2


def test_two_customers_of_one_file_are_never_made_one(tmp_path: Path) -> None:
    _till(tmp_path, "A1;Chloé Éclair;chloe@example.org;;;;\nA2;C. Éclair;chloe@example.org;;;;", "email")
    assert Party.objects.count() == 2


def test_undoing_gives_the_party_back_as_it_was(tmp_path: Path) -> None:
    _base(tmp_path)
    before = snapshot()
    row = _till(tmp_path, "A1;C. Éclair;chloe@example.org;;;Lyon;", "email")
    assert PartyCard.objects.get().city == "Lyon"  # the newest source speaks
    undo(row)
    assert snapshot() == before


_TWICE = f"{_SHOP}\n18;Chloé E.;chloe@example.org;;75012;Paris;"


def test_several_are_decided_by_a_person_and_otherwise_later(tmp_path: Path) -> None:
    _base(tmp_path, _TWICE)
    before = snapshot()
    row = _till(tmp_path, "A1;C. Éclair;chloe@example.org;;;Lyon;", "email")
    match = Match.objects.get()
    own, first, second = match.own_party_id, party_of("17"), party_of("18")
    assert (match.key, match.parties) == ("email", [str(first), str(second)])
    assert PartyCard.objects.count() == 3  # until then they stand alone, with all that they bought
    match = decide_match(match=match, party_id=second, by=ALICE, at=NOW)
    assert (party_of("A1"), PartyCard.objects.count()) == (second, 2)
    assert Party.objects.get(pk=own).absorbed_into_id == second
    match = decide_match(match=match, party_id=None, by=ALICE, at=NOW)
    assert (party_of("A1"), PartyCard.objects.count()) == (own, 3)
    assert Party.objects.get(pk=own).absorbed_into_id is None
    decide_match(match=match, party_id=first, by=ALICE, at=NOW)
    undo(row)
    assert snapshot() == before


def test_a_decision_is_refused_when_somebody_decided_meanwhile_or_for_a_stranger(tmp_path: Path) -> None:
    _base(tmp_path, _TWICE)
    _till(tmp_path, "A1;C. Éclair;chloe@example.org;;;Lyon;", "email")
    stale = Match.objects.get()
    decide_match(match=Match.objects.get(), party_id=party_of("17"), by=ALICE, at=NOW)
    with pytest.raises(WrongState, match="meanwhile"):
        decide_match(match=stale, party_id=party_of("18"), by=ALICE, at=NOW)
    with pytest.raises(WrongState, match="no longer there"):
        decide_match(match=Match.objects.get(), party_id=4711, by=ALICE, at=NOW)


def test_a_file_that_creates_nobody_sets_the_ambiguous_aside(tmp_path: Path) -> None:
    _base(tmp_path, _TWICE)
    row = bring(
        listed(tmp_path, "A1;C. Éclair;chloe@example.org;;;Lyon;", "till.csv", _HEAD), "Till",
        handling=Handling(match=("email",), creates=False), answers={"currency": "EUR", "country": "FR"},
    )  # fmt: skip
    assert not Match.objects.exists()
    assert list(row.faults.filter(is_check=False).values_list("code", flat=True)) == ["customer_ambiguous"]
    assert Record.objects.count() == 2


def test_the_page_asks_who_they_are(as_alice: Client, as_bob: Client, tmp_path: Path) -> None:
    _base(tmp_path, _TWICE)
    row = _till(tmp_path, "A1;C. Éclair;chloe@example.org;;;Lyon;", "email")
    address = reverse("imports:matches", args=[row.pk])
    page = as_alice.get(address).content.decode()
    assert all(word in page for word in ("C. Éclair", "Chloé Éclair", "Chloé E.", "Somebody else", "Decide"))
    deciding = reverse("imports:decision", args=[Match.objects.get().pk])
    assert as_alice.get(deciding).status_code == 405
    assert as_bob.post(deciding, {"party": str(party_of("17"))}).status_code == 403
    assert as_alice.post(deciding, {"party": "4711"}).status_code == 404
    assert Client().get(address).status_code == 302
    assert as_alice.post(deciding, {"party": str(party_of("17"))}, follow=True).status_code == 200
    assert party_of("A1") == party_of("17")
    assert "Everybody is decided" in as_alice.get(address).content.decode()
