from __future__ import annotations

import pytest

from fleuve.notes.actions import write_note
from fleuve.notes.tests.cast import everybody
from fleuve.notes.tests.test_pages import browser
from fleuve.parties.tests.cast import ALICE, CLEO, NOW, SAM, customer


@pytest.fixture
def house(db: None) -> None:
    everybody()


@pytest.mark.usefixtures("house")
def test_the_page_shows_kinds_and_says_what_it_read() -> None:
    party = customer(name="Chloé Éclair", email="chloe@example.org")
    write_note(party_id=party, body="éclairs at the coffee", by=ALICE, at=NOW)
    alice = browser(ALICE)
    page = alice.get("/search/?q=eclair").content.decode()
    assert f"/customers/{party}/" in page
    assert "éclairs at the coffee" in page
    assert "Nothing for <strong>ecliar</strong>; showing <strong>eclair</strong>" in alice.get(
        "/search/?q=ecliar"
    ).content.decode().replace("\n", " ")
    assert f"/customers/{party}/" in alice.get("/search/?q=chloe@example.org").content.decode()
    assert "éclairs" not in alice.get("/search/?q=eclair&kind=customer").content.decode()
    assert alice.get("/search/").status_code == 200


@pytest.mark.usefixtures("house")
def test_the_palette_asks_the_same_question() -> None:
    party = customer(name="Chloé Éclair")
    found = browser(ALICE).get("/find/?q=eclair", headers={"HX-Request": "true"}).content.decode()
    assert f"/customers/{party}/" in found


@pytest.mark.usefixtures("house")
def test_customers_out_of_reach_are_not_found() -> None:
    customer(name="Secret South", owner=CLEO, email="secret@example.org")
    sam = browser(SAM)
    for query in ("secret", "secrte", "secret@example.org"):
        assert "Secret South" not in sam.get("/search/", {"q": query}).content.decode()
    assert "Secret South" in browser(CLEO).get("/search/?q=secret").content.decode()
