from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fleuve.accounts.models import Notice
from fleuve.kernel.principal import Principal
from fleuve.notes.actions import add_file, write_note
from fleuve.notes.models import File, Note
from fleuve.notes.tests.cast import signs_in
from fleuve.parties.tests.cast import ALICE, CLEO, MAX, NOW, RAY, SAM, customer
from fleuve.touchpoints.models import Interaction

pytestmark = pytest.mark.usefixtures("house")


def browser(one: Principal) -> Client:
    client = Client()
    client.force_login(signs_in(one))
    return client


def test_a_note_is_written_from_the_customers_page_and_can_be_taken_back() -> None:
    party, alice = customer(), browser(ALICE)
    answer = alice.post(f"/customers/{party}/notes/", {"kind": "note", "body": "Likes **green** tea"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#panel-customer-notes")
    note = Note.objects.get()
    page = alice.get(f"/customers/{party}/notes/").content.decode()
    assert "<strong>green</strong>" in page
    assert f"/notes/{note.pk}/removal/" in page
    alice.post(f"/notes/{note.pk}/removal/")
    assert "green" not in alice.get(f"/customers/{party}/notes/").content.decode().split("toast")[0]
    alice.post(f"/notes/{note.pk}/restoration/")
    assert alice.get(f"/notes/{note.pk}/").status_code == 200


@pytest.mark.parametrize("kind", ["call", "email", "visit", "letter"])
def test_a_contact_is_written_down_and_taken_back(kind: str) -> None:
    party, alice = customer(), browser(ALICE)
    told = {"kind": kind, "body": "agreed", "direction": "out", "happened_at": "2026-03-01T14:30"}
    assert alice.post(f"/customers/{party}/notes/", told).status_code == 302
    found = Interaction.objects.get()
    assert (found.kind, found.direction, found.body, str(found.local_day)) == (kind, "out", "agreed", "2026-03-01")
    assert alice.post(f"/interactions/{found.pk}/undone/").status_code == 302
    found.refresh_from_db()
    assert found.undone_at is not None


def test_what_cannot_be_kept_is_said_on_the_form() -> None:
    party, alice = customer(), browser(ALICE)
    for told in (
        {"kind": "note", "body": " "},
        {"kind": "call", "body": "x", "happened_at": "2126-03-01T14:30"},
        {"kind": "fax", "body": "x"},
    ):
        answer = alice.post(f"/customers/{party}/notes/", told)
        assert answer.status_code == 422, told
        assert 'role="alert"' in answer.content.decode()
    assert not Note.objects.exists()


def test_two_people_one_note() -> None:
    party, alice = customer(), browser(ALICE)
    note = write_note(party_id=party, body="one", by=ALICE, at=NOW)
    assert alice.post(f"/notes/{note.pk}/", {"version": 1, "body": "two"}).status_code == 302
    answer = alice.post(f"/notes/{note.pk}/", {"version": 1, "body": "three"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ">two<" in page
    assert "three" in page
    assert 'value="2"' in page
    assert alice.post(f"/notes/{note.pk}/", {"version": 2, "body": "two and three"}).status_code == 302


def test_foreign_and_missing_look_alike_and_readers_write_nothing() -> None:
    party = customer(owner=CLEO)
    note = write_note(party_id=party, body="south", by=CLEO, at=NOW)
    file = add_file(party_id=party, name="a", blocks=[b"x"], by=CLEO, at=NOW)
    sam, ray = browser(SAM), browser(RAY)
    for url in (f"/notes/{note.pk}/", f"/files/{file.pk}/", f"/customers/{party}/notes/", f"/customers/{party}/files/"):
        assert sam.get(url).status_code == 404, url
        answer = ray.get(url)
        assert answer.status_code == 200, url
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    for url in (f"/notes/{note.pk}/removal/", f"/files/{file.pk}/removal/", f"/notes/{note.pk}/pinning/"):
        assert sam.post(url).status_code == 404, url
        assert ray.post(url).status_code == 403, url
    assert ray.post(f"/customers/{party}/notes/", {"kind": "note", "body": "x"}).status_code == 403
    assert Note.objects.filter(removed_at=None).count() == File.objects.filter(removed_at=None).count() == 1


def test_a_file_leaves_as_a_download_that_no_browser_runs() -> None:
    party, alice = customer(), browser(ALICE)
    upload = SimpleUploadedFile("évil.html", b"<script>alert(1)</script>", "text/html")
    assert alice.post(f"/customers/{party}/files/", {"file": upload}).status_code == 302
    answer = alice.get(f"/files/{File.objects.get().pk}/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_mention_leads_to_the_note_and_is_then_seen() -> None:
    party = customer()
    note = write_note(party_id=party, body="@Alice look", by=MAX, at=NOW)
    alice, notice = browser(ALICE), Notice.objects.get()
    assert "Max mentions you in a note" in alice.get("/notices/").content.decode()
    assert Notice.objects.get().seen_at is None
    answer = alice.post(f"/notices/{notice.pk}/")
    assert answer["Location"] == f"/notes/{note.pk}/"
    assert Notice.objects.get().seen_at is not None
    assert browser(SAM).post(f"/notices/{notice.pk}/").status_code == 404


def test_questions_do_not_grow_with_the_notes() -> None:
    party, alice = customer(), browser(ALICE)
    write_note(party_id=party, body="one", by=ALICE, at=NOW)
    alice.get("/notices/")  # the first page of a session notes the visit
    with CaptureQueriesContext(connection) as few:
        alice.get("/panels/customer.notes/", {"party": party}, headers={"HX-Request": "true"})
    for number in range(20):
        write_note(party_id=party, body=str(number), by=ALICE, at=NOW)
    with CaptureQueriesContext(connection) as many:
        answer = alice.get("/panels/customer.notes/", {"party": party}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert len(many) == len(few) <= 12


def test_the_trash_lists_what_one_may_take_back() -> None:
    party = customer(owner=CLEO)
    note = write_note(party_id=party, body="south", by=CLEO, at=NOW)
    file = add_file(party_id=party, name="offer.pdf", blocks=[b"x"], by=CLEO, at=NOW)
    cleo = browser(CLEO)
    cleo.post(f"/notes/{note.pk}/removal/")
    cleo.post(f"/files/{file.pk}/removal/")
    assert "south" in cleo.get("/trash/?kind=notes").content.decode()
    assert "offer.pdf" in cleo.get("/trash/?kind=files").content.decode()
    assert "south" not in browser(SAM).get("/trash/?kind=notes").content.decode()
    assert browser(RAY).get("/trash/").status_code == 403
    assert cleo.post(f"/files/{file.pk}/restoration/").status_code == 302
    assert "offer.pdf" not in cleo.get("/trash/?kind=files").content.decode()


def test_colleagues_are_offered_to_whoever_writes() -> None:
    assert "Cléo" in browser(SAM).get("/colleagues/").json()["names"]
    assert browser(RAY).get("/colleagues/").status_code == 403
