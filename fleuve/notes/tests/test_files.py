from __future__ import annotations

import pytest

from fleuve.notes.actions import add_file, purge_trash, remove_file, restore_file
from fleuve.notes.errors import FileRefused
from fleuve.notes.models import File
from fleuve.notes.queries import files_of
from fleuve.notes.rules import LARGEST_FILE
from fleuve.notes.storage import path_of, store
from fleuve.parties.tests.cast import ALICE, LATER, NOW, customer, later

pytestmark = pytest.mark.usefixtures("house")


def test_a_file_keeps_its_bytes_once_however_often_it_is_attached() -> None:
    party, other = customer("1"), customer("2")
    one = add_file(party_id=party, name="../offer.pdf", blocks=[b"%PDF-1", b".7"], by=ALICE, at=NOW)
    two = add_file(party_id=other, name="same.pdf", blocks=[b"%PDF-1.7"], by=ALICE, at=NOW)
    assert (one.name, one.media_type, one.size) == ("offer.pdf", "application/pdf", 8)
    assert one.sha256 == two.sha256
    assert path_of(one.sha256).read_bytes() == b"%PDF-1.7"


def test_what_is_too_large_or_empty_leaves_nothing_behind() -> None:
    party = customer()
    folder = path_of("aa").parent.parent
    for blocks in ([b"x" * (LARGEST_FILE // 2 + 1)] * 2, [], [b""]):
        with pytest.raises(FileRefused):
            add_file(party_id=party, name="x", blocks=blocks, by=ALICE, at=NOW)
    assert not File.objects.exists()
    assert not list(folder.glob("draft-*"))


def test_a_full_workspace_takes_no_more() -> None:
    with pytest.raises(FileRefused) as refusal:
        store([b"12345"], room=4)
    assert refusal.value.code == "files_full"


def test_bytes_go_only_when_nobody_names_them_any_more() -> None:
    party = customer()
    one = add_file(party_id=party, name="a", blocks=[b"bytes to keep"], by=ALICE, at=NOW)
    two = add_file(party_id=party, name="b", blocks=[b"bytes to keep"], by=ALICE, at=NOW)
    remove_file(file_id=one.pk, by=ALICE, at=NOW)
    assert [file.name for file in files_of(party, ALICE)] == ["b"]
    restore_file(file_id=one.pk, by=ALICE, at=LATER)
    assert [file.name for file in files_of(party, ALICE)] == ["b", "a"]
    remove_file(file_id=one.pk, by=ALICE, at=NOW)
    purge_trash(by=ALICE, at=later(60 * 24 * 31))
    assert path_of(two.sha256).exists()
    remove_file(file_id=two.pk, by=ALICE, at=NOW)
    purge_trash(by=ALICE, at=later(60 * 24 * 31))
    assert not path_of(two.sha256).exists()
