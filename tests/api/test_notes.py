"""Notes, files and points of contact, as programs write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from fleuve.notes.models import File, Note
from fleuve.notes.storage import path_of
from fleuve.touchpoints.models import Interaction
from tests.api.house import House


def _notes(house: House, of: str = "Sam") -> str:
    return f"/customers/{house.customers[of]}/notes"


def _files(house: House, of: str = "Sam") -> str:
    return f"/customers/{house.customers[of]}/files"


def _attached(house: House, name: str = "quote.pdf", content: bytes = b"%PDF-1.7 quote", **more: str) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, content)})
    return house.ask("POST", _files(house), raw=body, content_type=MULTIPART_CONTENT, **more)


def test_a_note_is_written_read_rewritten_pinned_removed_and_restored(house: House) -> None:
    made = house.ask("POST", _notes(house), {"body": "Likes **coffee**"})
    assert (made.status_code, made["ETag"]) == (201, '"1"'), made.content
    note = made.json()
    assert (note["body"], note["is_pinned"], note["customer_id"]) == (
        "Likes **coffee**", False, str(house.customers["Sam"]),
    )  # fmt: skip
    address = f"/notes/{note['id']}"
    assert made["Location"] == f"/api/v1{address}"
    changed = house.ask("PATCH", address, {"body": "Likes tea", "is_pinned": True}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"'), changed.content
    assert house.ask("GET", address).json() | {"updated_at": ""} == changed.json() | {"updated_at": ""}
    assert house.ask("GET", address, If_None_Match='"2"').status_code == 304
    assert house.ask("DELETE", address, If_Match='"2"').status_code == 204
    assert house.ask("GET", address).status_code == 404
    back = house.ask("POST", f"{address}/restoration")
    assert (back.status_code, back.json()["is_pinned"]) == (200, True)


def test_a_change_names_the_version_that_was_read(house: House) -> None:
    address = f"/notes/{house.ask('POST', _notes(house), {'body': 'One'}).json()['id']}"
    assert house.ask("PATCH", address, {"body": "Two"}).status_code == 428
    assert house.ask("PATCH", address, {"body": "Two"}, If_Match='"1"').status_code == 200
    for method, body in (("PATCH", {"body": "Three"}), ("PATCH", {"is_pinned": True}), ("DELETE", None)):
        assert house.ask(method, address, body, If_Match='"1"').status_code == 412
    note = Note.objects.get()
    assert (note.body, note.is_pinned, note.removed_at) == ("Two", False, None)


def test_notes_come_in_pages_the_newest_first(house: House) -> None:
    for number in range(5):
        house.ask("POST", _notes(house), {"body": f"Note {number}"})
    found: list[str] = []
    after = ""
    while True:
        page = house.ask("GET", f"{_notes(house)}?limit=2&after={after}").json()
        found += [note["body"] for note in page["items"]]
        after = page["next"]
        if not after:
            break
    assert found == [f"Note {number}" for number in reversed(range(5))]


def test_the_same_request_twice_writes_one_note(house: House) -> None:
    answers = [house.ask("POST", _notes(house), {"body": "Once"}, Idempotency_Key="n-1") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Note.objects.count() == 1
    assert house.ask("POST", _notes(house), {"body": "Twice"}, Idempotency_Key="n-1").status_code == 422


def test_nobody_reads_or_writes_beyond_their_reach(house: House) -> None:
    mine = house.ask("POST", _notes(house), {"body": "Secret"}).json()["id"]
    for method, address, body in (
        ("GET", _notes(house), None),
        ("POST", _notes(house), {"body": "x"}),
        ("GET", f"/notes/{mine}", None),
        ("PATCH", f"/notes/{mine}", {"body": "x"}),
        ("DELETE", f"/notes/{mine}", None),
        ("GET", _files(house), None),
    ):
        foreign = house.ask(method, address, body, who="Cléo", If_Match='"1"')
        missing = house.ask(method, address.replace(mine, "17").replace(str(house.customers["Sam"]), "17"), body,
                            who="Cléo", If_Match='"1"')  # fmt: skip
        assert (foreign.status_code, foreign.content) == (404, missing.content), (method, address)
    assert house.ask("POST", _notes(house), {"body": "x"}, who="Ray").status_code == 403
    assert Note.objects.get().body == "Secret"


def test_another_persons_note_is_read_and_not_rewritten(house: House) -> None:
    note = house.ask("POST", _notes(house), {"body": "Alice was here"}, who="Alice").json()["id"]
    assert house.ask("GET", f"/notes/{note}").status_code == 200
    assert house.ask("PATCH", f"/notes/{note}", {"body": "x"}, If_Match='"1"').status_code == 403
    assert house.ask("PATCH", f"/notes/{note}", {"is_pinned": True}, If_Match='"1"').status_code == 200


def test_a_file_is_attached_and_downloaded_and_never_shown_as_a_page(house: House) -> None:
    made = _attached(house, "page.html", b"<script>alert(1)</script>")
    assert made.status_code == 201, made.content
    file = made.json()
    assert (file["name"], file["size"]) == ("page.html", 25)
    answer = house.ask("GET", f"/files/{file['id']}/content")
    assert b"".join(answer) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert house.ask("GET", _files(house)).json()["items"] == [file]
    assert house.ask("GET", f"/files/{file['id']}/content", who="Cléo").status_code == 404
    assert house.ask("DELETE", f"/files/{file['id']}").status_code == 204
    assert house.ask("GET", f"/files/{file['id']}").status_code == 404
    assert house.ask("POST", f"/files/{file['id']}/restoration").json() == file


def test_the_same_file_sent_twice_is_attached_once(house: House) -> None:
    answers = [_attached(house, Idempotency_Key="f-1") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert File.objects.count() == 1
    assert path_of(File.objects.get().sha256).read_bytes() == b"%PDF-1.7 quote"


@pytest.mark.parametrize(("content", "code"), [(b"", "file_empty")])
def test_a_file_without_bytes_is_refused(house: House, content: bytes, code: str) -> None:
    refused = _attached(house, content=content)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(house: House) -> None:
    refused = _attached(house, content=b"x" * (27 * 1024 * 1024))
    assert (refused.status_code, File.objects.count()) == (413, 0)


def test_json_is_no_file(house: House) -> None:
    assert house.ask("POST", _files(house), {"file": "x"}).status_code == 415


def test_a_contact_is_recorded_listed_and_taken_back(house: House) -> None:
    address = f"/customers/{house.customers['Sam']}/interactions"
    told = {"kind": "call", "body": "Asked for prices", "direction": "in", "at": "2026-01-05T10:00:00+01:00"}
    made = house.ask("POST", address, told)
    assert made.status_code == 201, made.content
    assert made.json()["at"] == "2026-01-05T09:00:00Z"
    house.ask("POST", address, {"kind": "visit"})
    listed = house.ask("GET", address).json()["items"]
    assert [one["kind"] for one in listed] == ["visit", "call"]
    assert house.ask("DELETE", f"/interactions/{made.json()['id']}", who="Cléo").status_code == 404
    assert house.ask("DELETE", f"/interactions/{made.json()['id']}").status_code == 204
    assert [one["kind"] for one in house.ask("GET", address).json()["items"]] == ["visit"]
    assert Interaction.objects.get(kind="call").undone_at is not None


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "note"},
        {"kind": "call", "at": "2026-01-05T10:00:00"},
        {"kind": "call", "at": "2999-01-05T10:00:00Z"},
        {"kind": "call", "at": "0001-01-01T00:00:00+14:00"},
        {"kind": "call", "direction": "sideways"},
        {"kind": "call", "weather": "fine"},
        {},
    ],
)
def test_what_is_no_contact_is_refused(house: House, body: dict[str, str]) -> None:
    refused = house.ask("POST", f"/customers/{house.customers['Sam']}/interactions", body)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json"), json.dumps(body)
    assert not Interaction.objects.exists()
