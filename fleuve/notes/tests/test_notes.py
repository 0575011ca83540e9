from __future__ import annotations

import pytest

from fleuve.accounts.models import Notice
from fleuve.events.models import Event, EventValues
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.notes.actions import change_note, pin_note, purge_trash, remove_note, restore_note, write_note
from fleuve.notes.errors import NoteRefused, NotTheirs
from fleuve.notes.models import Mention, Note
from fleuve.notes.queries import note_found, notes_of
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.tests.cast import ALICE, CLEO, LATER, MAX, NOW, RAY, SAM, SUE, customer, later
from fleuve.search.queries import find

pytestmark = pytest.mark.usefixtures("house")


def bodies(party: int) -> list[str]:
    return [note.body for note in notes_of(party, ALICE)]


def test_a_note_is_kept_told_and_found() -> None:
    party = customer()
    note = write_note(party_id=party, body="  Prefers deliveries on Mondays \r\n", by=ALICE, at=NOW)
    assert bodies(party) == ["Prefers deliveries on Mondays"]
    assert Event.objects.get(name="notes.note_written").subject_id == str(note.pk)
    hits = find("mondays deliveries", ALICE).groups
    assert [shown.subject_id for group in hits for shown in group.hits] == [note.pk]


def test_an_empty_note_and_one_too_long_are_refused() -> None:
    party = customer()
    for body in ("", " \n ", "x" * 20_001):
        with pytest.raises(NoteRefused):
            write_note(party_id=party, body=body, by=ALICE, at=NOW)
    assert not Note.objects.exists()


def test_a_customer_out_of_reach_is_a_missing_one() -> None:
    party = customer(owner=CLEO)
    for unknown in (party, 77):
        with pytest.raises(UnknownCustomer):
            write_note(party_id=unknown, body="x", by=SAM, at=NOW)


def test_whoever_only_sees_the_customer_may_not_write() -> None:
    party = customer(owner=SUE)
    for one in (SAM, RAY):
        with pytest.raises(PermissionRefused):
            write_note(party_id=party, body="x", by=one, at=NOW)


def test_a_mention_tells_the_colleague_once() -> None:
    party = customer()
    note = write_note(party_id=party, body="@Max please look. @Max!", by=ALICE, at=NOW)
    change_note(note_id=note.pk, body="@Max please look today", version=1, by=ALICE, at=LATER)
    assert Mention.objects.filter(note=note).count() == 1
    notice = Notice.objects.get()
    assert (notice.user_id, notice.kind, notice.subject_kind, notice.subject_id) == (
        14,
        "mention",
        "note",
        str(note.pk),
    )


def test_whoever_mentions_themselves_is_not_told() -> None:
    write_note(party_id=customer(), body="@Alice: later", by=ALICE, at=NOW)
    assert not Notice.objects.exists()


def test_mentioning_somebody_who_may_not_see_the_customer_is_refused() -> None:
    party = customer(owner=SAM)
    with pytest.raises(NoteRefused, match="Cléo"):
        write_note(party_id=party, body="@Cléo do you know them?", by=SAM, at=NOW)
    assert not Note.objects.exists()


def test_the_second_to_save_sees_the_first_and_loses_nothing() -> None:
    note = write_note(party_id=customer(), body="one", by=ALICE, at=NOW)
    change_note(note_id=note.pk, body="two", version=1, by=MAX, at=LATER)
    with pytest.raises(EditedMeanwhile) as meanwhile:
        change_note(note_id=note.pk, body="three", version=1, by=ALICE, at=LATER)
    assert (meanwhile.value.version, meanwhile.value.theirs) == (2, {"body": "two"})
    change_note(note_id=note.pk, body="two and three", version=2, by=ALICE, at=LATER)
    assert Note.objects.get().body == "two and three"
    assert EventValues.objects.filter(values={"body": ["two", "two and three"]}).exists()


def test_only_its_author_or_whoever_leads_rewrites_and_removes_a_note() -> None:
    party = customer(owner=SAM)
    note = write_note(party_id=party, body="mine", by=SAM, at=NOW)
    anne = type(SAM)("user", "99", "Ann", "agent")
    for deed in (
        lambda: change_note(note_id=note.pk, body="x", version=1, by=anne, at=LATER),
        lambda: remove_note(note_id=note.pk, by=anne, at=LATER),
    ):
        with pytest.raises(NotTheirs):
            deed()
    change_note(note_id=note.pk, body="better", version=1, by=MAX, at=LATER)


def test_the_trash_gives_a_note_back() -> None:
    party = customer()
    note = write_note(party_id=party, body="keep me", by=ALICE, at=NOW)
    for _twice in range(2):
        if note_found(note.pk, ALICE):
            remove_note(note_id=note.pk, by=ALICE, at=LATER)
    assert bodies(party) == []
    assert not find("keep", ALICE)
    restore_note(note_id=note.pk, by=ALICE, at=LATER)
    assert bodies(party) == ["keep me"]
    assert find("keep", ALICE)


def test_removing_an_older_version_removes_nothing() -> None:
    party = customer()
    note = write_note(party_id=party, body="one", by=ALICE, at=NOW)
    change_note(note_id=note.pk, body="two", version=1, by=MAX, at=LATER)
    with pytest.raises(EditedMeanwhile) as meanwhile:
        remove_note(note_id=note.pk, version=1, by=ALICE, at=LATER)
    assert (meanwhile.value.version, bodies(party)) == (2, ["two"])
    remove_note(note_id=note.pk, version=2, by=ALICE, at=LATER)
    assert bodies(party) == []


def test_after_thirty_days_the_trash_is_emptied() -> None:
    party = customer()
    note = write_note(party_id=party, body="old", by=ALICE, at=NOW)
    write_note(party_id=party, body="young", by=ALICE, at=NOW)
    remove_note(note_id=note.pk, by=ALICE, at=NOW)
    assert purge_trash(by=ALICE, at=later(60 * 24 * 30)) == 0
    assert purge_trash(by=ALICE, at=later(60 * 24 * 30 + 1)) == 1
    assert bodies(party) == ["young"]


def test_pinned_notes_stand_on_top() -> None:
    party = customer()
    first = write_note(party_id=party, body="first", by=ALICE, at=NOW)
    write_note(party_id=party, body="second", by=ALICE, at=LATER)
    pin_note(note_id=first.pk, is_pinned=True, by=ALICE, at=LATER)
    pin_note(note_id=first.pk, is_pinned=True, by=ALICE, at=LATER)
    assert bodies(party) == ["first", "second"]
    assert Event.objects.filter(name="notes.note_changed").count() == 1


def test_a_note_about_a_customer_out_of_reach_is_not_seen() -> None:
    note = write_note(party_id=customer(owner=CLEO), body="south", by=CLEO, at=NOW)
    assert note_found(note.pk, SAM) is None
    assert note_found(note.pk, ALICE)
    assert not find("south", SAM)
