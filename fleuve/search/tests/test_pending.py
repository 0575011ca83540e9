from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from fleuve.jobs.models import Job
from fleuve.search.actions import mark, refresh
from fleuve.search.index import index
from fleuve.search.jobs import enqueue_index
from fleuve.search.kinds import Entry, Kind, kinds, register_kind
from fleuve.search.models import Document, Pending
from fleuve.search.packing import packed, unpacked
from fleuve.search.queries import is_behind
from fleuve.search.tests.cast import NOW, Things, found


def many(things: Things, count: int) -> list[int]:
    """So many customers, not yet found."""
    ids = list(range(1, count + 1))
    things.entries.update({pk: Entry(pk, f"Customer{pk:05d} Zora") for pk in ids})
    return ids


def test_a_few_are_found_at_once_and_many_are_marked(customers: Things) -> None:
    refresh("customer", many(customers, 50), at=NOW)
    assert (Document.objects.count(), Pending.objects.count()) == (50, 0)
    refresh("customer", many(customers, 51), at=NOW)
    assert (Document.objects.count(), Pending.objects.count()) == (50, 1)
    assert is_behind()


def test_marks_of_twelve_thousand_are_three_rows(customers: Things) -> None:
    ids = many(customers, 12_000)
    mark("customer", ids, at=NOW)
    stored = list(Pending.objects.order_by("id"))
    assert [len(unpacked(row.ids)) for row in stored] == [5_000, 5_000, 2_000]
    assert [pk for row in stored for pk in unpacked(row.ids)] == ids


def test_the_index_waits_until_an_import_rests_and_a_minute_at_most(customers: Things) -> None:
    mark("customer", many(customers, 60), at=NOW)
    enqueue_index(NOW + timedelta(seconds=2))
    assert not Job.objects.filter(name="search.index").exists()
    mark("customer", [1], at=NOW + timedelta(seconds=59))
    enqueue_index(NOW + timedelta(seconds=59.5))
    assert not Job.objects.filter(name="search.index").exists()
    enqueue_index(NOW + timedelta(seconds=60))
    enqueue_index(NOW + timedelta(seconds=60))
    assert Job.objects.filter(name="search.index").count() == 1


def test_what_was_marked_and_is_gone_leaves_the_index(customers: Things) -> None:
    customers.put(1, "Zora Gone")
    del customers.entries[1]
    refresh("customer", [1], at=NOW, at_once=250)
    assert found("zora") == []


def test_ids_are_packed_and_unpacked(customers: Things) -> None:
    ids = [0, 1, 2**63 - 1, -5]
    assert unpacked(packed(ids)) == unpacked(memoryview(packed(ids))) == ids


def test_the_database_answers_from_its_index(customers: Things) -> None:
    for start in range(1, 2_001, 250):
        for pk in range(start, start + 250):
            customers.entries[pk] = Entry(pk, f"Name{pk:05d} Street{pk % 97}")
        refresh("customer", list(range(start, start + 250)), at=NOW, at_once=250)
    index().tidy()
    if connection.vendor == "postgresql":
        for condition, name in (
            ("kind = 'customer' AND text LIKE '% name01234%'", "search_text_of_customer"),
            ("left(text, 80) LIKE 'customer^ name01234%'", "search_document_head"),
        ):
            with connection.cursor() as cursor:
                # Two thousand rows are read through faster than any index; what is asked is whether it can answer.
                cursor.execute("ANALYZE search_document")
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN SELECT id FROM search_document WHERE {condition}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
            assert name in plan
    assert found("name01234") == ["Name01234 Street70"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one index for all kinds")
@pytest.mark.django_db
def test_every_kind_that_is_kept_has_its_index() -> None:
    """A kind that is new in a version needs ``create_index`` in a migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'search_document'")
        there = {name for (name,) in cursor.fetchall()}
    assert {f"search_text_of_{kind.key}" for kind in kinds() if kind.read} <= there


@pytest.mark.parametrize("wrong", ["customer!", "x" * 17, ""])
def test_a_kind_has_a_plain_key(wrong: str) -> None:
    with pytest.raises(ValueError, match="no key of a kind"):
        register_kind(Kind(wrong, "x", 1, "read", lambda ids, principal: {}))
