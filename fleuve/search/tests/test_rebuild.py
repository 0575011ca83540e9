from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest

from fleuve.search.actions import mark, put, rebuild
from fleuve.search.actions.put import MOST_AT_ONCE
from fleuve.search.kinds import Entry
from fleuve.search.models import Document, Pending, Slip, Word
from fleuve.search.queries import spellings_near
from fleuve.search.tests.cast import NOW, Things, found, only

_SYLLABLES = ("mar", "ti", "du", "pont", "elo", "ise", "éva", "ros", "bour", "ges")


def filled(things: Things, count: int) -> Things:
    """So many made-up things in ``things``, none of them written yet."""
    rng = random.Random(3)
    for pk in range(1, count + 1):
        title = "".join(rng.choices(_SYLLABLES, k=3)).title()
        things.entries[pk] = Entry(pk, title, names=f"C{pk:05d}", body="by the river", party_id=pk + 7)
    return things


def everything() -> tuple[list[tuple[object, ...]], list[tuple[str, int]], list[tuple[str, int]]]:
    """All that the index is made from, without its ids."""
    documents = Document.objects.order_by("kind", "subject_id").values_list("kind", "subject_id", "party_id", "text")
    slips = Slip.objects.order_by("word__word", "key").values_list("word__word", "key")
    return list(documents), list(Word.objects.order_by("word").values_list("word", "uses")), list(slips)


@pytest.mark.django_db
def test_a_rebuild_writes_what_was_written_one_by_one() -> None:
    customers = filled(Things("customer", "customers"), 2_600)
    notes = Things("note", "notes", order=2)
    notes.entries[5] = Entry(5, "", body="about bourges")
    with only(customers, notes):
        for start in range(0, 2_600, 100):
            put("customer", list(customers.read(range(start + 1, start + 101))), at=NOW)
        put("note", list(notes.read([5])), at=NOW)
        before, answer = everything(), found("bourges")
        heard: list[tuple[str, int]] = []
        assert rebuild(at=NOW, tell=lambda kind, done: heard.append((kind, done))) == 2_601
        assert everything() == before
        assert found("bourges") == answer
        assert found("c02599") == [customers.entries[2_599].title]
        assert heard[-1] == ("note", 2_601)
        assert rebuild(at=NOW) == 2_601
        assert everything() == before


def test_a_rebuild_forgets_what_is_gone_and_what_was_marked(customers: Things) -> None:
    customers.put(1, "Zora Gone")
    customers.put(2, "Martin Stays")
    mark("customer", [1, 2], at=NOW)
    del customers.entries[1]
    rebuild(at=NOW)
    assert (found("zora"), found("martin")) == ([], ["Martin Stays"])
    assert spellings_near(["zorra"]) == {}
    assert spellings_near(["martn"]) == {"martn": ["martin"]}
    assert not Pending.objects.exists()


def test_what_is_saved_while_the_index_is_made_anew_stays(db: None) -> None:
    class Busy(Things):
        """Somebody saves the first customer right after it was read."""

        def read(self, ids: Sequence[int]) -> Iterable[Entry]:
            entries = list(super().read(ids))
            if self.entries[1].title == "Old Name":
                self.put(1, "Newer Title")
            return entries

    customers = Busy("customer", "customers", entries={1: Entry(1, "Old Name"), 2: Entry(2, "Zora")})
    with only(customers):
        rebuild(at=NOW)
        assert (found("newer"), found("old"), found("zora")) == (["Newer Title"], [], ["Zora"])
    assert dict(Word.objects.values_list("word", "uses")) == {"newer": 1, "title": 1, "zora": 1}


def test_more_than_five_thousand_documents_are_not_written_in_one_transaction(customers: Things) -> None:
    with pytest.raises(ValueError, match="mark more than 5000"):
        put("customer", [Entry(pk, "Zora") for pk in range(MOST_AT_ONCE + 1)], at=NOW)
