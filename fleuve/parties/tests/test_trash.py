from __future__ import annotations

from datetime import timedelta

import pytest

from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.parties.actions import (
    claim_customer,
    create_tag,
    purge_removed,
    remove_customers,
    remove_tag,
    restore_customers,
    restore_tag,
    tag_customers,
)
from fleuve.parties.errors import NameTaken, UnknownCustomer
from fleuve.parties.models import Party, PartyCard, Tag
from fleuve.parties.tests.cast import ALICE, CLEO, NOW, SAM, SUE, card, customer, later

pytestmark = pytest.mark.django_db


def test_a_name_is_free_once_its_tag_lies_in_the_trash() -> None:
    """docs/rules/trash.md, "Names"."""
    party = customer()
    old = create_tag(name="VIP", by=ALICE, at=NOW)
    tag_customers(party_ids=[party], add=[old.pk], by=ALICE, at=NOW)
    remove_tag(tag=old, by=ALICE, at=NOW)
    create_tag(name="Trade fair", by=ALICE, at=NOW)
    with pytest.raises(NameTaken):
        create_tag(name="TRADE  FAIR", by=ALICE, at=NOW)
    new = create_tag(name="Vip", by=ALICE, at=NOW)
    with pytest.raises(NameTaken) as refused:
        restore_tag(tag=old, by=ALICE, at=NOW)
    assert "VIP" in str(refused.value)
    Tag.objects.filter(pk=new.pk).update(name="Gold", name_folded="gold")
    restore_tag(tag=old, by=ALICE, at=NOW)
    assert list(old.record_tags.values_list("record__memberships__party", flat=True)) == [party]


def test_who_may_change_a_customer_puts_it_into_the_trash_and_takes_it_out() -> None:
    party = customer(owner=SAM)
    with pytest.raises(PermissionRefused):
        remove_customers(party_ids=[party], by=SUE, at=NOW)
    with pytest.raises(UnknownCustomer):
        remove_customers(party_ids=[party], by=CLEO, at=NOW)
    remove_customers(party_ids=[party], by=SAM, at=NOW)
    assert not PartyCard.objects.visible_to(ALICE).exists()
    with pytest.raises(UnknownCustomer):
        restore_customers(party_ids=[party], by=SUE, at=later(1))
    restore_customers(party_ids=[party], by=SAM, at=later(1))
    assert PartyCard.objects.visible_to(SAM).get().pk == party
    assert Event.objects.filter(name__in=["parties.customer_removed", "parties.customer_restored"]).count() == 2


def test_after_thirty_days_only_those_on_whom_nothing_hangs_are_deleted() -> None:
    kept, gone = customer("1"), customer("2")
    from fleuve.notes.models import Note
    from fleuve.parties.queries import primary_record_of

    record = primary_record_of(kept)
    assert record is not None
    Note.objects.create(record=record, body="Called back", created_at=NOW, updated_at=NOW, by_kind="user", by_id="1")
    remove_customers(party_ids=[kept, gone], by=ALICE, at=NOW)
    assert purge_removed(at=NOW + timedelta(days=29))["customers"] == 0
    assert purge_removed(at=NOW + timedelta(days=31))["customers"] == 1
    assert set(Party.objects.values_list("pk", flat=True)) == {kept}
    assert purge_removed(at=NOW + timedelta(days=32))["customers"] == 0
    assert card(kept).is_removed


def test_a_customer_of_a_colleague_is_not_taken() -> None:
    with pytest.raises(PermissionRefused):
        claim_customer(party_id=customer("9", owner=SUE), by=SAM, at=NOW)
